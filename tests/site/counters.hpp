#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// What the stand-in site has seen, so that a test can say "exactly one info and one read". Requests on the
// control channel, and connections that carry nothing else, are not counted.

#include "proto/json_writer.hpp"
#include "tests/site/message.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace sgauth::stand_in {

class counters {
public:
    // `rpc_method` is empty for what is no JSON-RPC call.
    void count(const http_request& request, std::string_view rpc_method);
    // Forgets the sums, not the connections that live.
    void reset();
    void write(proto::json_writer& out) const;

    std::int64_t connections_accepted = 0;
    std::int64_t connections_live = 0;
    std::int64_t handshakes_failed = 0;
    std::int64_t held = 0;  // requests whose reply is being held now

private:
    struct seen {
        std::int64_t count = 0;
        std::vector<http_header> headers;
        std::string query;
        std::string server_name;
    };

    std::int64_t requests_ = 0;
    std::map<std::string, std::int64_t, std::less<>> by_method_;
    std::map<std::string, seen, std::less<>> by_path_;
};

// `PUT /internal_api/app_session_request/{id}`: method and path, one-time ids taken out.
std::string route_name(const http_request& request);

}  // namespace sgauth::stand_in
