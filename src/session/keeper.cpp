// SPDX-License-Identifier: Apache-2.0
#include "src/session/keeper.hpp"

#include "src/base/at_end.hpp"

#include <algorithm>
#include <utility>

namespace sgauth {

namespace {

// After a resume the renewals come this late at most; timers alone do not notice one.
constexpr std::chrono::seconds longest_nap{60};

}  // namespace

keeper::keeper(
    session_table& table,
    session_saver& saving,
    site_client& sites,
    time_source& time,
    task_group& tasks,
    boost::asio::any_io_executor executor,
    rules_source rules,
    std::function<double()> jitter
)
    : table_(table),
      saving_(saving),
      sites_(sites),
      time_(time),
      tasks_(tasks),
      rules_(std::move(rules)),
      jitter_(std::move(jitter)),
      probes_(tasks, "probe"),
      changed_(executor)
{
    table_.listen([this](session_event, const session&) { poke(); });
}

renewal_rules keeper::rules_for(const session& s) const
{
    const renewal_section set = rules_(s.site);
    const site_habits* known = table_.known_habits(s.site);
    renewal_rules rules;
    rules.when = set.policy;
    rules.idle_window = set.idle_window ? *set.idle_window : known ? known->idle_window : assumed_idle_window;
    rules.keep_for = set.keep_for;
    rules.max_age = set.max_age;
    // Of a script's key nothing is known that ends it; a token that was made of it idles out as a person's.
    rules.has_idle_window = s.kind == session_kind::human || !s.token.empty();
    if (s.kind == session_kind::script)
        rules.max_age = no_max_age;
    return rules;
}

moment keeper::now() const
{
    return {time_.now(), time_.suspended()};
}

session_state keeper::state_of(const session& s) const
{
    return look_at(s).state;
}

session_sight keeper::look_at(const session& s) const
{
    session_sight seen{now(), rules_for(s)};
    seen.state = sgauth::state_of(s.past, seen.rules, seen.at);
    return seen;
}

boost::asio::awaitable<probe_answer> keeper::verify(std::string id)
{
    return probes_.join(id, [this, id] { return ask_site(id); });
}

boost::asio::awaitable<void> keeper::renew(std::string id)
{
    {
        // However it ends: a mark that stayed would be the last of its session.
        const at_end unmark([&] {
            if (const auto at = notes_.find(id); at != notes_.end())
                at->second.renewing = false;
        });
        co_await verify_and_look(id);
    }
    poke();
}

boost::asio::awaitable<void> keeper::verify_and_look(std::string id)
{
    const session* s = table_.find(id);
    const std::optional<wall_time> before = s ? s->site_expires : std::nullopt;
    const std::int64_t generation = s ? s->generation : 0;
    const probe_answer answer = co_await verify(id);
    if (answer.word == probe_word::accepted)
        co_await learn_life(id, generation, learn::renewal, before);
}

void keeper::start(std::string name, awaitable<void> work)
{
    // Noted before: a task begins inside spawn(), and may end there.
    const std::uint64_t number = ++last_started_;
    running_.try_emplace(number);
    const task_group::handle begun = tasks_.spawn(std::move(name), until_its_end(number, std::move(work)));
    if (const auto at = running_.find(number); at != running_.end())
        at->second = begun;
}

boost::asio::awaitable<void> keeper::until_its_end(std::uint64_t number, awaitable<void> work)
{
    const at_end leave([this, number] { running_.erase(number); });
    co_await std::move(work);
}

void keeper::recall()
{
    const auto all = running_;  // one that is cancelled takes itself out
    for (const auto& [number, task] : all)
        task.cancel();
    probes_.recall(probe_answer{});
}

void keeper::logged_in(const session& s)
{
    if (s.kind == session_kind::human)
        start("learn", learn_life(s.id, s.generation, learn::window, std::nullopt));
}

boost::asio::awaitable<void> keeper::learn_life(
    std::string id, std::int64_t generation, learn what, std::optional<wall_time> before
)
{
    for (const bool may_prolong : {true, false}) {
        const session* s = table_.find(id);
        if (!s || s->generation != generation || s->token.empty() || !table_.habits(s->site).tells_life)
            co_return;
        const site_url site = s->site;
        const session_token token = s->token.clone();
        const auto told = co_await sites_.life(site, token);
        s = table_.find(id);
        if (!s || s->generation != generation)
            co_return;  // gone meanwhile: nothing more is sent for it
        if (!told || told->word == life_word::dead)
            co_return;  // trouble, or for the next probe to find out
        site_habits& known = table_.habits(site);
        if (told->word == life_word::unknown || !told->life) {
            known.tells_life = false;
            co_return;
        }
        if (what == learn::window)
            known = after_login(known, *told->life);
        table_.site_told_end(id, generation, told->life->expires_at);
        const renewal_sight sight = look_at_renewal(known, before, told->life->expires_at, time_.wall());
        if (sight == renewal_sight::moved)
            known.renewal = renewal_word::confirmed;
        if (sight != renewal_sight::stuck)
            co_return;
        known.renewal = renewal_word::not_working;
        if (!may_prolong || !(co_await sites_.prolong(site, token)).value_or(false))
            co_return;
    }
}

bool keeper::is_due(const session& s, const session_sight& seen) const
{
    const auto note = notes_.find(s.id);
    if (s.is_sealed || note == notes_.end() || note->second.renewing)
        return false;
    const auto due = next_renewal(s.past, seen.rules, seen.at, note->second.jitter);
    return due && *due <= seen.at.now;
}

std::optional<boot_time> keeper::plan()
{
    std::optional<boot_time> next;
    std::map<std::string, plan_note> notes;
    for (const session* s : table_.all()) {
        plan_note& note = notes[s->id];
        if (const auto known = notes_.find(s->id); known != notes_.end())
            note = known->second;
        const bool is_fresh = note.generation != s->generation || note.verified != s->past.verified;
        if (is_fresh) {
            note.jitter = jitter_();
            note.generation = s->generation;
            note.verified = s->past.verified;
        }
        const session_state state = state_of(*s);
        if (!is_fresh && note.seen == session_state::valid && state == session_state::unverified)
            table_.became_unverified(s->id);
        note.seen = state;
        const renewal_rules rules = rules_for(*s);
        auto wake =
            note.renewing || s->is_sealed ? std::nullopt : next_renewal(s->past, rules, now(), note.jitter);
        if (const auto end = known_end(s->past, rules); end && state == session_state::valid)
            wake = std::min(wake.value_or(*end), *end);  // to say `unverified` when it becomes so
        if (wake && (!next || *wake < *next))
            next = wake;
    }
    notes_ = std::move(notes);
    if (!notes_.empty())
        next = std::min(next.value_or(boot_time::max()), time_.now() + longest_nap);
    return next;
}

bool keeper::start_due()
{
    bool has_started = false;
    for (auto& [id, note] : notes_) {
        const session* s = table_.find(id);
        if (!s || s->is_sealed || note.renewing)
            continue;
        const renewal_rules rules = rules_for(*s);
        if (end_of(s->past, rules, time_.now()) == end_reason::max_age && s->past.end == end_reason::none) {
            table_.ended(id, s->generation, end_reason::max_age);
            continue;
        }
        const auto due = next_renewal(s->past, rules, now(), note.jitter);
        if (due && *due <= time_.now()) {
            note.renewing = has_started = true;
            start("renewal", renew(id));
        }
    }
    return has_started;
}

boost::asio::awaitable<void> keeper::sleep(boot_time until)
{
    co_await time_.sleep_until(until);
    changed_.notify();
}

boost::asio::awaitable<void> keeper::run()
{
    for (;;) {
        auto next = plan();
        if (start_due())
            next = plan();
        // What is due still has just failed by an exception: again, but not at once.
        if (next && *next <= time_.now())
            next = time_.now() + longest_nap;
        task_group::handle nap;
        if (next)
            nap = tasks_.spawn("keeper's nap", sleep(*next));
        co_await changed_.wait();
        nap.cancel();
    }
}

}  // namespace sgauth
