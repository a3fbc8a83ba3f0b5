#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// One HTTP exchange as the stand-in site sees it: plain values, so that all of it but http_server.cpp is
// tested without a socket.

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace sgauth::stand_in {

struct http_header {
    std::string name;
    std::string value;
};

struct http_request {
    std::string method;
    std::string path;   // percent-encoding left as it came
    std::string query;  // without the question mark
    std::vector<http_header> headers;
    std::string body;
    std::string server_name;  // SNI; empty in plain mode or for an address

    // The first header of that name, in any case; empty if there is none.
    std::string_view header(std::string_view name) const noexcept;
    // The value of that cookie; empty if there is none.
    std::string_view cookie(std::string_view name) const noexcept;
};

struct http_reply {
    unsigned status = 200;
    std::string content_type = "application/json; charset=utf-8";  // empty: the header is left out
    std::vector<http_header> headers;
    std::string body;
};

// How the bytes of a reply reach the client.
enum class delivery {
    whole,
    drop,       // close without a byte
    never,      // keep the connection, say nothing until the client goes
    held,       // keep the reply until the control channel releases it
    drip,       // a byte at a time
    truncated,  // a Content-Length beyond the body, then close
    garbage,    // bytes that are no HTTP
    endless,    // a body without an end
};

struct outcome {
    http_reply reply;
    delivery how = delivery::whole;
    std::chrono::milliseconds delay{0};  // before the first byte; with drip, between bytes
    std::string before = {};             // bytes ahead of the reply: interim replies
};

http_reply json_reply(std::string body, unsigned status = 200);
// `{"message": text}`, as the internal endpoints answer.
http_reply message_reply(unsigned status, std::string_view text);
// A page of a web server, as a person would see it; `text` is written as it is.
http_reply html_reply(unsigned status, std::string_view title, std::string_view text);
http_reply redirect_reply(std::string location, unsigned status = 302);
// The reason phrase of a status line.
std::string_view reason_of(unsigned status) noexcept;
// The head of a reply as bytes. `length` is what Content-Length says; none: the header is left out.
std::string head_of(const http_reply& reply, const std::size_t* length, bool keep_alive);

bool same_ignoring_case(std::string_view a, std::string_view b) noexcept;
std::string lower_case(std::string_view text);

}  // namespace sgauth::stand_in
