// SPDX-License-Identifier: Apache-2.0
#include "client/cli/command.hpp"
#include "client/cli/ledger.hpp"
#include "client/cli/output.hpp"
#include "client/cli/time_text.hpp"
#include "client/cli/why_text.hpp"

#include <charconv>

namespace sgauth::cli {

namespace {

concern concern_of(const arguments& given)
{
    concern about;
    const auto word = given.operand(0);
    if (!word)
        return about;
    std::int64_t pid = 0;
    const char* const end = word->data() + word->size();
    const auto read = std::from_chars(word->data(), end, pid);
    if (read.ec == std::errc() && read.ptr == end)
        about.pid = pid;
    else
        about.site = *word;
    return about;
}

int run(const arguments& given)
{
    record r;
    client::call_failure why;
    if (!read_record({}, r, why))
        return report(why, given);
    warn_of_record(r);
    const std::string sentence = last_surprise(r.entries, concern_of(given), wall_now());
    return print((sentence.empty() ? "nothing surprising is on record" : sentence) + "\n");
}

}  // namespace

constexpr command why_command = {
    "why",
    "the last surprise, in one sentence: who was refused, when, and what to do",
    R"(Usage: sgauth why [PID | SITE]

Tells the last thing on record that a person would ask about: a tool was refused, a session ended, a login failed, a
session was revoked, a credential was handed out that the site could not be asked about. When it was, why, when the
session was last used, and the command to run.

  PID    only what happened to that process
  SITE   only what happened at that site

Example:
  $ sgauth why
  maya was refused at 14:02: session expired at the site, last used Friday 19:12; run `sgauth login`

It is read from the audit ledger, which the user's own processes can alter; `sgauth audit` shows all of it.

Exit codes:
  0  told, also when nothing surprising is on record
  1  the ledger cannot be read
  7  no daemon, or not yours
)",
    {},
    1,
    run,
};

}  // namespace sgauth::cli
