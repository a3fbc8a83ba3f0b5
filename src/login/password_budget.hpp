#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// At most five wrong passwords or codes a site and login in an hour, across all front ends and restarts
// (DESIGN.md 4.9). A try is written down before it is sent and taken back when it did no harm, so that a
// crash in between costs a try and never gives one. Decisions are attempt_log's, on the boot clock: setting
// the wall clock changes nothing while the daemon lives.

#include "src/base/clock.hpp"
#include "src/base/error.hpp"
#include "src/login/attempt_log.hpp"
#include "src/site/site_url.hpp"

#include <boost/asio/awaitable.hpp>

#include <functional>
#include <string>
#include <string_view>

namespace sgauth {

class password_budget {
public:
    template <class T>
    using awaitable = boost::asio::awaitable<T>;
    // Makes the record durable before it returns. Calls come in order, each with the whole record.
    using writer = std::function<awaitable<result<void>>(std::string)>;

    struct spent_try {
        login_key who;
        boot_time when;
    };

    // `log` is what attempt_file read at the start. `time` outlives the budget.
    password_budget(attempt_log log, time_source& time, writer write);
    password_budget(const password_budget&) = delete;
    password_budget& operator=(const password_budget&) = delete;

    // errc::denied if no try is allowed now; the text says when the next one is.
    result<void> check(const site_url& site, std::string_view login) const;
    // Counts a try; when it returns the try is durable and may be sent. errc::denied as check(); errc::failed
    // if it could not be written: it must not be sent then, and is not counted.
    awaitable<result<spent_try>> spend(site_url site, std::string login);
    // Takes a try back that the site accepted or never judged. If that cannot be written it counts after a
    // restart.
    awaitable<void> refund(spent_try spent);

private:
    awaitable<result<void>> write_down();

    attempt_log log_;
    time_source& time_;
    writer write_;
};

}  // namespace sgauth
