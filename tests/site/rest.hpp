#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// The REST API as far as authentication goes (facts/fptr.md C): GET /api/v1, the token endpoint with its
// grants, and one resource, so that a bearer can be tried.

#include "tests/site/message.hpp"
#include "tests/site/model.hpp"

namespace sgauth::stand_in {

http_reply rest_reply(site_model& site, const http_request& request);

}  // namespace sgauth::stand_in
