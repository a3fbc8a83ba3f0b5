// SPDX-License-Identifier: Apache-2.0
#include "src/agent/audit.hpp"

#include "src/agent/errors.hpp"
#include "src/policy/authorise.hpp"

#include <algorithm>
#include <utility>

namespace sgauth {

namespace {

// A reply is one message, of 1 MiB at most, and of 65,536 values: sixteen an entry, escaped to twice its
// size.
constexpr std::size_t most_entries = 2000;
constexpr std::size_t most_bytes = 256 * 1024;

std::size_t size_of(const audit_entry& e)
{
    std::size_t size = 200;
    for (const auto* text : {&e.executable, &e.unit, &e.session, &e.site, &e.user, &e.form, &e.reason})
        size += *text ? (*text)->size() : 0;
    return size;
}

std::string_view word_for(audit_sink sink)
{
    switch (sink) {
        case audit_sink::file:
            return "file";
        case audit_sink::journal:
            return "journal";
        case audit_sink::both:
            return "both";
        case audit_sink::none:
            return "none";
    }
    return "none";
}

bool is_asked_for(const audit_entry& e, const proto::audit_call& call)
{
    return e.number >= call.from.value_or(0) && (!call.since || e.until.value_or(e.at) >= *call.since);
}

}  // namespace

boost::asio::awaitable<answer<proto::audit_reply>> audit::operator()(caller who, proto::audit_call call)
{
    if (const auto leave = authorise(who, request_kind::use, nullptr, {}); !leave)
        co_return std::unexpected(errors::from(leave.error()));
    if (call.limit.value_or(1) < 1)
        co_return std::unexpected(errors::invalid_parameter("limit"));
    auto read = co_await state_.audit.read();
    if (!read)
        co_return std::unexpected(errors::from(read.error()));
    const std::size_t most =
        std::min<std::uint64_t>(most_entries, static_cast<std::uint64_t>(call.limit.value_or(most_entries)));
    proto::audit_reply reply;
    reply.sink = word_for(state_.configuration.values.audit.sink);
    reply.broken = std::move(read->broken);
    std::size_t bytes = 0;
    for (audit_entry& e : read->entries) {
        if (!is_asked_for(e, call))
            continue;
        bytes += size_of(e);
        if (reply.entries.size() == most || (bytes > most_bytes && !reply.entries.empty())) {
            reply.next = e.number;
            break;
        }
        reply.entries.push_back(std::move(e));
    }
    co_return reply;
}

}  // namespace sgauth
