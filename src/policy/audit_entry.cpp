// SPDX-License-Identifier: Apache-2.0
#include "src/policy/audit_entry.hpp"

#include "proto/utf8.hpp"
#include "src/policy/process_facts.hpp"

#include <spdlog/fmt/fmt.h>

namespace sgauth {

namespace {

// A path beyond it is a joke; the file name is told by nothing else, so this is more than other texts get.
constexpr std::size_t longest_path_shown = 1000;

std::string event_in_words(const audit_entry& e)
{
    if (e.event == proto::audit_event::handed_out)
        return e.form.value_or("a credential") + " handed out";
    if (e.event == proto::audit_event::withheld)
        return e.form.value_or("a credential") + " not handed out after all";
    if (e.event == proto::audit_event::login_failed)
        return "login failed";
    return e.event;
}

}  // namespace

audit_entry entry_about(std::string_view event, const caller& who)
{
    audit_entry e;
    e.event = event;
    e.uid = who.uid;
    if (who.process.pid != 0)
        e.pid = who.process.pid;
    if (!who.facts)
        return e;
    if (!who.facts->executable.empty())
        e.executable = proto::printable(who.facts->executable, longest_path_shown);
    if (!who.facts->unit.empty())
        e.unit = proto::printable(who.facts->unit);
    if (!who.facts->is_known)
        e.reason = "the program is not sure: " + who.facts->why_unknown;
    return e;
}

std::string sentence_of(const audit_entry& e)
{
    std::string text;
    if (e.user)
        text = *e.user + " @ " + e.site.value_or("?") + ": ";
    else if (e.site)
        text = *e.site + ": ";
    text += event_in_words(e);
    if (e.pid)
        text += fmt::format(", {} (pid {})", e.executable.value_or("program unknown"), *e.pid);
    if (e.count > 1)
        text += fmt::format(", {} times", e.count);
    if (e.reason)
        text += ": " + *e.reason;
    return text;
}

}  // namespace sgauth
