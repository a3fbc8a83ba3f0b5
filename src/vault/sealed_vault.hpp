#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// The vault as it is: one sealed store, in memory always and on the disk where it can be, under a key that a
// key_holder or a person has. All that changes it goes through one queue, so that no older state comes after
// a newer one; changes that wait together are one write. What the disk refuses stays sealed in memory and is
// written as soon as the disk takes it.

#include "src/base/clock.hpp"
#include "src/base/lane.hpp"
#include "src/base/notifier.hpp"
#include "src/base/single_flight.hpp"
#include "src/base/task_group.hpp"
#include "src/vault/key_holder.hpp"
#include "src/vault/lock_mark.hpp"
#include "src/vault/restart_memory.hpp"
#include "src/vault/scrypt.hpp"
#include "src/vault/set_aside_stores.hpp"
#include "src/vault/store_change.hpp"
#include "src/vault/store_disk.hpp"
#include "src/vault/unlock_attempts.hpp"
#include "src/vault/vault.hpp"

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace sgauth {

class sealed_vault final : public vault {
public:
    // All outlive the vault and the tasks of both groups.
    struct parts {
        boost::asio::any_io_executor executor;
        task_group& orders;  // what must end by itself: it is not cancelled while it writes
        task_group& tasks;   // what only waits
        lane& disk;
        lane& derivation;
        time_source& time;
        store_files files;
        std::vector<key_holder*> holders;  // in the order in which `auto` tries them
        restart_memory& restart;
        record_mark mark;
        std::int64_t scrypt_n = usual_scrypt_n;  // of new passphrases; tests, which have many, take less
    };
    struct wishes {
        std::optional<key_place> place;  // nothing: "auto"
        bool keep_key_over_restart = false;
        bool follows_desktop = false;
    };

    // `wanted` is asked whenever it matters. `changed` is called whenever the vault was locked or opened, but
    // for start().
    sealed_vault(parts made_of, std::function<wishes()> wanted, std::function<void()> changed);
    ~sealed_vault() override;

    // Reads what is stored and opens it as far as that needs nobody. Returns when it is known what can be
    // had.
    awaitable<void> start();

    awaitable<result<void>> put(std::string id, vault_record record, older_copies older) override;
    awaitable<result<void>> put_or_begin_anew(std::string id, vault_record record) override;
    awaitable<result<void>> erase(std::string id, older_copies older, afterwards left) override;
    awaitable<result<std::vector<stored_record>>> load() override;
    std::vector<stored_note> notes() const override;
    const std::optional<vault_lock>& locked() const override { return locked_; }
    awaitable<result<void>> lock(std::optional<vault_passphrase> with, locker who = locker::person) override;
    awaitable<result<void>> unlock(
        std::optional<vault_passphrase> with, prompting how, locker who = locker::person
    ) override;
    std::optional<boot_time> retry_at() const override { return attempts_.retry_at(time_.now()); }
    awaitable<void> open_keyring(std::function<void()> asks) override;
    awaitable<result<void>> wipe() override;
    awaitable<result<void>> move(std::string place, std::optional<vault_passphrase> with) override;
    awaitable<result<void>> reset() override;
    vault_account account() const override;

    // The settings were read anew: whether a restart may have the key is decided again.
    void obey_settings();

private:
    struct ticket;
    struct order;
    // What the next image is to be.
    struct plan {
        store_header header;
        store_keys keys;
        std::string unstored;  // why it can live in memory alone
        bool has_new_key = false;
    };

    awaitable<result<void>> carry_out(order what);
    void enqueue(order what);
    awaitable<result<void>> ask_person();
    awaitable<void> work();
    awaitable<void> work_through();
    awaitable<result<void>> obey(order& what);

    // --- sealed_vault_commit.cpp ---
    awaitable<void> commit(std::vector<order>& batch);
    awaitable<result<void>> commit_locked(std::vector<order>& batch);
    awaitable<result<void>> write_mark();
    awaitable<result<void>> write_anew();
    awaitable<result<void>> write_as_it_is();
    awaitable<result<void>> take(plan next, std::vector<store_change> changes);
    awaitable<result<void>> write_out(sealed_step step);
    awaitable<result<void>> drop_old_keys();
    awaitable<std::string> drop_keys_beside(set_aside_stores aside);
    awaitable<result<set_aside_stores>> find_stores_aside();
    void look_for_old_keys();
    void try_again_later();
    awaitable<void> try_again();

    // --- sealed_vault_opening.cpp ---
    awaitable<void> open_at_start();
    awaitable<bool> read_disk();
    void take_from_restart();
    awaitable<result<void>> open(std::optional<vault_passphrase> with, locker who, std::uint64_t era);
    awaitable<result<void>> open_image_of(std::optional<vault_passphrase> with, std::uint64_t era);
    awaitable<result<void>> set_open(store_keys keys);
    awaitable<result<void>> set_aside_damaged();
    awaitable<key_holder*> find_locked_place();
    awaitable<result<void>> ask_to_open(key_holder& place);
    void lock_for(const key_fault& why);
    awaitable<void> await_key();
    bool desktop_has_gone(const lock_mark& lock) const;

    // --- sealed_vault_closing.cpp ---
    std::optional<lock_mark> whose_lock() const;
    vault_lock lock_as_it_is() const;
    bool is_of_memory_alone() const;
    void forget_lock();
    result<void> may_lock(const std::optional<vault_passphrase>& with, locker who) const;
    void lock_now(locker who, bool by_phrase);
    void refuse_waiting_puts();
    void make_lock_last(std::shared_ptr<ticket> done);
    awaitable<void> answer_late(std::shared_ptr<ticket> done);
    awaitable<void> close_by_phrase(vault_passphrase with, std::shared_ptr<ticket> done);
    awaitable<result<void>> seal_by_phrase(vault_passphrase with);
    awaitable<result<void>> write_lock();
    awaitable<result<void>> take_over_from_desktop(vault_passphrase with, std::uint64_t era);

    // --- sealed_vault_keys.cpp ---
    awaitable<result<store_keys>> find_keys(std::optional<vault_passphrase> with);
    awaitable<result<vault_key>> key_by_passphrase(
        vault_passphrase typed, scrypt_parameters with, std::string check
    );
    awaitable<result<store_keys>> keys_by_person(vault_passphrase typed);
    awaitable<result<store_keys>> keys_by_holder();
    awaitable<result<store_lock>> new_lock(vault_passphrase with, plan& next);
    awaitable<result<vault_key>> derived(vault_passphrase from, scrypt_parameters with);
    void keep_over_restart();
    bool may_keep_key(key_place place) const;

    // --- sealed_vault_places.cpp ---
    awaitable<plan> plan_for(bool wants_new_key);
    awaitable<plan> plan_new_store();
    awaitable<result<plan>> plan_at(key_place place, std::string why, std::optional<vault_passphrase> with);
    awaitable<plan> choose_place();
    plan keep_in_memory(std::string why) const;
    std::string lack_of(key_place place, const key_fault& why) const;
    std::string after(const key_holder* chosen) const;
    awaitable<result<void>> settle_on_passphrase(vault_passphrase with);
    awaitable<result<void>> go_to(key_place place, std::optional<vault_passphrase> with);
    awaitable<result<void>> begin_anew();
    awaitable<result<void>> wipe_keys(std::set<std::string>& records_beside);
    awaitable<result<void>> wipe_keys_of(std::set<key_place> places, std::set<key_place> known);
    awaitable<result<void>> wipe_all();
    key_holder* holder_of(key_place place) const;

    boost::asio::any_io_executor executor_;
    task_group& orders_;
    task_group& tasks_;
    lane& disk_;
    lane& derivation_;
    time_source& time_;
    store_files files_;
    std::vector<key_holder*> holders_;
    restart_memory& restart_;
    record_mark mark_of_;
    std::int64_t scrypt_n_;
    std::function<wishes()> wanted_;
    std::function<void()> changed_;
    single_flight<std::string, result<void>> asking_;

    std::deque<order> queue_;
    bool working_ = false;
    std::optional<store_image> image_;
    store_keys keys_;  // while it is open and there is an image
    std::optional<vault_lock> locked_;
    std::uint64_t lock_era_ = 0;  // rises with each lock: what was asked for before one does not open it
    std::optional<lock_mark> mark_;
    bool is_unmarked_ = false;  // the disk has another mark;
    std::string unmarked_;      // why, where that is to be told
    bool is_closing_ = false;  // locked, and the key is there for as long as a passphrase takes to lock it in
    notifier closed_;
    tombstones graves_;
    std::optional<tombstones> buried_;  // those of the file; nothing: not known
    unlock_attempts attempts_;
    std::string unstored_;            // why there is no store yet; empty: there is, or none is wanted
    std::string asked_in_vain_;       // why the keyring that is to have the key was not opened when asked for
    std::string unwritten_;           // why the disk is behind
    std::set<key_place> older_keys_;  // where keys of older images may be: dropped once this one is durable
    std::string undropped_;           // why such a key is still there
    std::string unmade_;              // why a revoke's new key could not be made
    bool drops_for_revoke_ = false;   // then they go whatever store that was set aside may need them
    bool is_to_go_ = false;           // a wipe could not remove the file
    std::vector<std::string> notices_;
    bool tries_again_ = false;
    bool awaits_key_ = false;
};

}  // namespace sgauth
