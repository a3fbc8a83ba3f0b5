// SPDX-License-Identifier: Apache-2.0
#include "tests/site/options.hpp"

#include <algorithm>
#include <charconv>

namespace sgauth::stand_in {

options::options(
    int argc,
    char** argv,
    const std::vector<std::string_view>& with_value,
    const std::vector<std::string_view>& flags
)
{
    for (int i = 1; i < argc; ++i) {
        std::string_view argument = argv[i];
        if (!argument.starts_with("--")) {
            words_.emplace_back(argument);
            continue;
        }
        auto name = argument.substr(2);
        if (std::ranges::find(flags, name) != flags.end()) {
            given_.insert_or_assign(std::string(name), "");
            continue;
        }
        if (std::ranges::find(with_value, name) == with_value.end())
            throw usage_error("no option " + std::string(argument));
        if (++i == argc)
            throw usage_error(std::string(argument) + " wants a value");
        given_.insert_or_assign(std::string(name), argv[i]);
    }
}

std::string options::get(std::string_view name, std::string_view otherwise) const
{
    auto found = given_.find(name);
    return found == given_.end() ? std::string(otherwise) : found->second;
}

long long options::number(std::string_view name, long long otherwise, long long least, long long most) const
{
    auto found = given_.find(name);
    if (found == given_.end())
        return otherwise;
    const auto& text = found->second;
    long long value = 0;
    auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (ec != std::errc() || end != text.data() + text.size() || value < least || value > most)
        throw usage_error("--" + std::string(name) + " is out of range");
    return value;
}

}  // namespace sgauth::stand_in
