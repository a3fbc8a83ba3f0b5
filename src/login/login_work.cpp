// SPDX-License-Identifier: Apache-2.0
#include "src/login/login_work.hpp"

#include "proto/status.hpp"
#include "proto/utf8.hpp"
#include "src/base/log.hpp"
#include "src/session/session.hpp"

#include <algorithm>
#include <utility>

namespace sgauth {

namespace {

namespace error_name = proto::error_name;

constexpr const char* not_kept = "the site accepted the login, but it could not be kept: ";

// Whether the site may have counted the try as a wrong one. Only what surely never came to a verdict is
// forgiven: what was not sent, and what an answer says was turned away at the door.
bool may_count(const site_trouble& why)
{
    if (!why.may_have_been_sent)
        return false;
    switch (why.kind) {
        case trouble::proxy:
        case trouble::blocked:
        case trouble::unauthorised:
        case trouble::throttled:
        case trouble::maintenance:
        case trouble::moved:
        case trouble::claims_expired:
            return false;
        case trouble::offline:       // sent, perhaps judged, and the answer lost
        case trouble::timed_out:     // the same
        case trouble::untrusted:     // no answer is known that says so
        case trouble::server_error:  // a gateway may have lost the verdict
        case trouble::not_fpt:
        case trouble::fault:
            return true;
    }
    return true;
}

// 106 says that the password was right; with a code it says that the code was wrong.
bool may_count(const site_refusal& why, bool had_code)
{
    return why.kind != refusal::code_needed || had_code;
}

bool is_somebody_else(const site_identity& who, std::string_view asked_for)
{
    if (who.login.empty() && who.email.empty())
        return false;
    const std::string asked = fold(asked_for);
    return asked != fold(who.login) && asked != fold(who.email);
}

std::vector<std::string> names_of(const site_identity& who, std::string_view typed, bool is_other)
{
    std::vector<std::string> names;
    if (!is_other)
        names.emplace_back(typed);
    if (!who.email.empty())
        names.push_back(who.email);
    return names;
}

std::string_view error_name_of(const error& cause)
{
    return cause.code == errc::denied ? error_name::denied : error_name::failed;
}

}  // namespace

login_work::awaitable<login_news> login_work::forward(talk_ptr talk)
{
    login_news news;
    while (talk->turn() == login_turn::site) {
        switch (talk->errand()) {
            case login_errand::describe:
                co_await describe(talk);
                break;
            case login_errand::look_up:
                co_await look_up(talk);
                break;
            case login_errand::check_password:
                news = co_await check_password(talk);
                break;
            case login_errand::check_key:
                news = co_await check_key(talk);
                break;
        }
    }
    // Nobody types what cannot be sent. Where the site has just refused, that is how this login ends.
    if (talk->asks_for_password())
        if (const auto allowed = budget_.check(*talk->site(), talk->name()); !allowed)
            talk->fail(
                talk->step().message ? error_name::refused : error_name::denied, allowed.error().detail
            );
    co_return news;
}

login_work::awaitable<void> login_work::describe(talk_ptr talk)
{
    const login_request& request = talk->request();
    if (!request.again) {
        auto named = request.script && !talk->name().empty() ? std::optional(talk->name()) : request.user;
        const bool is_kept = co_await keep_usable(talk, std::move(named));
        if (is_kept)
            co_return;
    }
    const auto info = co_await sites_.info(*request.site);
    if (info)
        talk->described(*info);
    else
        talk->in_trouble(info.error());
}

// A name that was typed and not given: as in describe(), before anybody is asked for a secret.
login_work::awaitable<void> login_work::look_up(talk_ptr talk)
{
    std::optional<std::string> named(talk->name());
    const bool is_kept = co_await keep_usable(talk, std::move(named));
    if (!is_kept)
        talk->not_there();
}

// Ends the login with a session that is there already; false if none is.
login_work::awaitable<bool> login_work::keep_usable(talk_ptr talk, std::optional<std::string> named)
{
    const login_request& request = talk->request();
    auto usable = sink_.find_usable(*request.site, named, kind_of(request));
    if (usable && request.make_default) {
        auto chosen = co_await sink_.make_default(usable->id);
        if (!chosen) {
            talk->fail(error_name::failed, chosen.error().detail);
            co_return true;
        }
        usable = std::move(*chosen);
    }
    if (usable)
        talk->done(std::move(*usable));
    co_return usable.has_value();
}

login_work::awaitable<login_news> login_work::check_password(talk_ptr talk)
{
    const std::uint64_t era = sink_.era();
    const site_url site = *talk->site();
    const std::string login = talk->name();
    // Copies of our own: the conversation may end, and wipe its own, while the site has them.
    const password secret = talk->password_to_send();
    const std::optional<one_time_code> code = talk->take_code();

    auto spent = co_await budget_.spend(site, login);
    if (!spent) {
        talk->fail(error_name_of(spent.error()), spent.error().detail);
        co_return login_news{};
    }
    if (talk->turn() == login_turn::over) {
        co_await budget_.refund(std::move(*spent));
        co_return login_news{};
    }

    auto verdict = co_await sites_.log_in(site, login, secret, code ? &*code : nullptr);
    if (verdict && *verdict)
        co_return co_await keep_person(std::move(talk), std::move(**verdict), std::move(*spent), era);
    const bool counts = verdict ? may_count(verdict->error(), code.has_value()) : may_count(verdict.error());
    if (!counts)
        co_await budget_.refund(std::move(*spent));
    if (verdict)
        talk->refused(verdict->error());
    else
        talk->in_trouble(verdict.error());
    // To be asked for a code as well is no refusal.
    co_return login_news{verdict && counts ? login_word::refused : login_word::nothing};
}

login_work::awaitable<login_news> login_work::check_key(talk_ptr talk)
{
    login_news news;
    const std::uint64_t era = sink_.era();
    const site_url site = *talk->site();
    script_key key = talk->key_to_send();
    auto verdict = co_await sites_.check_script(site, talk->name(), key);
    if (verdict && !*verdict) {
        talk->refused(verdict->error());
        news.word = login_word::refused;
    } else if (!verdict) {
        talk->in_trouble(verdict.error());
    } else if (talk->turn() != login_turn::over) {
        // A key is no one-shot answer: whoever cancelled does not want it kept.
        news = co_await keep_script(std::move(talk), std::move(key), std::move(**verdict), era);
    }
    co_return news;
}

login_work::awaitable<login_news> login_work::keep_person(
    talk_ptr talk, session_token token, password_budget::spent_try spent, std::uint64_t era
)
{
    const site_url site = *talk->site();
    const std::string login = talk->name();
    new_session made(site);
    made.user = login;
    made.method = "password";
    made.token = token.clone();
    made.era = era;
    const auto stored = co_await sink_.store(std::move(made));
    co_await budget_.refund(std::move(spent));
    if (!stored) {
        // Nobody could ever use or revoke it. Whether the site ended it changes nothing here. Not after a
        // wipe: then no site is told anything.
        login_news lost{login_word::given_back, {}, not_kept + stored.error().detail};
        if (sink_.era() == era) {
            const auto ended = co_await sites_.log_out(site, token);
            lost.detail += ended ? "; it was logged out there" : "; the site could not be told to end it";
        } else {
            lost.detail += "; the site was told nothing";
        }
        talk->fail(error_name::failed, lost.detail);
        co_return lost;
    }
    talk->accepted();

    completion known{
        stored->id, stored->generation, std::nullopt, {login}, true, talk->request().make_default, true
    };
    const auto told = co_await sites_.who_is(site, login, token);
    // The site gave it and takes it back: kept, as it cannot be had again, but the next ask finds out.
    known.is_verified = !told || told->has_value();
    if (told && *told && **told) {
        const site_identity& who = ***told;
        const bool is_other = is_somebody_else(who, login);
        known.who = who;
        known.aliases = names_of(who, login, is_other);
        known.may_become_default = !is_other;
        known.make_default = known.make_default && !is_other;
    }
    co_return co_await finish(std::move(talk), std::move(known));
}

login_work::awaitable<login_news> login_work::keep_script(
    talk_ptr talk, script_key key, site_identity who, std::uint64_t era
)
{
    new_session made(*talk->site());
    made.kind = login_kind::script;
    made.user = talk->name();
    made.method = "key";
    made.key = std::move(key);
    made.shares_key = talk->request().share_key;
    made.era = era;
    const auto stored = co_await sink_.store(std::move(made));
    if (!stored) {
        talk->fail(
            error_name::failed,
            "the site accepted the key, but it could not be kept: " + stored.error().detail
        );
        co_return login_news{};
    }
    talk->accepted();
    completion known{
        stored->id,
        stored->generation,
        std::move(who),
        {talk->name()},
        true,
        talk->request().make_default,
        true
    };
    co_return co_await finish(std::move(talk), std::move(known));
}

login_work::awaitable<login_news> login_work::finish(talk_ptr talk, completion known)
{
    const bool is_other = !known.may_become_default;
    const std::string whose = known.who ? proto::printable(known.who->login) : std::string();
    auto session = co_await sink_.complete(std::move(known));
    if (talk->turn() == login_turn::over)
        log::info("a login was accepted after it was cancelled; its session is kept");
    if (!session) {
        talk->fail(error_name::failed, not_kept + session.error().detail);
        co_return login_news{};
    }
    login_news news{login_word::kept, *session, {}};
    if (is_other)
        talk->fail(
            error_name::denied,
            "the site says that this login is " + whose + "'s: " + whose +
                " is logged in now, and nobody else"
        );
    else
        talk->done(std::move(*session));
    co_return news;
}

}  // namespace sgauth
