// SPDX-License-Identifier: Apache-2.0
#include "src/session/session_table.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace sgauth {

namespace {

std::string name_key(const site_url& site, std::string_view folded)
{
    // A space is in no site's address, so no two pairs share a key.
    std::string key;
    key.reserve(site.text().size() + 1 + folded.size());
    return key.append(site.text()).append(" ").append(folded);
}

}  // namespace

std::string fold(std::string_view login)
{
    const auto is_blank = [](char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; };
    while (!login.empty() && is_blank(login.front()))
        login.remove_prefix(1);
    while (!login.empty() && is_blank(login.back()))
        login.remove_suffix(1);
    std::string folded(login);
    for (char& c : folded)
        if (c >= 'A' && c <= 'Z')
            c = static_cast<char>(c - 'A' + 'a');
    return folded;
}

const session* session_table::find(std::string_view id) const
{
    const auto at = sessions_.find(id);
    return at == sessions_.end() ? nullptr : &at->second;
}

const session* session_table::find_user(const site_url& site, std::string_view user) const
{
    const auto& by_name = index().sessions;
    const auto at = by_name.find(name_key(site, fold(user)));
    return at == by_name.end() ? nullptr : find(at->second);
}

std::vector<const session*> session_table::named(const site_url& site, std::string_view user) const
{
    if (const session* one = find_user(site, user))
        return {one};
    const std::string folded = fold(user);
    std::vector<const session*> list;
    for (const session* s : all()) {
        const bool goes_by =
            fold(s->user) == folded || std::ranges::find(s->aliases, folded) != s->aliases.end();
        if (s->site == site && goes_by)
            list.push_back(s);
    }
    return list;
}

const session* session_table::find_person(const site_url& site, std::int64_t user_id) const
{
    for (const auto& [id, s] : sessions_)
        if (s.kind == session_kind::human && user_id != 0 && s.user_id == user_id && s.site == site)
            return &s;
    return nullptr;
}

const session* session_table::default_of(const site_url& site) const
{
    const auto at = defaults_.find(site.text());
    return at == defaults_.end() ? nullptr : find(at->second);
}

bool session_table::is_default(const session& s) const
{
    const auto at = defaults_.find(s.site.text());
    return at != defaults_.end() && at->second == s.id;
}

std::vector<const session*> session_table::all() const
{
    std::vector<const session*> list;
    for (const auto& [id, s] : sessions_)
        list.push_back(&s);
    std::sort(list.begin(), list.end(), [](const session* a, const session* b) {
        return std::tie(a->site.text(), a->user, a->id) < std::tie(b->site.text(), b->user, b->id);
    });
    return list;
}

const session& session_table::put(session s, first_person rule)
{
    const bool is_new = !sessions_.contains(s.id);
    const bool was_sealed = !is_new && sessions_.at(s.id).is_sealed;
    session& kept = sessions_.insert_or_assign(s.id, std::move(s)).first->second;
    names_.reset();
    tell(is_new ? session_event::added : was_sealed ? session_event::unlocked : session_event::renewed, kept);
    const bool may = rule == first_person::becomes_default && kept.kind == session_kind::human;
    if (may && !default_of(kept.site))
        make_default(kept.id);
    return kept;
}

bool session_table::verified(std::string_view id, std::int64_t generation, const moment& at, wall_time wall)
{
    session* s = current(id, generation);
    if (!s || s->past.end != end_reason::none)
        return false;
    s->past.verified = at.now;
    s->past.suspended_then = at.suspended;
    s->past.failures = 0;
    s->past.not_before = {};
    s->verified_wall = wall;
    tell(session_event::renewed, *s);
    return true;
}

bool session_table::ended(std::string_view id, std::int64_t generation, end_reason why)
{
    session* s = current(id, generation);
    if (!s || s->past.end != end_reason::none)
        return false;
    s->past.end = why;
    s->token.clear();
    s->key.clear();
    tell(session_event::expired, *s);
    return true;
}

bool session_table::troubled(std::string_view id, std::int64_t generation, boot_time not_before)
{
    session* s = current(id, generation);
    if (!s)
        return false;
    ++s->past.failures;
    s->past.not_before = not_before;
    return true;
}

