#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// A sealed vault on fakes, in a folder of its own. It can be ended and begun again, as a daemon is, and its
// disk can go away and come back.

#include "src/vault/sealed_vault.hpp"
#include "tests/support/fake_key_holder.hpp"
#include "tests/support/fake_time.hpp"
#include "tests/support/run.hpp"
#include "tests/support/temp_dir.hpp"

#include <boost/asio/io_context.hpp>

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <semaphore>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sgauth::test {

// Of the daemon before this one, for the one after it.
class fake_restart_memory final : public restart_memory {
public:
    bool is_there = false;  // the service manager
    std::string image;
    std::optional<vault_key> key;

    std::optional<kept> take() override
    {
        if (!is_there || image.empty())
            return std::nullopt;
        kept found;
        found.image = image;
        if (key)
            found.key = key->clone();
        return found;
    }
    void keep(std::string_view what, const vault_key* with) override
    {
        image = what;
        key = with ? std::optional(with->clone()) : std::nullopt;
    }
    void forget() override
    {
        image.clear();
        key.reset();
    }
};

struct vault_stage {
    boost::asio::io_context io{1};
    fake_time time;
    temp_dir scratch;
    std::vector<std::string> journal;
    fake_key_holder credential{key_place::credential, journal, io.get_executor()};
    fake_key_holder desktop{key_place::secret_service, journal, io.get_executor()};  // where a test adds it
    fake_key_holder keyring{key_place::keyring, journal, io.get_executor()};
    std::vector<key_holder*> holders{&credential, &keyring};
    fake_restart_memory restart;
    sealed_vault::wishes wishes;
    int changes = 0;  // how often the vault said that it was locked or opened
    std::optional<lane> disk;
    std::optional<lane> derivation;
    std::shared_ptr<std::binary_semaphore> gate;
    std::optional<started<bool>> stalled;
    std::unique_ptr<task_group> orders, tasks;
    std::unique_ptr<sealed_vault> store;

    explicit vault_stage(std::optional<key_place> place = key_place::keyring)
    {
        wishes.place = place;
        std::filesystem::create_directory(folder());
        try {
            begin();
        } catch (...) {
            end();  // no coroutine outlives what it refers to
            throw;
        }
    }
    ~vault_stage()
    {
        release_disk();
        end();
    }

    std::filesystem::path folder() const { return scratch / "state"; }
    store_files files() const { return store_files(folder()); }
    void begin(const std::function<void()>& before_start = [] {})
    {
        disk.emplace(io.get_executor(), "disk");
        derivation.emplace(io.get_executor(), "derivation");
        orders = std::make_unique<task_group>(io.get_executor());
        tasks = std::make_unique<task_group>(io.get_executor());
        store = std::make_unique<sealed_vault>(
            sealed_vault::parts{
                io.get_executor(),
                *orders,
                *tasks,
                *disk,
                *derivation,
                time,
                files(),
                holders,
                restart,
                mark_whole_secret,
                least_scrypt_n  // what each derivation takes is not what its tests are about
            },
            [this] { return wishes; },
            [this] { ++changes; }
        );
        before_start();
        run(io, store->start());
    }
    // As a kill does: what is in memory is gone.
    void end()
    {
        inside(io, [this] {
            tasks->cancel();
            orders->cancel();
        });
        if (stalled) {
            stalled->cancel();
            pump(io);
            gate->release();  // its thread ends by itself
            stalled.reset();
        }
        store.reset();
        disk.reset();
        derivation.reset();
    }
    void again()
    {
        end();
        begin();
    }
    void take_disk_away() { std::filesystem::rename(folder(), scratch / "elsewhere"); }
    void bring_disk_back() { std::filesystem::rename(scratch / "elsewhere", folder()); }
    // The disk hangs from here on: what is asked of it waits until release_disk(), or for ever.
    void stall_disk()
    {
        gate = std::make_shared<std::binary_semaphore>(0);
        std::move_only_function<bool()> wait = [held = gate] {
            held->acquire();
            return true;
        };
        stalled.emplace(start(io, disk->run<bool>(std::move(wait))));
        pump(io);
    }
    void release_disk()
    {
        if (!stalled)
            return;
        gate->release();
        finish(io, *std::exchange(stalled, std::nullopt));
    }
    // Until what threads do has led to that.
    template <class Condition>
    void until(Condition is_so)
    {
        const auto end = std::chrono::steady_clock::now() + watchdog_limit;
        while (!is_so()) {
            if (std::chrono::steady_clock::now() > end)
                throw std::runtime_error("watchdog: it does not come to that");
            io.restart();
            io.run_one_for(std::chrono::milliseconds(10));
        }
    }
    // Time goes by, and what it started has come to its end.
    void pass(boot_clock::duration by)
    {
        time.advance(by);
        pump(io);
        run(io, store->put("marker", {"", {}}, older_copies::may_bring_back));
        run(io, store->erase("marker", older_copies::may_bring_back, afterwards::nothing));
    }

    result<void> put(std::string id, std::string_view secret)
    {
        return run(
            io, store->put(std::move(id), {"a note", vault_secret(secret)}, older_copies::may_bring_back)
        );
    }
    result<void> log_in(std::string id, std::string_view secret)
    {
        return run(io, store->put_or_begin_anew(std::move(id), {"a note", vault_secret(secret)}));
    }
    result<void> revoke(std::string id, afterwards left = afterwards::nothing)
    {
        return run(io, store->erase(std::move(id), older_copies::are_made_useless, left));
    }
    result<void> lock(const char* phrase = nullptr) { return run(io, store->lock(passphrase(phrase))); }
    result<void> unlock(const char* phrase = nullptr, prompting how = prompting::never)
    {
        return run(io, store->unlock(passphrase(phrase), how));
    }
    result<void> move(std::string place, const char* phrase = nullptr)
    {
        return run(io, store->move(std::move(place), passphrase(phrase)));
    }
    // All that it has, as "id=secret"; "id=gone" where it is not to come back, "id=owed" where something is
    // left to do then. Or why not.
    std::string holds()
    {
        const auto all = run(io, store->load());
        if (!all)
            return all.error().detail;
        std::string text;
        for (const stored_record& one : *all) {
            text.append(text.empty() ? "" : " ").append(one.id).append("=");
            text.append(word_of(one));
        }
        return text;
    }
    bool tells_of(std::string_view what) const
    {
        for (const std::string& one : store->account().problems)
            if (one.find(what) != std::string::npos)
                return true;
        return false;
    }
    std::optional<vault_lock::kind> why_locked() const
    {
        return store->locked() ? std::optional(store->locked()->why) : std::nullopt;
    }

private:
    static std::string_view word_of(const stored_record& one)
    {
        if (!one.taken_away)
            return one.record.secret.reveal();
        return *one.taken_away == afterwards::is_owed ? "owed" : "gone";
    }
    static std::optional<vault_passphrase> passphrase(const char* text)
    {
        return text ? std::optional<vault_passphrase>(std::string_view(text)) : std::nullopt;
    }
};

}  // namespace sgauth::test
