// SPDX-License-Identifier: Apache-2.0
#include "src/agent/audit_view.hpp"

#include "proto/status.hpp"
#include "proto/utf8.hpp"
#include "src/policy/audit_tally.hpp"
#include "src/policy/process_facts.hpp"

namespace sgauth {

namespace {

namespace event = proto::audit_event;

void say_which(audit_entry& e, const session& s)
{
    e.session = s.id;
    e.site = s.site.text();
    e.user = proto::printable(s.user);
}

// Its file; two programs that one process runs in turn are told apart by that.
ino_t program_of(const caller& who)
{
    return who.facts ? who.facts->inode : 0;
}

// What is known of the program stays in front of what is said of the request.
void add_reason(audit_entry& e, const std::string& more)
{
    if (more.empty())
        return;
    e.reason = e.reason ? *e.reason + "; " + proto::printable(more) : proto::printable(more);
}

}  // namespace

std::string key_of_hand_out(
    const caller& who, const session& s, std::string_view form, std::string_view state
)
{
    return audit_key(event::handed_out, who.process, program_of(who), s.id, form, state);
}

audit_entry entry_of_hand_out(
    const caller& who,
    const session& s,
    std::string_view form,
    std::string_view state,
    const std::optional<std::string>& why
)
{
    audit_entry e = entry_about(event::handed_out, who);
    say_which(e, s);
    e.form = form;
    e.state = state;
    add_reason(e, why.value_or(""));
    return e;
}

bool is_recorded(const proto::error_reply& refusal)
{
    namespace name = proto::error_name;
    return refusal.name != name::invalid_parameter && refusal.name != name::invalid_site;
}

std::string key_of_refusal(const caller& who, const proto::error_reply& refusal, std::string_view form)
{
    const std::string& session = refusal.session ? refusal.session->id : refusal.site.value_or("");
    const std::string what = refusal.user.value_or("") + '\n' + std::string(form);
    return audit_key(
        event::refused, who.process, program_of(who), session, what, refusal.name + refusal.message
    );
}

audit_entry entry_of_refusal(
    const caller& who, const proto::error_reply& refusal, const session* meant, std::string_view form
)
{
    audit_entry e = entry_about(event::refused, who);
    if (!form.empty())
        e.form = form;
    if (refusal.session) {
        e.session = refusal.session->id;
        e.site = refusal.session->site;
        e.user = proto::printable(refusal.session->user);
    } else if (meant) {
        say_which(e, *meant);
    } else {
        if (refusal.site)
            e.site = proto::printable(*refusal.site);
        if (refusal.user)
            e.user = proto::printable(*refusal.user);
    }
    e.error = refusal.name;
    add_reason(e, refusal.message);
    return e;
}

audit_entry entry_of_login(const caller& who, const proto::step& last)
{
    const bool is_in = last.kind == proto::step_kind::done;
    audit_entry e = entry_about(is_in ? event::login : event::login_failed, who);
    if (last.session) {
        e.session = last.session->id;
        e.site = last.session->site;
        e.user = proto::printable(last.session->user);
    }
    if (is_in)
        return e;
    e.error = last.error.value_or("Failed");
    add_reason(e, last.message.value_or(""));
    return e;
}

}  // namespace sgauth
