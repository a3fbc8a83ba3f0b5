// SPDX-License-Identifier: Apache-2.0
//
// What the keeper asks a site: whether it takes a credential, and a token for a confined script.

#include "proto/utf8.hpp"
#include "src/base/log.hpp"
#include "src/session/confined_script.hpp"
#include "src/session/keeper.hpp"

#include <utility>

namespace sgauth {

boost::asio::awaitable<probe_answer> keeper::ask_site(std::string id)
{
    const session* s = table_.find(id);
    const site_question what = s ? question_for(*s) : site_question::none;
    if (what == site_question::none)
        co_return probe_answer{};
    if (what == site_question::mint_token)
        co_return co_await mint(std::move(id));
    const std::int64_t generation = s->generation;
    const site_url site = s->site;
    const auto at = now();  // the site's word counts from when it was asked, not from when we heard it
    site_verdict<void> answer;
    if (what == site_question::probe_token) {
        const session_token token = s->token.clone();
        answer = co_await sites_.probe(site, token);
    } else {
        const script_key key = s->key.clone();
        const std::string name = s->user;
        const auto known = co_await sites_.check_script(site, name, key);
        if (!known)
            answer = std::unexpected(known.error());
        else if (!*known)
            answer = std::expected<void, site_refusal>(std::unexpected(known->error()));
    }
    if (!answer)
        co_return note_trouble(id, generation, answer.error());
    if (*answer)
        co_return probe_answer{
            table_.verified(id, generation, at, time_.wall()) ? probe_word::accepted : probe_word::gone, {}
        };
    s = table_.find(id);
    const bool is_dead = answer->error().kind == refusal::rejected;
    // A key does not idle out.
    const bool has_idled = is_dead && what == site_question::probe_token;
    if (has_idled && s && s->past.verified && s->generation == generation)
        table_.habits(site) = after_death(table_.habits(site), time_.now() - *s->past.verified);
    if (is_dead && s && is_confined(*s))
        co_return co_await replace_token(std::move(id), generation);
    co_return note_refusal(id, generation, answer->error());
}

// The token's end is not the session's: the key has the next word.
boost::asio::awaitable<probe_answer> keeper::replace_token(std::string id, std::int64_t generation)
{
    if (!table_.lost_token(id, generation))
        co_return probe_answer{};
    probe_answer answer = co_await mint(id);
    if (answer.word == probe_word::trouble)
        table_.became_unverified(id);
    co_return answer;
}

boost::asio::awaitable<probe_answer> keeper::mint(std::string id)
{
    const session* s = table_.find(id);
    if (!s || question_for(*s) != site_question::mint_token)
        co_return probe_answer{};
    const std::int64_t generation = s->generation;
    const std::uint64_t era = table_.era();
    const site_url site = s->site;
    const std::string name = s->user;
    const script_key key = s->key.clone();
    const auto at = now();
    const auto made = co_await sites_.mint(site, name, key);
    if (!made)
        co_return note_trouble(id, generation, made.error());
    if (!*made)
        co_return note_refusal(id, generation, made->error());
    const session_token& token = **made;
    // Kept before anybody gets it. A disk that refuses does not keep it from those who ask; status tells.
    const std::int64_t next = table_.next_generation(id, time_.wall());
    const auto kept = co_await saving_.save_minted(id, generation, next, token);
    if (!kept)
        log::error("session {}: its new token is not written down: {}", id, kept.error().detail);
    if (table_.minted(id, generation, next, token.clone(), at, time_.wall())) {
        start("learn", learn_life(id, table_.find(id)->generation, learn::window, std::nullopt));
        co_return probe_answer{probe_word::accepted, {}};
    }
    // Revoked or logged in anew meanwhile: nobody could ever use this one, or end it. After a wipe, or while
    // locked, no site is told anything.
    if (table_.era() == era)
        static_cast<void>(co_await sites_.log_out(site, token));
    co_return probe_answer{};
}

probe_answer keeper::note_trouble(const std::string& id, std::int64_t generation, const site_trouble& why)
{
    const session* s = table_.find(id);
    const int failures = s ? s->past.failures + 1 : 1;
    table_.troubled(id, generation, time_.now() + pause_after(failures, why.retry_after, jitter_()));
    log::debug("session {}: {}", id, why.detail);
    return {probe_word::trouble, why};
}

probe_answer keeper::note_refusal(const std::string& id, std::int64_t generation, const site_refusal& why)
{
    if (why.kind != refusal::rejected) {
        // Not a word about the session: only 102 is (facts/fptr.md A.6).
        table_.troubled(id, generation, time_.now() + pause_after(1, std::nullopt, jitter_()));
        return {
            probe_word::trouble,
            site_trouble{
                trouble::fault, "the site answered with a refusal that fits no session", why.foreign, {}
            }
        };
    }
    if (!table_.ended(id, generation, end_reason::site))
        return {};
    log::info("session {}: the site rejects it: {}", id, proto::printable(why.foreign));
    return {probe_word::rejected, {}};
}

}  // namespace sgauth
