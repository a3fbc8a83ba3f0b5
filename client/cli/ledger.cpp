// SPDX-License-Identifier: Apache-2.0
#include "client/cli/ledger.hpp"

#include "client/cli/output.hpp"
#include "proto/utf8.hpp"

#include <charconv>
#include <ctime>
#include <iterator>

namespace sgauth::cli {

namespace {

constexpr std::int64_t seconds_in(char unit) noexcept
{
    switch (unit) {
        case 's':
            return 1;
        case 'm':
            return 60;
        case 'h':
            return 3600;
        case 'd':
            return 86400;
        case 'w':
            return 7 * 86400;
        default:
            return 0;
    }
}

// Longer ago than there are computers is a slip of the finger, and would overflow.
constexpr std::int64_t longest_ago = 100LL * 366 * 86400;

std::optional<std::int64_t> read_date(std::string text)
{
    const bool is_utc = !text.empty() && text.back() == 'Z';
    if (is_utc)
        text.pop_back();
    for (const char* form :
         {"%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S"}) {
        std::tm parts{};
        const char* const end = ::strptime(text.c_str(), form, &parts);
        if (!end || *end != '\0')
            continue;
        parts.tm_isdst = -1;
        const int day = parts.tm_mday;
        const std::time_t moment = is_utc ? ::timegm(&parts) : std::mktime(&parts);
        // The 31st of February would be a day in March.
        return parts.tm_mday == day ? std::optional<std::int64_t>(moment) : std::nullopt;
    }
    return std::nullopt;
}

}  // namespace

bool read_record(std::optional<std::int64_t> since, record& out, client::call_failure& why)
{
    client::channel daemon(client::own_target(client::autostart::yes, client::daemon_first::beside_us));
    proto::audit_call call;
    call.since = since;
    do {
        proto::audit_reply reply;
        if (!daemon.call(call, reply, deadline_in(at_once), why))
            return false;
        out.entries.insert(
            out.entries.end(),
            std::make_move_iterator(reply.entries.begin()),
            std::make_move_iterator(reply.entries.end())
        );
        out.sink = std::move(reply.sink);
        out.broken = std::move(reply.broken);
        call.from = reply.next;
    } while (call.from);
    return true;
}

void warn_of_record(const record& r)
{
    if (r.broken)
        complain("the chain is broken: " + proto::printable(*r.broken));
    if (r.sink == "none")
        complain("nothing is recorded: audit.sink is none");
    if (r.sink == "journal")
        complain("recorded in the journal: journalctl -t sgauthd SGAUTH_EVENT=handed_out");
}

std::optional<std::int64_t> moment_of(std::string_view text, std::int64_t now)
{
    std::int64_t number = 0;
    const char* const end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, number);
    const bool is_number = read.ec == std::errc() && number >= 0;
    if (is_number && read.ptr == end)
        return number;
    if (!is_number || read.ptr + 1 != end)
        return read_date(std::string(text));
    const std::int64_t unit = seconds_in(*read.ptr);
    if (unit == 0 || number > longest_ago / unit)
        return std::nullopt;
    return now - number * unit;
}

}  // namespace sgauth::cli
