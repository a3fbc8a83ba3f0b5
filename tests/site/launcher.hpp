#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// The App Session Launcher (facts/fptr.md B): a client asks for a session, a person approves in a browser,
// the client polls and gets the token exactly once. launcher_page.hpp is the browser's side.

#include "proto/json_writer.hpp"
#include "tests/site/accounts.hpp"
#include "tests/site/message.hpp"

#include <deque>
#include <string>
#include <string_view>

namespace sgauth::stand_in {

struct site_model;

enum class launch_state { pending, approved, denied, delivered };

struct launch_request {
    std::string id;
    std::string app_name;
    std::string machine_id;
    site_time created_at{};
    std::int64_t polls = 0;
    launch_state state = launch_state::pending;
    std::int64_t approver = 0;  // a person's id
};

class launcher {
public:
    launch_request& create(std::string app_name, std::string machine_id, site_time now);
    // The request while the site remembers it: null once it is forgotten.
    launch_request* find(std::string_view id, std::int64_t lifetime_seconds, site_time now) noexcept;
    // The newest, or null.
    launch_request* latest() noexcept { return requests_.empty() ? nullptr : &requests_.back(); }
    void forget_all() noexcept { requests_.clear(); }
    void write(proto::json_writer& out) const;

private:
    std::deque<launch_request> requests_;
};

// POST /internal_api/app_session_request (B.2, B.5).
http_reply create_launch(site_model& site, const http_request& request);
// PUT /internal_api/app_session_request/ID (B.4).
http_reply poll_launch(site_model& site, std::string_view id);

}  // namespace sgauth::stand_in
