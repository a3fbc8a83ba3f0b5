#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// The browser's side of the App Session Launcher: a page with Approve and Deny, plain forms without scripts
// (facts/fptr.md B.3).

#include "tests/site/message.hpp"
#include "tests/site/model.hpp"

#include <string_view>

namespace sgauth::stand_in {

// GET and POST /app_session_request/ID. Without a web session: to the login page, and back.
http_reply launch_page_reply(site_model& site, const http_request& request, std::string_view id);

}  // namespace sgauth::stand_in