void session_table::became_unverified(std::string_view id)
{
    if (const session* s = find(id))
        tell(session_event::unverified, *s);
}

void session_table::asked(std::string_view id, boot_time now)
{
    if (const auto at = sessions_.find(id); at != sessions_.end())
        at->second.past.asked = now;
}

void session_table::handed_out(std::string_view id, boot_time now)
{
    if (const auto at = sessions_.find(id); at != sessions_.end())
        at->second.past.handed_out = now;
}

void session_table::site_told_end(std::string_view id, std::int64_t generation, wall_time end)
{
    if (session* s = current(id, generation))
        s->site_expires = end;
}

std::optional<session> session_table::take(std::string_view id)
{
    const auto at = sessions_.find(id);
    if (at == sessions_.end())
        return std::nullopt;
    session taken = std::move(at->second);
    const bool was_default = is_default(taken);
    sessions_.erase(at);
    names_.reset();
    tell(session_event::revoked, taken);
    // Nobody inherits a default: a tool that asks for "the user" must not become somebody else by a log-out.
    if (was_default)
        defaults_.erase(taken.site.text());
    return taken;
}

void session_table::wipe()
{
    ++era_;
    for (const session* s : all())
        take(s->id);
}

void session_table::lock(std::string reason)
{
    ++era_;
    lock_reason_ = std::move(reason);
    for (auto& [id, s] : sessions_) {
        s.token.clear();
        s.key.clear();
        if (s.past.end != end_reason::none)
            continue;
        s.is_sealed = true;
        s.past.verified.reset();
        tell(session_event::locked, s);
    }
}

bool session_table::add_leftover(std::string_view id, std::string record)
{
    const auto at = sessions_.find(id);
    if (at != sessions_.end())
        at->second.leftovers.push_back(std::move(record));
    return at != sessions_.end();
}

bool session_table::erased_leftover(std::string_view id, std::string_view record)
{
    const auto at = sessions_.find(id);
    return at != sessions_.end() && std::erase(at->second.leftovers, record) > 0;
}

bool session_table::make_default(std::string_view id)
{
    const session* s = find(id);
    if (!s)
        return false;
    if (!is_default(*s)) {
        defaults_[s->site.text()] = s->id;
        tell(session_event::became_default, *s);
    }
    return true;
}

site_habits& session_table::habits(const site_url& site)
{
    return habits_[site.text()];
}

const site_habits* session_table::known_habits(const site_url& site) const
{
    const auto at = habits_.find(site.text());
    return at == habits_.end() ? nullptr : &at->second;
}

std::int64_t session_table::next_generation(std::string_view id, wall_time now) const
{
    const session* s = find(id);
    // Milliseconds of wall time: above whatever an earlier life of this daemon counted up to.
    const std::int64_t by_clock =
        std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count();
    return s ? std::max(s->generation + 1, by_clock) : by_clock;
}

session* session_table::current(std::string_view id, std::int64_t generation)
{
    const auto at = sessions_.find(id);
    return at != sessions_.end() && at->second.generation == generation ? &at->second : nullptr;
}

void session_table::tell(session_event event, const session& s) const
{
    for (const listener& who : listeners_)
        who(event, s);
}

const session_table::names& session_table::index() const
{
    if (names_)
        return *names_;
    names& made = names_.emplace();
    for (const session* s : all())
        if (made.sites.empty() || made.sites.back() != s->site)
            made.sites.push_back(s->site);
    std::map<std::string, std::string, std::less<>> people, scripts, aliases;
    const auto claim = [](auto& rank, std::string key, const std::string& id) {
        const auto [at, is_new] = rank.emplace(std::move(key), id);
        if (!is_new && at->second != id)
            at->second.clear();  // whoever it goes to would be a guess
    };
    for (const auto& [id, s] : sessions_) {
        claim(s.kind == session_kind::human ? people : scripts, name_key(s.site, fold(s.user)), id);
        for (const std::string& alias : s.aliases)
            claim(aliases, name_key(s.site, alias), id);
    }
    made.sessions = std::move(people);
    made.sessions.merge(scripts);
    made.sessions.merge(aliases);
    return made;
}

}  // namespace sgauth
