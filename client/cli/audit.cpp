// SPDX-License-Identifier: Apache-2.0
#include "client/cli/command.hpp"
#include "client/cli/ledger.hpp"
#include "client/cli/output.hpp"
#include "client/cli/table.hpp"
#include "client/cli/time_text.hpp"
#include "proto/codec.hpp"
#include "proto/json_writer.hpp"
#include "proto/utf8.hpp"

#include <unistd.h>

namespace sgauth::cli {

namespace {

std::string document_of(const record& r)
{
    std::string text;
    proto::json_writer json(text);
    json.begin_array();
    for (const proto::audit_entry& e : r.entries)
        proto::write(json, e);
    json.end_array();
    return text += '\n';
}

// The daemon has escaped what is foreign; what it says is foreign to us.
std::string shown(const std::optional<std::string>& text)
{
    return proto::printable(text.value_or(""));
}

std::string table_of(const record& r, bool colour)
{
    table t({"TIME", "EVENT", "TIMES", "USER", "SITE", "PID", "PROGRAM", "WHAT"});
    for (const proto::audit_entry& e : r.entries) {
        std::string what = shown(e.error ? e.error : e.form);
        if (e.reason)
            what += (what.empty() ? "" : ": ") + shown(e.reason);
        t.add(
            {moment_text(e.at),
             proto::printable(e.event, 40),
             e.count > 1 ? std::to_string(e.count) : "",
             shown(e.user),
             shown(e.site),
             e.pid ? std::to_string(*e.pid) : "",
             shown(e.executable),
             what}
        );
    }
    return t.text(colour);
}

int run(const arguments& given)
{
    std::optional<std::int64_t> since;
    if (const auto text = given.value(option::since)) {
        since = moment_of(*text, wall_now());
        if (!since)
            return report(
                failure(
                    proto::status::usage,
                    usage_error,
                    "--since takes a time or how long ago, 2026-11-24 14:05 or 2h; try `sgauth audit --help`"
                ),
                given
            );
    }
    record r;
    client::call_failure why;
    if (!read_record(since, r, why))
        return report(why, given);
    warn_of_record(r);
    if (given.has(option::json))
        return print(document_of(r));
    return r.entries.empty() ? 0 : print(table_of(r, wants_colour(STDOUT_FILENO)));
}

}  // namespace

constexpr command audit_command = {
    "audit",
    "what was handed out to whom, and what was refused",
    R"(Usage: sgauth audit [--since TIME] [--json]

Shows the audit ledger, the oldest entry first: credentials handed out, refusals, logins, renewals, sessions that
ended or were revoked; when, by which program, and why. What one process gets again within a minute is one entry that
says how many times. Old entries go when the ledger has grown over some megabytes.

  --since TIME  nothing older: Unix seconds, 2026-11-24, "2026-11-24 14:05", or how long ago: 90s, 15m, 2h, 3d, 1w
  --json        an array of entries

Each entry carries the hash of the one before, so what is lost or damaged by accident shows: `the chain is broken`.
It is no evidence against the user's own processes: they can alter the ledger, hashes and all.

Example:
  $ sgauth audit --since 2h

Exit codes:
  0  shown, also when the chain is broken (a warning on stderr) or nothing is on record
  1  the ledger cannot be read
  2  TIME is none
  7  no daemon, or not yours
)",
    {option::json, option::since},
    0,
    run,
};

}  // namespace sgauth::cli
