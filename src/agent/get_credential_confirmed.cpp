// SPDX-License-Identifier: Apache-2.0
//
// What the rules say of an asker, and the person whom they want asked.

#include "proto/utf8.hpp"
#include "src/agent/errors.hpp"
#include "src/agent/get_credential.hpp"
#include "src/base/deadline.hpp"
#include "src/policy/authorise.hpp"
#include "src/policy/process_facts.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <utility>

namespace sgauth {

namespace net = boost::asio;

namespace {

constexpr std::string_view how_to_confirm =
    "; run `sgauth policy confirm` in a terminal and ask again with --prompt, or have a rule allow it";

constexpr std::string_view how_to_confirm_at_desktop =
    "a rule wants you to confirm it: run `sgauth policy confirm` in a terminal, then ask again with --prompt";

// Of each foreign text on a desktop's screen, where there is little room.
constexpr std::size_t most_shown = 200;

// A caller of unknown program is never one whose credential is to be confirmed: decide() denies it.
question question_of(const caller& who, const session& s, std::string_view form, const verdict& said)
{
    question about;
    about.key = confirmation_of(*who.facts, s.id, form);
    about.program = *who.facts;
    about.site = s.site.text();
    about.user = s.user;
    about.rule = said.rule->source;
    about.why = said.why;
    return about;
}

// At the desktop, where no front end tells of it. The one that asks is told apart as by confirmation_of: a
// crowd of one program is one to a person.
desktop_notice notice_of(const question& about)
{
    const confirmation_key& key = about.key;
    std::string form = key.form;
    std::ranges::replace(form, '_', ' ');
    desktop_notice told;
    told.key = fmt::format(
        "confirm {} {} {} {} {} {} {}",
        key.device,
        key.inode,
        key.process.pid,
        key.process.start_time,
        key.session,
        key.form,
        key.unit
    );
    told.summary = fmt::format(
        "sgauth: {} (pid {}) wants the {} of {} @ {}",
        proto::printable(about.program.executable, most_shown),
        about.program.process.pid,
        form,
        proto::printable(about.user, most_shown),
        proto::printable(about.site, most_shown)
    );
    told.body = how_to_confirm_at_desktop;
    return told;
}

}  // namespace

// Why the rules, or its role, keep it from this caller; nothing if they do not, or a person said yes. Where
// the session has none of the forms that were asked for there is nothing to confirm.
std::optional<proto::error_reply> get_credential::refusal_of(
    const caller& who, const session& s, std::string_view form
) const
{
    const verdict said = authorise_credential(who, s, form, state_.configuration.values.rules);
    if (said.allows())
        return std::nullopt;
    if (said.action == rule_action::deny)
        return errors::denied(said.why);
    if (form.empty() || state_.asking.remembers(confirmation_of(*who.facts, s.id, form)))
        return std::nullopt;
    return errors::denied(said.why + std::string(how_to_confirm));
}

// Asks the person where a rule wants that and the caller can wait. Nobody is asked about a session that has
// ended: that is said first.
get_credential::step get_credential::refuse_or_ask(
    const caller& who,
    const session& s,
    std::string_view form,
    const proto::get_credential_call& call,
    proto::error_reply refused
)
{
    const verdict said = authorise_credential(who, s, form, state_.configuration.values.rules);
    if (said.action != rule_action::confirm)
        return {next::nothing, std::unexpected(std::move(refused)), {}};
    if (const session_sight seen = state_.keeping.look_at(s); seen.state == session_state::expired)
        return decide_for(s, seen, call);
    question about = question_of(who, s, form, said);
    if (call.prompt.value_or(false))
        return {next::await_person, std::nullopt, {}, {}, std::move(about)};
    if (!state_.asking.is_watched_for(who.process))
        state_.reminding.remind(notice_of(about));
    state_.asking.miss(std::move(about));
    return {next::nothing, std::unexpected(std::move(refused)), {}};
}

// Suspends until the person has answered, or `end`. Nothing: what was refused may be allowed now, look again.
net::awaitable<std::optional<proto::error_reply>> get_credential::person_refuses(
    question about, std::chrono::steady_clock::time_point end
)
{
    const std::string rule = " (" + proto::printable(about.rule) + ")";
    auto asking = state_.asking.ask(std::move(about));
    const auto answered = co_await with_deadline(std::move(asking), end - std::chrono::steady_clock::now());
    if (!answered || *answered == said::nobody)
        co_return errors::denied("nobody confirmed it in time" + rule + std::string(how_to_confirm));
    if (*answered == said::no)
        co_return errors::denied("a person said no" + rule);
    co_return std::nullopt;
}

}  // namespace sgauth
