// SPDX-License-Identifier: Apache-2.0
#include "src/vault/lock_mark.hpp"

namespace sgauth {

namespace {

constexpr std::string_view by_person = "sgauth-lock 1 person\n";
constexpr std::string_view by_desktop = "sgauth-lock 1 desktop ";  // and the boot

}  // namespace

std::string text_of(const lock_mark& mark)
{
    if (mark.by == locker::person)
        return std::string(by_person);
    return std::string(by_desktop).append(mark.boot).append("\n");
}

lock_mark read_lock_mark(std::string_view text)
{
    if (!text.starts_with(by_desktop) || !text.ends_with('\n'))
        return {};
    text.remove_prefix(by_desktop.size());
    text.remove_suffix(1);
    return {locker::desktop, std::string(text)};
}

}  // namespace sgauth
