// SPDX-License-Identifier: Apache-2.0
#include "tests/site/faults.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <iterator>

namespace sgauth::stand_in {

namespace {
constexpr std::string_view performing[] = {
    "delay",
    "drip",
    "drop_after",
    "held",
    "interim",
    "no_content_type",
    "truncated",
    "whoami_as",
};
constexpr std::string_view others[] = {
    "saml302", "301",       "302",      "303",     "307",     "308",         "401",  "403",
    "403json", "404",       "404empty", "407",     "410",     "429",         "500",  "501",
    "502",     "503",       "504",      "empty",   "html200", "broken_json", "drop", "fault",
    "never",   "oversized", "endless",  "garbage", "custom",  "not_object",
};
constexpr std::int64_t max_interim = 1000;
constexpr std::int64_t max_oversized = 1 << 30;  // more than any limit that a client may have

bool is_known(std::string_view kind)
{
    return std::ranges::find(performing, kind) != std::end(performing) ||
           std::ranges::find(others, kind) != std::end(others);
}

http_reply status_page(unsigned status)
{
    switch (status) {
        case 403:
            return html_reply(status, "API access blocked", "Ask your administrator.");
        case 503:
            return html_reply(status, "Down for maintenance", "We will be back soon.");
        default:
            return html_reply(status, reason_of(status), "The stand-in site was told to say so.");
    }
}

http_reply fault_reply(const fault& what)
{
    std::string body;
    proto::json_writer out(body);
    out.begin_object().member("exception", true).member("error_code", what.error_code);
    out.member("message", what.message).end_object();
    return json_reply(std::move(body));
}

http_reply custom_reply(const fault& what)
{
    auto reply = json_reply(what.body, static_cast<unsigned>(what.status));
    if (!what.content_type.empty())
        reply.content_type = what.content_type == "none" ? std::string() : what.content_type;
    if (!what.location.empty())
        reply.headers.push_back({"Location", what.location});
    return reply;
}

http_reply oversized_reply(std::int64_t bytes)
{
    constexpr std::string_view before = R"({"results": ")", after = R"("})";
    auto size = static_cast<std::size_t>(bytes);
    std::string body(before);
    body.append(size > before.size() + after.size() ? size - before.size() - after.size() : 0, 'x');
    body += after;
    return json_reply(std::move(body));
}

http_reply replacement(const fault& what, std::string_view base_url)
{
    const auto& kind = what.kind;
    if (kind == "saml302")
        return redirect_reply(fmt::format("{}/saml/saml_login_request", base_url));
    if (kind == "empty")
        return json_reply({});
    if (kind == "html200")
        return html_reply(
            200, "Welcome to the guest network", what.body.empty() ? "Please sign in." : what.body
        );
    if (kind == "broken_json")
        return json_reply(R"({"results": {"session_id": )");
    if (kind == "not_object")
        return json_reply("[true]");
    if (kind == "404empty")
        return {.status = 404, .content_type = {}, .headers = {}, .body = {}};
    if (kind == "403json")
        return message_reply(403, "Forbidden");
    if (kind == "fault")
        return fault_reply(what);
    if (kind == "custom")
        return custom_reply(what);
    if (kind == "oversized")
        return oversized_reply(what.bytes);

    unsigned status = 200;
    std::from_chars(kind.data(), kind.data() + kind.size(), status);
    if (status >= 300 && status < 400)
        return redirect_reply(
            what.location.empty() ? fmt::format("{}/elsewhere", base_url) : what.location, status
        );
    auto reply = status_page(status);
    if (status == 401)
        reply.headers.push_back({"WWW-Authenticate", "Basic realm=\"stand-in\""});
    return reply;
}

delivery delivery_of(std::string_view kind)
{
    if (kind == "drop" || kind == "drop_after")
        return delivery::drop;
    if (kind == "never")
        return delivery::never;
    if (kind == "held")
        return delivery::held;
    if (kind == "drip")
        return delivery::drip;
    if (kind == "truncated")
        return delivery::truncated;
    if (kind == "garbage")
        return delivery::garbage;
    if (kind == "endless")
        return delivery::endless;
    return delivery::whole;
}

bool read_member(fault& to, const proto::json_value& value)
{
    struct text_member {
        std::string_view name;
        std::string fault::* member;
    };
    struct number_member {
        std::string_view name;
        std::int64_t fault::* member;
    };
    static constexpr text_member texts[] = {
        {"kind", &fault::kind},
        {"method", &fault::method},
        {"path", &fault::path},
        {"http", &fault::http},
        {"body", &fault::body},
        {"content_type", &fault::content_type},
        {"location", &fault::location},
        {"login", &fault::login},
        {"message", &fault::message},
    };
    static constexpr number_member numbers[] = {
        {"count", &fault::remaining},
        {"skip", &fault::skip},
        {"status", &fault::status},
        {"error_code", &fault::error_code},
        {"retry_after", &fault::retry_after},
        {"delay_ms", &fault::delay_ms},
        {"bytes", &fault::bytes},
        {"replies", &fault::replies},
    };
    if (auto found = std::ranges::find(texts, value.key(), &text_member::name); found != std::end(texts)) {
        auto text = value.as_string();
        if (text)
            to.*found->member = std::string(*text);
        return text.has_value();
    }
    if (value.key() == "count" && value.as_string() == "all") {
        to.remaining = -1;
        return true;
    }
    auto found = std::ranges::find(numbers, value.key(), &number_member::name);
    auto number = value.as_int();
    if (found == std::end(numbers) || !number)
        return false;
    to.*found->member = *number;
    return true;
}
}  // namespace

bool fault::matches(const http_request& request, std::string_view rpc_method) const noexcept
{
    if (!method.empty() && method != rpc_method)
        return false;
    if (!http.empty() && http != request.method)
        return false;
    if (path.ends_with('*'))
        return std::string_view(request.path).starts_with(std::string_view(path).substr(0, path.size() - 1));
    return path.empty() || path == request.path;
}

bool fault::performs() const noexcept
{
    return std::ranges::find(performing, kind) != std::end(performing);
}

std::string faults::add(const proto::json_value& object)
{
    if (!object.is(proto::json_kind::object))
        return "a fault wants an object";
    fault made;
    for (auto value : object)
        if (!read_member(made, value))
            return fmt::format("{}: no such member, or not its type", value.key());
    if (!is_known(made.kind))
        return fmt::format("no fault {}", made.kind);
    if (made.bytes < 0 || made.bytes > max_oversized || made.delay_ms < 0 || made.remaining == 0 ||
        made.replies < 0 || made.replies > max_interim)
        return "bytes, delay_ms, replies or count is out of range";
    armed_.push_back(std::move(made));
    return {};
}

std::optional<fault> faults::take(const http_request& request, std::string_view rpc_method)
{
    for (auto each = armed_.begin(); each != armed_.end(); ++each) {
        if (!each->matches(request, rpc_method))
            continue;
        if (each->skip > 0) {
            --each->skip;
            continue;
        }
        auto taken = *each;
        if (each->remaining > 0 && --each->remaining == 0)
            armed_.erase(each);
        return taken;
    }
    return std::nullopt;
}

void faults::write(proto::json_writer& out) const
{
    out.begin_array();
    for (const auto& each : armed_) {
        out.begin_object()
            .member("kind", each.kind)
            .member("count", each.remaining)
            .member("skip", each.skip);
        out.member("method", each.method).member("path", each.path).member("http", each.http).end_object();
    }
    out.end_array();
}

outcome spoil(const fault& what, std::string_view base_url, const std::function<http_reply()>& perform)
{
    outcome out;
    out.reply = what.performs() ? perform() : replacement(what, base_url);
    out.how = delivery_of(what.kind);
    out.delay = std::chrono::milliseconds(what.delay_ms);
    if (what.kind == "interim")
        for (std::int64_t i = 0; i < what.replies; ++i)
            out.before += "HTTP/1.1 103 Early Hints\r\nLink: </x.css>; rel=preload\r\n\r\n";
    if (what.kind == "no_content_type")
        out.reply.content_type.clear();
    if (what.retry_after >= 0)
        out.reply.headers.push_back({"Retry-After", fmt::format("{}", what.retry_after)});
    return out;
}

}  // namespace sgauth::stand_in
