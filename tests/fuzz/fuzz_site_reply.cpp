// SPDX-License-Identifier: Apache-2.0
//
// A site's reply, read as the answer to every call. The first line is the status, the content type (`-`:
// none), the Location and Retry-After, parted by tabs; the body follows.

#include "src/site/censor.hpp"
#include "src/site/http_trouble.hpp"
#include "src/site/reply_parser.hpp"

#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

using namespace sgauth;

void require(bool good)
{
    if (!good)
        std::abort();
}

std::string_view take_until(std::string_view& text, char end)
{
    const auto at = std::min(text.find(end), text.size());
    const auto taken = text.substr(0, at);
    text.remove_prefix(std::min(at + 1, text.size()));
    return taken;
}

http_reply reply_of(std::string_view text)
{
    http_reply out;
    auto line = take_until(text, '\n');
    const auto status = take_until(line, '\t');
    std::from_chars(status.data(), status.data() + status.size(), out.status);
    if (const auto type = take_until(line, '\t'); type != "-")
        out.content_type = std::string(type);
    out.location = take_until(line, '\t');
    out.retry_after = take_until(line, '\t');
    out.body = text;
    return out;
}

bool is_success(const http_reply& reply)
{
    return reply.status >= 200 && reply.status < 300;
}

template <class T>
void check_answer(const site_answer<T>& answer, const http_reply& reply)
{
    if (answer)
        return;
    require(!answer.error().detail.empty());
    require(answer.error().foreign.size() <= reply.body.size() + reply.location.size());
    require(censored(answer.error().foreign, {}).size() <= max_foreign_bytes);
}

// No refusal without the site's explicit word.
template <class T>
void check_verdict(const site_verdict<T>& verdict, const http_reply& reply)
{
    check_answer(verdict, reply);
    if (!verdict || *verdict)
        return;
    require(is_success(reply) && is_json(reply));
    require(reply.body.find("exception") != std::string::npos || reply.body.find('\\') != std::string::npos);
    require(verdict->error().foreign.size() <= reply.body.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto reply = reply_of({reinterpret_cast<const char*>(data), size});
    require(http_trouble(reply).has_value() != is_success(reply));
    check_answer(fpt::read_info(reply), reply);
    check_verdict(fpt::read_session_token(reply), reply);
    check_verdict(fpt::read_probe(reply), reply);
    check_verdict(fpt::read_person(reply), reply);
    check_verdict(fpt::read_script(reply), reply);
    check_answer(fpt::read_life(reply), reply);
    check_answer(fpt::read_prolong(reply), reply);
    check_answer(fpt::read_log_out(reply), reply);
    if (const auto who = fpt::read_person(reply); who && *who && **who)
        require((**who)->id > 0);
    if (const auto token = fpt::read_session_token(reply); token && *token)
        require(!(*token)->empty());
    return 0;
}
