#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// What a reply's status and headers say, before anybody looks at its body (facts/fptr.md K). For every call
// to a site, JSON-RPC or not.

#include "src/site/http_message.hpp"
#include "src/site/site_trouble.hpp"

#include <optional>

namespace sgauth {

// Nothing for a 2xx; else the trouble, with the page's text (403), the host of the Location (3xx) or
// Retry-After.
std::optional<site_trouble> http_trouble(const http_reply& reply);

// Content type application/json or text/javascript, or none at all (A.7).
bool is_json(const http_reply& reply);

}  // namespace sgauth
