#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// What the source files of revoker share, and nobody else includes.

#include "src/session/revoker.hpp"

#include <utility>

namespace sgauth {

// One session on its way out, shared by the task that ends it and the caller who waits.
struct revoker::job {
    job(session s, const boost::asio::any_io_executor& executor) : held(std::move(s)), changed(executor) {}

    session held;
    at_the_site what = at_the_site::log_out;
    wall_time revoked{};  // when
    bool has_site_part = false;
    bool has_record = true;
    revocation outcome;
    std::string undurable;    // why the vault could not be written
    bool is_durable = false;  // or will not be
    bool is_late = false;     // the disk has not answered in time
    bool has_answer = false;
    bool is_wiped = false;
    notifier changed;
    task_group::handle task;
};

// What one try at a site came to.
struct revoker::told {
    site_word word = site_word::unconfirmed;
    std::optional<wall_time> until;
    std::optional<std::chrono::seconds> retry_after;
};

}  // namespace sgauth
