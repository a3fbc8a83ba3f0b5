// SPDX-License-Identifier: Apache-2.0
#include "src/agent/session_sink.hpp"

#include "src/agent/choose.hpp"
#include "src/agent/default_user.hpp"
#include "src/agent/session_view.hpp"
#include "src/base/log.hpp"
#include "src/base/random.hpp"
#include "src/session/session_record.hpp"

#include <algorithm>
#include <utility>

namespace sgauth {

namespace {

constexpr std::size_t id_bytes = 16;
constexpr const char* gone_meanwhile = "every credential was locked away or wiped meanwhile; log in again";

void add_alias(session& s, std::string_view name)
{
    std::string folded = fold(name);
    const bool is_known = folded.empty() || folded == fold(s.user) ||
                          std::find(s.aliases.begin(), s.aliases.end(), folded) != s.aliases.end();
    if (!is_known)
        s.aliases.push_back(std::move(folded));
}

// Takes over what the site said of who it is; the names that were used before stay as aliases.
void identify(session& s, const completion& known)
{
    const std::string typed = s.user;
    if (known.who) {
        s.user_id = known.who->id;
        if (!known.who->login.empty())
            s.user = known.who->login;
        add_alias(s, known.who->email);
    }
    // Somebody else's approval: what was typed is another person's name.
    if (known.may_become_default)
        add_alias(s, typed);
    for (const std::string& alias : known.aliases)
        add_alias(s, alias);
}

// The new login's session takes the place of the same user's earlier one: its id, and all names that it had.
void take_over(session& s, const session& before, const completion& known)
{
    const bool is_told = known.who && !known.who->login.empty();
    if (!is_told) {
        // What was typed may be an e-mail address; the site has told the login before.
        const std::string typed = std::exchange(s.user, before.user);
        std::erase(s.aliases, fold(s.user));
        add_alias(s, typed);
    }
    add_alias(s, before.user);
    for (const std::string& alias : before.aliases)
        add_alias(s, alias);
    if (s.user_id == 0)
        s.user_id = before.user_id;
    // The login is durable under the id that it was stored by, until its record is written under this one.
    s.leftovers = before.leftovers;
    s.leftovers.push_back(std::exchange(s.id, before.id));
}

// The token that a new login replaces, to be logged out; nothing where the site gave the same again.
std::optional<session> replaced_by(const session& s, const session& before)
{
    if (before.token.empty() || equal_constant_time(before.token, s.token))
        return std::nullopt;
    session old(before.site);
    old.id = before.id;
    old.user = before.user;
    old.token = before.token.clone();
    return old;
}

}  // namespace

login_sink::awaitable<void> session_sink::open_keyring(std::function<void()> asks)
{
    return state_.store.open_keyring(std::move(asks));
}

login_sink::awaitable<result<stored_session>> session_sink::store(new_session made)
{
    if (made.era != era())
        co_return fail(errc::failed, gone_meanwhile);
    session s(std::move(made.site));
    s.id = random_hex(id_bytes);
    s.kind = made.kind == login_kind::human ? session_kind::human : session_kind::script;
    s.user = std::move(made.user);
    s.token = std::move(made.token);
    s.key = std::move(made.key);
    s.shares_key = made.shares_key;
    s.created = state_.time.wall();
    s.verified_wall = s.created;
    s.past.born = state_.time.now();
    s.past.verified = s.past.born;
    s.past.suspended_then = state_.time.suspended();
    s.generation = s.key_generation = state_.table.next_generation(s.id, s.created);
    stored_session stored{s.id, s.generation};
    const std::string id = s.id;
    vault_record record = write_record(s, false);
    incomplete_.emplace(id, std::move(s));
    const auto written = co_await state_.store.put_or_begin_anew(id, std::move(record));
    if (!written && written.error().code == errc::denied) {
        incomplete_.erase(id);  // locked meanwhile, and nothing may be kept in memory
        co_return std::unexpected(written.error());
    }
    if (!written)  // the vault has it in memory, and writes it as soon as the disk takes it
        log::error("a login is kept in memory alone: {}", written.error().detail);
    if (made.era != era())
        co_return fail(errc::failed, gone_meanwhile);
    co_return stored;
}

const session* session_sink::same_user(const session& s) const
{
    if (s.kind == session_kind::human && s.user_id != 0)
        if (const session* person = state_.table.find_person(s.site, s.user_id))
            return person;
    const session* named = state_.table.find_user(s.site, s.user);
    if (!named || named->kind != s.kind)
        return nullptr;
    // A script is its name: one that was made anew at the site has another id, and the old one's place.
    const bool is_known = s.kind == session_kind::human && named->user_id != 0 && s.user_id != 0;
    return is_known && named->user_id != s.user_id ? nullptr : named;
}

login_sink::awaitable<result<proto::session_info>> session_sink::complete(completion known)
{
    const auto at = incomplete_.find(known.id);
    if (at == incomplete_.end() || at->second.generation != known.generation)
        co_return fail(errc::failed, "the login was given up meanwhile");
    session s = std::move(at->second);
    incomplete_.erase(at);
    identify(s, known);
    if (!known.is_verified) {
        s.past.verified.reset();
        s.verified_wall.reset();
    }
    const std::uint64_t began = era();
    const auto former = default_id(state_.table, s.site);
    std::optional<session> replaced;
    if (const session* before = same_user(s)) {
        take_over(s, *before, known);
        s.generation = s.key_generation = state_.table.next_generation(s.id, state_.time.wall());
        replaced = replaced_by(s, *before);
    }
    const std::string id = s.id;
    const session_table::first_person rule = known.may_become_default
                                                 ? session_table::first_person::becomes_default
                                                 : session_table::first_person::stays_plain;
    state_.table.put(std::move(s), rule);
    if (known.make_default) {
        state_.table.make_default(id);
        state_.table.choose_site(state_.table.find(id)->site);
    }
    if (known.is_verified)
        state_.keeping.logged_in(*state_.table.find(id));
    auto written = co_await save_default(state_.saving, id, former);
    if (written && known.make_default)
        written = co_await state_.saving.save_choice();
    if (!written)  // the login itself is durable under its first record: nothing is lost
        log::warning("a session's record could not be completed: {}", written.error().detail);
    if (replaced && began == era())
        state_.revoking.retire(std::move(*replaced));
    const session* now = state_.table.find(id);
    if (!now)
        co_return fail(errc::no_session, "the session was revoked just now");
    co_return seen(*now);
}

std::optional<proto::session_info> session_sink::find_usable(
    const site_url& site, const std::optional<std::string>& user, login_kind kind
) const
{
    const session* found = user ? state_.table.find_user(site, *user) : state_.table.default_of(site);
    if (!user && kind == login_kind::script) {
        found = nullptr;
        for (const session* s : state_.table.all())
            if (s->site == site && s->kind == session_kind::script) {
                if (found)
                    return std::nullopt;  // which of them was not said
                found = s;
            }
    }
    const session_kind wanted = kind == login_kind::human ? session_kind::human : session_kind::script;
    if (!found || found->kind != wanted || state_.keeping.state_of(*found) == session_state::expired)
        return std::nullopt;
    return seen(*found);
}

std::optional<site_url> session_sink::default_site() const
{
    const auto site = choose_site(state_, std::nullopt);
    return site ? std::optional(*site) : std::nullopt;
}

login_sink::awaitable<result<proto::session_info>> session_sink::make_default(std::string id)
{
    const session* s = state_.table.find(id);
    if (!s)
        co_return fail(errc::no_session, "the session was revoked just now");
    const auto former = default_id(state_.table, s->site);
    state_.table.make_default(id);
    state_.table.choose_site(s->site);
    proto::session_info info = seen(*s);
    auto written = co_await save_default(state_.saving, id, former);
    if (written)
        written = co_await state_.saving.save_choice();
    if (!written)
        log::warning("the default user is not remembered: {}", written.error().detail);
    co_return info;
}

proto::session_info session_sink::seen(const session& s) const
{
    return view(s, state_.table, state_.keeping, state_.time.wall());
}

}  // namespace sgauth
