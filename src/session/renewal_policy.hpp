#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// What a session's past says of its present and when it has to be renewed. Pure: no clock, no I/O, no
// randomness of its own. session/keeper acts on it.

#include "src/base/instant.hpp"
#include "src/settings/settings.hpp"

#include <chrono>
#include <optional>

namespace sgauth {

enum class session_state { valid, unverified, expired };
enum class end_reason { none, site, max_age };

// The rules that hold for one session: its site's settings, and the site's idle window as far as it is known.
struct renewal_rules {
    renew_when when = renew_when::on_use;
    std::chrono::seconds idle_window = std::chrono::hours(24);
    std::chrono::seconds keep_for = std::chrono::hours(12);
    std::chrono::seconds max_age = std::chrono::days(30);
    bool has_idle_window = true;  // a script's key has none and needs no keeping; a token made of it has one
};

// What happened to a session so far.
struct session_past {
    boot_time born{};                       // the login
    std::optional<boot_time> verified;      // the site last accepted it
    boot_clock::duration suspended_then{};  // time_source::suspended() at that time
    std::optional<boot_time> asked;         // its credential was last asked for
    std::optional<boot_time> handed_out;    // ... and last given
    end_reason end = end_reason::none;      // `site`: the site rejected it
    int failures = 0;                       // tries in a row that the site did not answer
    boot_time not_before{};                 // no try before this, after failures
};

// max_age of what gets no older: the tokens of a confined script, of which the next is as good. As long as
// nothing lasts, and not beyond what the boot clock can count.
inline constexpr std::chrono::seconds no_max_age = std::chrono::years(100);

struct moment {
    boot_time now{};
    boot_clock::duration suspended{};
};

// Less than this is clock noise, not a suspend.
inline constexpr std::chrono::seconds suspend_tolerance{5};
// A report of a rejection this soon after the site accepted the credential is older news than ours.
inline constexpr std::chrono::seconds fresh_verdict{1};

// Why the session has ended; `none` while it has not.
end_reason end_of(const session_past& past, const renewal_rules& rules, boot_time now);

// valid: accepted within the idle window, and the machine has not slept since.
session_state state_of(const session_past& past, const renewal_rules& rules, const moment& at);

// When it ends if nobody uses it again; nothing where nothing is known to end it.
std::optional<boot_time> known_end(const session_past& past, const renewal_rules& rules);

// How much longer it is sure to be accepted; zero unless valid. Without an end: the longest duration there
// is.
boot_clock::duration sure_for(const session_past& past, const renewal_rules& rules, const moment& at);

// The most that sure_for could be right after a renewal.
boot_clock::duration longest_possible(const session_past& past, const renewal_rules& rules, boot_time now);

// When the keeper has to verify it next; nothing if it is not to be kept alive. `jitter` in [-0.1, 0.1] moves
// the half of the idle window that it aims at. A session that slept through a suspend is due at once.
std::optional<boot_time> next_renewal(
    const session_past& past, const renewal_rules& rules, const moment& at, double jitter
);

// How long to leave the site alone after `failures` tries in a row without an answer: 2 s, doubled up to 15
// minutes, moved by `jitter`; at least what the site asked for.
boot_clock::duration pause_after(
    int failures, std::optional<std::chrono::seconds> retry_after, double jitter
);

// Whether a report that the site rejects the session is worth a question to the site: not if it has ended,
// was accepted since it was last handed out or just now, or the site does not answer anyway.
bool is_report_news(const session_past& past, boot_time now);

}  // namespace sgauth
