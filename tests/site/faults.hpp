#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// What goes wrong on purpose: faults that the control channel arms for the next N requests, or for all, of a
// kind. The kinds are listed in README.md. A pure table: how bytes are mangled is http_server.cpp's part.

#include "proto/json.hpp"
#include "proto/json_writer.hpp"
#include "tests/site/message.hpp"

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace sgauth::stand_in {

struct fault {
    std::string kind;
    std::int64_t skip = 0;       // matching requests to let through first
    std::int64_t remaining = 1;  // -1: until cleared
    std::string method;          // a JSON-RPC method only
    std::string path;            // a path only; a trailing * is a prefix
    std::string http;            // an HTTP method only

    std::int64_t status = 200;  // custom
    std::string body;           // custom, html200
    std::string content_type;   // custom
    std::string location;       // redirects
    std::string login;          // whoami_as
    std::string message;        // fault
    std::int64_t error_code = 103;
    std::int64_t retry_after = -1;  // seconds; -1: no such header
    std::int64_t delay_ms = 0;
    std::int64_t bytes = 0;    // oversized
    std::int64_t replies = 1;  // interim: how many of them

    bool matches(const http_request& request, std::string_view rpc_method) const noexcept;
    // Whether the site does what was asked before the answer is mangled.
    bool performs() const noexcept;
};

class faults {
public:
    // Arms one; returns what is wrong with it, or empty.
    std::string add(const proto::json_value& object);
    void clear() noexcept { armed_.clear(); }
    // The first armed fault that matches, one use of it spent.
    std::optional<fault> take(const http_request& request, std::string_view rpc_method);
    void write(proto::json_writer& out) const;

private:
    std::deque<fault> armed_;
};

// The outcome of a request under `what`. `perform` yields the honest answer and is called only if
// what.performs().
outcome spoil(const fault& what, std::string_view base_url, const std::function<http_reply()>& perform);

}  // namespace sgauth::stand_in
