// SPDX-License-Identifier: Apache-2.0
#include "client/cli/policy_text.hpp"

#include "client/cli/daemon.hpp"
#include "proto/json_writer.hpp"
#include "proto/utf8.hpp"

namespace sgauth::cli {

namespace {

constexpr std::string_view weakness =
    "Executable rules sort out honest programs and do not stop a hostile process of the same uid, which can "
    "connect, hand the socket to a child and exec an allowed program.";

// Where no rule denies it there is something else that keeps it back: `why` says what.
std::string outcome_of(const proto::test_policy_reply& r)
{
    if (r.action == "allow")
        return "handed out";
    if (r.action == "deny")
        return r.rule ? "denied" : "not handed out";
    return r.action == "confirm" ? "a person would be asked" : proto::printable(r.action, 40);
}

std::string subject_of(const proto::test_policy_reply& r)
{
    const std::string user = r.user ? proto::printable(*r.user) : "nobody yet";
    return user + " @ " + (r.site ? proto::printable(*r.site) : "no site yet");
}

std::string or_unknown(const std::string& text, const proto::test_policy_reply& r)
{
    if (!text.empty())
        return proto::printable(text, 4096);
    return r.is_known ? "none" : "not known";
}

}  // namespace

std::string policy_parameters(const proto::test_policy_call& call)
{
    std::string text;
    proto::json_writer json(text);
    json.begin_object();
    json.member("pid", call.pid)
        .member("site", call.site)
        .member("user", call.user)
        .member("form", call.form);
    json.end_object();
    return text;
}

std::string question_text(const proto::watch_questions_reply& q)
{
    const auto shown = [](const std::optional<std::string>& text, const char* otherwise) {
        return text && !text->empty() ? proto::printable(*text, 4096) : std::string(otherwise);
    };
    std::string text = shown(q.executable, "a program that is not known") + " (";
    if (q.pid)
        text += "pid " + std::to_string(*q.pid) + ", ";
    text += shown(q.unit, "no unit") + ") wants the " + shown(q.form, "credential") + " of " +
            name_of(q.user.value_or(""), q.site.value_or("")) + "\n  " +
            shown(q.reason, "a rule wants it confirmed");
    return text;
}

std::string policy_page(std::int64_t pid, const proto::test_policy_reply& r)
{
    std::string page =
        "the " + proto::printable(r.form, 40) + " of " + subject_of(r) + ": " + outcome_of(r) + "\n";
    const auto line = [&page](std::string_view name, const std::string& value) {
        page.append("  ").append(name).append(12 - name.size(), ' ').append(value) += '\n';
    };
    line("why", proto::printable(r.reason, 2000));
    line("process", std::to_string(pid) + (r.is_known ? "" : ", which no rule may rely on"));
    line("executable", or_unknown(r.executable, r));
    line("unit", or_unknown(r.unit, r));
    line("cgroup", or_unknown(r.cgroup, r));
    line(
        "namespaces",
        r.foreign_namespace ? "others than the daemon's"
        : r.is_known        ? "the daemon's"
                            : "not known"
    );
    return page.append(weakness) += '\n';
}

}  // namespace sgauth::cli
