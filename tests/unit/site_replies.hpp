#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// Replies of a site, for the tests of what reads them.

#include "src/site/http_message.hpp"

#include <optional>
#include <string>
#include <utility>

namespace sgauth {

inline http_reply reply(
    unsigned status, std::string body = {}, std::optional<std::string> type = "application/json"
)
{
    http_reply out;
    out.status = status;
    out.body = std::move(body);
    out.content_type = std::move(type);
    return out;
}

inline http_reply redirect(unsigned status, std::string location)
{
    auto out = reply(status, "<html>moved</html>", "text/html");
    out.location = std::move(location);
    return out;
}

inline http_reply fault(const char* code)
{
    return reply(
        200, std::string(R"({"exception":true,"error_code":)") + code + R"(,"message":"said the site"})"
    );
}

}  // namespace sgauth
