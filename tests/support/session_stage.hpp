#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// The session floor on fakes: a table with its keeper and revoker, a settable site, time and vault, and
// people to log in.

#include "src/session/keeper.hpp"
#include "src/session/revoker.hpp"
#include "src/session/session_record.hpp"
#include "src/session/session_restorer.hpp"
#include "src/session/session_saver.hpp"
#include "tests/support/fake_site_client.hpp"
#include "tests/support/fake_time.hpp"
#include "tests/support/run.hpp"
#include "tests/support/scripted.hpp"

#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace sgauth::test {

inline const site_url studio = *site_url::parse("https://studio.example.com");

// Keeps records and a note of what was done, in order, in `journal`. Fails where `breaks` says so of a note.
// What is done is done at once; while `writes` is held, it is only told later.
class noting_vault final : public vault {
public:
    explicit noting_vault(std::vector<std::string>& journal) : journal_(journal)
    {
        writes.always([](const std::string&) { return result<void>(); });
    }

    bool broken = false;
    bool refuses_puts = false;   // as one that is locked
    bool refuses_locks = false;  // as one in memory alone
    std::map<std::string, afterwards> taken_away;
    std::map<std::string, afterwards> left;  // what each erase said
    std::vector<std::string> made_useless;   // records of whom older copies are
    std::function<bool(const std::string&)> breaks = [](const std::string&) { return false; };
    std::map<std::string, vault_record> records;
    scripted<std::string, result<void>> writes{"the vault"};

    awaitable<result<void>> put(std::string id, vault_record record, older_copies older) override
    {
        if (refuses_puts)
            return refused();
        if (older == older_copies::are_made_useless)
            made_useless.push_back(id);
        const std::string note = "put " + id;
        const bool fails = does_fail(note);
        if (!fails)
            records[id] = std::move(record);
        return told(note, fails);
    }
    awaitable<result<void>> put_or_begin_anew(std::string id, vault_record record) override
    {
        return put(std::move(id), std::move(record), older_copies::may_bring_back);
    }
    awaitable<result<void>> erase(std::string id, older_copies, afterwards what) override
    {
        left[id] = what;
        const std::string note = "erase " + id;
        const bool fails = does_fail(note);
        if (!fails)
            records.erase(id);
        return told(note, fails);
    }
    awaitable<result<std::vector<stored_record>>> load() override
    {
        std::vector<stored_record> all;
        for (const auto& [id, record] : records) {
            const auto at = taken_away.find(id);
            const auto gone = at == taken_away.end() ? std::nullopt : std::optional(at->second);
            all.push_back({id, record.clone(), gone});
        }
        co_return all;
    }
    std::vector<stored_note> notes() const override
    {
        std::vector<stored_note> all;
        for (const auto& [id, record] : records)
            all.push_back({id, record.note});
        return all;
    }
    const std::optional<vault_lock>& locked() const override { return lock_; }
    awaitable<result<void>> lock(std::optional<vault_passphrase>, locker who = locker::person) override
    {
        const bool is_persons = who == locker::person;
        journal_.push_back(is_persons ? "lock" : "lock with the desktop");
        if (refuses_locks)
            co_return refused_for_good();
        const auto kind = is_persons ? vault_lock::kind::by_person : vault_lock::kind::by_desktop;
        lock_ = vault_lock{kind, false, "locked by a test"};
        co_return result<void>();
    }
    awaitable<result<void>> unlock(std::optional<vault_passphrase>, prompting, locker who = locker::person)
        override
    {
        journal_.push_back(who == locker::person ? "unlock" : "unlock with the desktop");
        lock_.reset();
        co_return result<void>();
    }
    awaitable<void> open_keyring(std::function<void()>) override { co_return; }
    std::optional<boot_time> retry_at() const override { return std::nullopt; }
    awaitable<result<void>> wipe() override
    {
        const bool fails = does_fail("wipe");
        if (!fails)
            records.clear();
        co_return fails ? fail(errc::failed, "the disk is full") : result<void>();
    }
    awaitable<result<void>> move(std::string, std::optional<vault_passphrase>) override
    {
        co_return result<void>();
    }
    awaitable<result<void>> reset() override { co_return result<void>(); }
    vault_account account() const override
    {
        return {"keyring", "a test's vault", "a test", {}, false, false, false};
    }

private:
    bool does_fail(const std::string& note)
    {
        journal_.push_back(note);
        return broken || breaks(note);
    }
    static awaitable<result<void>> refused() { co_return fail(errc::denied, "locked by a test"); }
    static result<void> refused_for_good() { return fail(errc::denied, "a passphrase is needed"); }
    awaitable<result<void>> told(std::string note, bool fails)
    {
        auto done = co_await writes.next(std::move(note));
        co_return fails ? fail(errc::failed, "the disk is full") : std::move(done);
    }

