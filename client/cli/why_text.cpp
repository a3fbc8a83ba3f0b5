// SPDX-License-Identifier: Apache-2.0
#include "client/cli/why_text.hpp"

#include "client/cli/daemon.hpp"
#include "client/cli/time_text.hpp"
#include "proto/status.hpp"
#include "proto/utf8.hpp"

#include <algorithm>
#include <ctime>

namespace sgauth::cli {

namespace {

namespace event = proto::audit_event;
using proto::audit_entry;
using entries_so_far = std::vector<audit_entry>;

constexpr std::int64_t day = 86400;

std::int64_t last_time(const audit_entry& e)
{
    return e.until.value_or(e.at);
}

bool is_surprising(const audit_entry& e)
{
    return e.event == event::refused || e.event == event::expired || e.event == event::login_failed ||
           e.event == event::revoked ||
           (e.event == event::handed_out && e.state == std::string(proto::state::unverified));
}

// A site without what people leave out.
std::string bare(std::string_view site)
{
    if (const auto scheme = site.find("://"); scheme != site.npos)
        site.remove_prefix(scheme + 3);
    while (!site.empty() && site.back() == '/')
        site.remove_suffix(1);
    std::string text(site);
    for (char& c : text)
        if (c >= 'A' && c <= 'Z')
            c = static_cast<char>(c - 'A' + 'a');
    return text;
}

bool concerns(const audit_entry& e, const concern& about)
{
    return (!about.pid || e.pid == about.pid) &&
           (!about.site || (e.site && bare(*e.site) == bare(*about.site)));
}

// "maya", as people know it; "process 4711" where its program is not known.
std::string program_of(const audit_entry& e)
{
    if (!e.executable)
        return e.pid ? "process " + std::to_string(*e.pid) : "a program";
    const std::string_view path = *e.executable;
    const auto slash = path.rfind('/');
    return proto::printable(slash == path.npos ? path : path.substr(slash + 1), 60);
}

std::string session_of(const audit_entry& e)
{
    return "the session of " + name_of(e.user.value_or("?"), e.site.value_or("?"));
}

bool is_same_session(const audit_entry& a, const audit_entry& b)
{
    return b.session && a.session == b.session;
}

// Without the hand-outs that did not take place after all.
entries_so_far that_happened(const entries_so_far& all)
{
    entries_so_far kept;
    for (const audit_entry& e : all) {
        if (e.event != event::withheld) {
            kept.push_back(e);
            continue;
        }
        const auto taken_back = std::find_if(kept.rbegin(), kept.rend(), [&e](const audit_entry& one) {
            return one.event == event::handed_out && one.pid == e.pid && one.session == e.session &&
                   one.form == e.form;
        });
        if (taken_back != kept.rend())
            kept.erase(std::next(taken_back).base());
    }
    return kept;
}

std::string end_in_words(const std::string& reason)
{
    return reason == "max_age" ? "session older than renewal.max_age allows" : "session expired at the site";
}

// Why a session had ended, by the entry that told it.
std::string cause_of_end(const entries_so_far& before, const audit_entry& e)
{
    for (auto at = before.rbegin(); at != before.rend(); ++at)
        if (at->event == event::expired && is_same_session(*at, e))
            return end_in_words(at->reason.value_or("site"));
    return "session expired";
}

// A reason as the daemon gives it: what was wrong and, where it names a command to run, a clause that does
// so, "locked by `sgauth lock`; run `sgauth unlock`". What comes behind that is for later.
// tests/regress/why.sh has the daemon's own words for each.
struct told {
    std::string cause;
    std::string advice;  // empty: it names no command
};

told split(const std::string& reason)
{
    const auto command = reason.find("run `sgauth ");
    if (command == reason.npos)
        return {reason, {}};
    const auto before = reason.rfind("; ", command);
    const auto begin = before == reason.npos ? 0 : before + 2;
    const auto end = reason.find("; ", command);
    return {reason.substr(0, before == reason.npos ? 0 : before), reason.substr(begin, end - begin)};
}

// Only what is to be run stands in backticks.
std::string without_backticks(std::string text)
{
    text.erase(std::remove(text.begin(), text.end(), '`'), text.end());
    return text;
}

std::string cause_of(const entries_so_far& before, const audit_entry& e)
{
    if (e.event == event::expired)
        return end_in_words(e.reason.value_or("site"));
    if (e.error == std::string(proto::error_name::expired))
        return cause_of_end(before, e);
    if (e.event == event::revoked)
        return e.pid ? "by " + program_of(e) + " (pid " + std::to_string(*e.pid) + ")" : std::string();
    const std::string reason = e.reason ? *e.reason : e.error.value_or("no reason is on record");
    return proto::printable(without_backticks(split(reason).cause), 500);
}

std::string last_use(const entries_so_far& before, const audit_entry& e, std::int64_t now)
{
    for (auto at = before.rbegin(); at != before.rend(); ++at)
        if (at->event == event::handed_out && is_same_session(*at, e))
            return ", last used " + when_text(last_time(*at), now);
    return {};
}

// The command names the site where there is more than one to log in to.
std::string login_at(const entries_so_far& all, const audit_entry& e)
{
    const bool is_only = std::none_of(all.begin(), all.end(), [&](const audit_entry& other) {
        return other.site && other.site != e.site;
    });
    return "sgauth login" + (e.site && !is_only ? " " + proto::printable(*e.site) : std::string());
}

// Where the daemon's reason names no command.
std::string command_for(const entries_so_far& all, const audit_entry& e)
{
    namespace name = proto::error_name;
    const std::string why = e.reason.value_or("");
    const auto says = [&why](const char* words) { return why.find(words) != why.npos; };
    if (e.event == event::handed_out || says("settings have to be mended"))
        return "sgauth status";
    if (e.event != event::refused || e.error == std::string(name::expired) ||
        e.error == std::string(name::no_session))
        return login_at(all, e);
    if (e.error == std::string(name::ambiguous))
        return "sgauth list";
    if (e.error == std::string(name::denied)) {
        if (says("wrong passphrase"))
            return "sgauth unlock";
        if ((says("rule") || says(".toml:")) && e.pid)
            return "sgauth policy test " + std::to_string(*e.pid);
    }
    return "sgauth status";
}

std::string advice_for(const entries_so_far& all, const audit_entry& e)
{
    const bool is_known_better = e.error == std::string(proto::error_name::expired);
    const std::string advice = e.reason && !is_known_better ? split(*e.reason).advice : std::string();
    return advice.empty() ? "run `" + command_for(all, e) + "`" : proto::printable(advice, 500);
}

std::string what_happened(const audit_entry& e, std::int64_t now)
{
    const std::string when = when_text(last_time(e), now);
    const std::string times = e.count > 1 ? " " + std::to_string(e.count) + " times, last" : "";
    if (e.event == event::refused)
        return program_of(e) + " was refused" + times + " " + when;
    if (e.event == event::handed_out)
        return program_of(e) + " got a credential that was not verified" + times + " " + when;
    if (e.event == event::login_failed)
        return "a login" + (e.user ? " of " + proto::printable(*e.user) : std::string()) +
               (e.site ? " at " + proto::printable(*e.site) : std::string()) + " failed " + when;
    return session_of(e) + (e.event == event::revoked ? " was revoked " : " ended ") + when;
}

}  // namespace

std::string when_text(std::int64_t when, std::int64_t now)
{
    std::tm then{};
    std::tm today{};
    const std::time_t when_t = when;
    const std::time_t now_t = now;
    char text[64];
    if (!::localtime_r(&when_t, &then) || !::localtime_r(&now_t, &today))
        return std::to_string(when);
    const bool is_today = then.tm_yday == today.tm_yday && then.tm_year == today.tm_year;
    const bool is_near = when <= now && now - when < 6 * day;
    if (!is_today && !is_near)
        return moment_text(when);
    if (std::strftime(text, sizeof text, is_today ? "at %H:%M" : "%A %H:%M", &then) == 0)
        return std::to_string(when);
    return text;
}

std::string last_surprise(const entries_so_far& all, const concern& about, std::int64_t now)
{
    const entries_so_far entries = that_happened(all);
    const auto found = std::find_if(entries.rbegin(), entries.rend(), [&](const audit_entry& e) {
        return is_surprising(e) && concerns(e, about);
    });
    if (found == entries.rend())
        return {};
    const audit_entry& e = *found;
    const entries_so_far before(entries.begin(), found.base() - 1);
    const std::string cause = cause_of(before, e);
    std::string sentence = what_happened(e, now);
    if (!cause.empty())
        sentence += (e.event == event::revoked ? " " : ": ") + cause;
    return sentence + last_use(before, e, now) + "; " + advice_for(entries, e);
}

}  // namespace sgauth::cli
