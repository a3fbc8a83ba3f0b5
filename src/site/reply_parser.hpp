#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// What a site's reply says, by the table of facts/fptr.md K: the thing asked for, the site's refusal, or
// trouble. The site's own words come whole, secrets and all: fpt_site censors and cuts them. Pure, and fed
// with foreign bytes: nothing here trusts a shape. One function for each kind of call.

#include "src/site/http_message.hpp"
#include "src/site/site_verdict.hpp"

#include <optional>

namespace sgauth::fpt {

// A.3: bare or in `results`. The site says nothing about a credential here, so a fault is trouble.
site_answer<site_info> read_info(const http_reply& reply);
// get_session_token: all four refusals are possible.
site_verdict<session_token> read_session_token(const http_reply& reply);
// The keep-alive read: no fault is success, an empty list too (A.5). Only 102 is a refusal.
site_verdict<void> read_probe(const http_reply& reply);
// The HumanUser of a read; nothing if the list is empty, trouble if it has several: whose the name is would
// be a guess. Only 102 is a refusal.
site_verdict<std::optional<site_identity>> read_person(const http_reply& reply);
// The ApiUser of a read, likewise. Only 102 is a refusal.
site_verdict<std::optional<site_identity>> read_script(const http_reply& reply);

// C.7: 401 with a JSON body, or the session said to be expired, is `dead`; a site without the call (404, 403,
// HTML, another shape) is `unknown`.
site_answer<life_answer> read_life(const http_reply& reply);
// C.7: whether the site has prolonged the session; false where it has no such call.
site_answer<bool> read_prolong(const http_reply& reply);
// C.8: any answer of the site will do, its effect is not in it.
site_answer<void> read_log_out(const http_reply& reply);

}  // namespace sgauth::fpt