    std::vector<std::string>& journal_;
    std::optional<vault_lock> lock_;
};

struct session_stage {
    boost::asio::io_context io{1};
    fake_time time;
    fake_site_client site;
    std::vector<std::string> journal;  // what the vault did and the watchers heard, in order
    noting_vault store{journal};
    renewal_section rules;
    session_table table;
    task_group tasks{io.get_executor()};
    session_saver saving{table, store, tasks};
    keeper keeping{
        table,
        saving,
        site,
        time,
        tasks,
        io.get_executor(),
        [this](const site_url&) { return rules; },
        [] { return 0.0; }
    };
    revoker revoking{table, store, site, keeping, time, tasks, io.get_executor()};
    session_restorer restoring{table, store, saving, revoking, time, tasks};

    session_stage()
    {
        table.listen([this](session_event e, const session& s) {
            static const std::map<session_event, std::string> words = {
                {session_event::added, "added"},
                {session_event::renewed, "renewed"},
                {session_event::expired, "expired"},
                {session_event::unverified, "unverified"},
                {session_event::revoked, "revoked"},
                {session_event::locked, "locked"},
                {session_event::unlocked, "unlocked"},
                {session_event::became_default, "default"}
            };
            journal.push_back(words.at(e) + " " + s.id);
        });
    }
    ~session_stage()
    {
        inside(io, [this] { tasks.cancel(); });
    }

    // One whose login was stored as `record`, which could not be erased.
    void add_with_leftover(std::string id, std::string user, std::string record)
    {
        add(id, user);
        session s(studio);
        s.id = std::move(id);
        s.user = std::move(user);
        s.leftovers = {record};
        table.put(std::move(s));
        store.records[std::move(record)] = vault_record{"{}", {}};
    }

    // Logs somebody in, as the site has just accepted.
    void add(std::string id, std::string user, session_kind kind = session_kind::human)
    {
        table.put(just_logged_in(std::move(id), std::move(user), kind));
        journal.clear();
    }
    // A script that does not share its key; no token was minted yet. Its record is there.
    void add_confined(std::string id, std::string user)
    {
        session s = just_logged_in(id, std::move(user), session_kind::script);
        s.shares_key = false;
        store.records[std::move(id)] = write_record(s, false);
        table.put(std::move(s));
        journal.clear();
    }
    session just_logged_in(std::string id, std::string user, session_kind kind) const
    {
        session s(studio);
        s.id = std::move(id);
        s.user = std::move(user);
        s.kind = kind;
        s.generation = s.key_generation = 1;
        if (kind == session_kind::human)
            s.token = session_token("token-of-" + s.user);
        else
            s.key = script_key("key-of-" + s.user);
        s.created = time.wall();
        s.past.born = time.now();
        s.past.verified = time.now();
        s.past.suspended_then = time.suspended();
        s.verified_wall = time.wall();
        return s;
    }
    const session& at(const std::string& id) const { return *table.find(id); }
    // Time goes by, and everything happens that happens then.
    void pass(boot_clock::duration by)
    {
        time.advance(by);
        pump(io);
    }
    void start_keeping()
    {
        tasks.spawn("keeper", keeping.run());
        pump(io);
    }
};

}  // namespace sgauth::test
