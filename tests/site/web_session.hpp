#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// The web session behind the cookie `_session_id`: /internal_api/session and the licence renewal
// (facts/fptr.md C.7), /user/login and /user/logout (C.8, B.3).

#include "tests/site/message.hpp"
#include "tests/site/model.hpp"

namespace sgauth::stand_in {

http_reply internal_api_reply(site_model& site, const http_request& request);
http_reply user_page_reply(site_model& site, const http_request& request);
// The session that the request's cookie names, if it lives; null otherwise.
session_record* live_web_session(site_model& site, const http_request& request);

}  // namespace sgauth::stand_in
