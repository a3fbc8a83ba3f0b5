#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// The tries at passwords and codes of the last hour, and whether one more is allowed (DESIGN.md 4.9). Pure.
// password_budget keeps one and writes it down.

#include "src/base/instant.hpp"

#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace sgauth {

// The site locks an account at ten wrong ones in an hour (facts/fptr.md A.13), and the official tools spend
// from the same ten: we take half.
inline constexpr std::size_t max_tries = 5;
inline constexpr std::chrono::hours try_counts_for{1};
// Logins under watch at a time. More than this within an hour is nobody who mistypes.
inline constexpr std::size_t max_watched_logins = 256;

// Whose tries: a site and a login in the spelling that is compared.
using login_key = std::pair<std::string, std::string>;

class attempt_log {
public:
    // Nothing: a try is allowed now. Else from when on one is.
    std::optional<boot_time> refused_until(const login_key& who, boot_time now) const;

    // Counts a try. refused_until() was asked before.
    void add(const login_key& who, boot_time now);
    // Takes one back that was counted at `when`; ignores one that is not there.
    void take_back(const login_key& who, boot_time when);
    // Forgets what is older than an hour.
    void drop_old(boot_time now);

    // What came before `when` is not known: all but one try of everybody count as spent then. That protects
    // an account (5 + 1 is below the site's 10), lets somebody in who types the right password, and is over
    // in an hour.
    void set_unknown_before(boot_time when) { unknown_before_ = when; }
    std::optional<boot_time> unknown_before() const noexcept { return unknown_before_; }

    const std::map<login_key, std::vector<boot_time>>& tries() const noexcept { return tries_; }

private:
    std::map<login_key, std::vector<boot_time>> tries_;  // each oldest first
    std::optional<boot_time> unknown_before_;
};

}  // namespace sgauth
