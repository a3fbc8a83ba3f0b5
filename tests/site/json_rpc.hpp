#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// POST /api3/json: info, get_session_token and read (facts/fptr.md A).

#include "proto/json.hpp"
#include "tests/site/message.hpp"
#include "tests/site/model.hpp"

#include <string_view>

namespace sgauth::stand_in {

// Answers the call that `body` holds. `whoami_as`: a login whose person every read on HumanUser finds instead
// of the one asked for; empty: none.
http_reply answer_json_rpc(site_model& site, const proto::json_value& body, std::string_view whoami_as);

}  // namespace sgauth::stand_in
