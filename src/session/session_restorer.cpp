// SPDX-License-Identifier: Apache-2.0
#include "src/session/session_restorer.hpp"

#include "src/base/log.hpp"
#include "src/session/confined_script.hpp"
#include "src/session/session_record.hpp"

#include <algorithm>
#include <utility>

namespace sgauth {

namespace {

boost::asio::awaitable<void> save(session_saver& saving, std::string id)
{
    const auto written = co_await saving.save(std::move(id));
    if (!written)
        log::warning("a session's record could not be completed: {}", written.error().detail);
}

// The generation that its stored credential came with: of a confined script that of its key, as a disk that
// refused may not have its last token.
std::int64_t life_of(const session& s)
{
    return is_confined(s) ? s.key_generation : s.generation;
}

const session* same_user(const session_table& table, const session& s)
{
    for (const session* other : table.all()) {
        const bool is_alike = other->site == s.site && other->kind == s.kind;
        // A script is its name (session_sink).
        const bool is_known = s.kind == session_kind::human && other->user_id != 0 && s.user_id != 0;
        const bool is_same = is_known ? other->user_id == s.user_id : fold(other->user) == fold(s.user);
        if (is_alike && is_same)
            return other;
    }
    return nullptr;
}

}  // namespace

session_restorer::session_restorer(
    session_table& table,
    vault& store,
    session_saver& saving,
    revoker& revoking,
    time_source& time,
    task_group& tasks
)
    : table_(table), store_(store), saving_(saving), revoker_(revoking), time_(time), tasks_(tasks)
{
}

void session_restorer::show_locked()
{
    if (!store_.locked())
        return;
    std::vector<session_record> records;
    for (const stored_note& one : store_.notes()) {
        if (one.id == chosen_site_record) {
            if (auto site = read_chosen_site(one.note))
                table_.choose_site(std::move(*site));
            continue;
        }
        auto record = read_note(one.note, time_.now(), time_.wall());
        // What is being revoked is in the vault until the disk has answered, and is nobody's session any
        // more.
        const bool is_kept = record && !record->is_revoked && !revoker_.is_at_work_on(record->held.id);
        if (is_kept && !table_.find(record->held.id))
            records.push_back(std::move(*record));
    }
    // As restore() puts them together: a login's second record is no second session.
    std::ranges::sort(records, {}, [](const auto& r) { return r.held.generation; });
    for (session_record& record : records) {
        const std::string id = record.held.id;
        if (const session* first = same_user(table_, record.held)) {
            table_.add_leftover(first->id, id);  // who revokes the one ends the other
            continue;
        }
        record.held.is_sealed = true;
        table_.put(std::move(record.held), session_table::first_person::stays_plain);
        if (record.is_default)
            table_.make_default(id);
    }
    table_.lock(store_.locked()->reason);
}

session_restorer::awaitable<result<void>> session_restorer::restore()
{
    auto stored = co_await store_.load();
    if (!stored)
        co_return std::unexpected(stored.error());
    table_.unlock();
    std::vector<std::pair<session_record, std::optional<afterwards>>> records;
    for (const stored_record& one : *stored) {
        if (one.id == chosen_site_record) {
            if (auto site = read_chosen_site(one.record.note))
                table_.choose_site(std::move(*site));
            continue;
        }
        auto record = read_record(one.record, time_.now(), time_.wall());
        if (record)
            records.emplace_back(std::move(*record), one.taken_away);
        else
            log::error("{}; it stays where it is", record.error().detail);
    }
    // What is newer comes last and takes the place of what it replaced.
    std::ranges::sort(records, {}, [](const auto& r) { return r.first.held.generation; });
    for (auto& [record, taken_away] : records)
        bring_back(std::move(record), taken_away);
    forget_lost();
    co_return result<void>();
}

// Of these the vault has nothing any more: their store was set aside.
void session_restorer::forget_lost()
{
    for (const session* s : table_.all())
        if (s->is_sealed) {
            log::warning("session {} is lost with the store that held it", s->id);
            table_.take(s->id);
        }
}

void session_restorer::bring_back(session_record record, std::optional<afterwards> taken_away)
{
    session& s = record.held;
    if (revoker_.is_at_work_on(s.id))
        return;  // what the vault has of it is from before, or it is being logged out
    // Taken away by `--local` or a wipe: also of what was waiting for its site before.
    if (taken_away == afterwards::nothing)
        return revoker_.forget(std::move(s));
    if (record.is_revoked || taken_away)
        return revoker_.resume(std::move(s), record.revoked_at);
    const session* known = table_.find(s.id);
    if (known && (!known->is_sealed || life_of(*known) > s.generation))
        return;  // it has a newer life
    if (known) {
        s.past.born = known->past.born;  // of the boot clock, which no one sets
        s.generation = std::max(s.generation, known->generation);
    }
    take_in(std::move(s), record.is_default);
}

void session_restorer::take_in(session s, bool is_default)
{
    const session* before = table_.find(s.id) ? nullptr : same_user(table_, s);
    const std::string id = before ? before->id : s.id;
    std::optional<session> replaced;
    if (before) {
        // A crash came between a login's two records: it is the newer life of that session.
        if (!before->token.empty() && !equal_constant_time(before->token, s.token)) {
            replaced.emplace(before->site);
            replaced->user = before->user;
            replaced->token = before->token.clone();
        }
        for (const std::string& alias : before->aliases)
            s.aliases.push_back(alias);
        s.leftovers = before->leftovers;
        s.leftovers.push_back(std::exchange(s.id, before->id));
        s.generation = std::max(s.generation, before->generation + 1);
    }
    is_default = is_default || (before && table_.is_default(*before));
    table_.put(std::move(s), session_table::first_person::stays_plain);
    if (is_default)
        table_.make_default(id);
    if (!before)
        return;
    tasks_.spawn("restored", save(saving_, id));
    if (replaced)
        revoker_.retire(std::move(*replaced));
}

}  // namespace sgauth
