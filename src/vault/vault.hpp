#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// Where sessions outlive the process: records by id, of whose content it knows nothing. Their notes can be
// read at any time; their secrets are sealed, and out of reach while the vault is locked. An interface;
// sealed_vault is the real one.

#include "proto/secret.hpp"
#include "src/base/error.hpp"
#include "src/base/instant.hpp"
#include "src/vault/scrypt.hpp"
#include "src/vault/vault_key.hpp"

#include <boost/asio/awaitable.hpp>

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace sgauth {

struct vault_record {
    std::string note;  // never a secret: it stands in the store as it is, authenticated
    vault_secret secret;

    vault_record clone() const { return {note, secret.clone()}; }
};

// What of a record a tombstone names: its credential, wherever it stands and whatever stands beside it. Those
// who write the records know; a secret itself, for it is hashed.
using record_mark = vault_secret (*)(const vault_record&);
inline vault_secret mark_whole_secret(const vault_record& record)
{
    return record.secret.clone();
}

// What is left to do for a record that is taken away, by those who wrote it: nothing, or something that they
// owe to somebody else. The vault remembers that word for them.
enum class afterwards { nothing, is_owed };

struct stored_record {
    std::string id;
    vault_record record;
    // It was erased while the vault was locked, or an older copy brought it back.
    std::optional<afterwards> taken_away{};
};

struct stored_note {
    std::string id;
    std::string note;
};

// Whether an older copy of the store may bring back what a change takes away.
enum class older_copies { may_bring_back, are_made_useless };

// Whether a person may be asked, by the system's own dialog, to open a keyring.
enum class prompting { never, allowed };

// Who locks, and unlocks what it has locked: somebody who says so, or the desktop with its screen.
enum class locker { person, desktop };

// Why the secrets are out of reach, and what opens them again.
struct vault_lock {
    enum class kind {
        by_person,   // sgauth lock
        by_desktop,  // with its screen, or before the machine went to sleep
        opening,     // the key is being fetched
        key_locked,  // the keyring that has the key is locked
        key_away,    // the keyring does not answer
        key_gone,    // the keyring has lost it, for good
        wrong_key,
        unreadable,  // the disk does not give the store
    };
    kind why = kind::opening;
    bool wants_passphrase = false;
    std::string reason;  // a sentence that says what to do, lower case, no full stop
};

// For people: how sessions are kept, as sentences, lower case, no full stop.
struct vault_account {
    std::string place;                  // key_place's word; empty: no store yet
    std::string storage;                // where, by which key, how long it lasts
    std::string why;                    // that place
    std::vector<std::string> problems;  // what is wrong, each with what to do
    bool wants_passphrase = false;      // a passphrase is needed to go on
    bool wants_new_passphrase = false;  // and there is none yet: it is to be chosen
    bool locks_by_passphrase = false;   // nothing else could unlock it again: lock() needs one
};

class vault {
public:
    template <class T>
    using awaitable = boost::asio::awaitable<T>;

    virtual ~vault() = default;

    // Both are durable when they return, and may suspend. On errc::failed the older state is on the disk, the
    // newer one in memory, and it is written as soon as that works. They take effect in the order of the
    // calls, also when a caller is cancelled meanwhile.
    // errc::denied: locked; but `erase` then notes that the record is to go, durably, and succeeds.
    // What a put makes useless is owed for: the record says so itself from then on.
    virtual awaitable<result<void>> put(
        std::string id, vault_record record, older_copies older = older_copies::may_bring_back
    ) = 0;
    // As put; but where the key is gone for good the store is set aside, and this begins a new one. Of logins
    // alone: nothing else is worth a person's sessions.
    virtual awaitable<result<void>> put_or_begin_anew(std::string id, vault_record record) = 0;
    virtual awaitable<result<void>> erase(
        std::string id,
        older_copies older = older_copies::may_bring_back,
        afterwards left = afterwards::nothing
    ) = 0;

    // All records there are. errc::denied: locked.
    virtual awaitable<result<std::vector<stored_record>>> load() = 0;
    // What can be read without a key.
    virtual std::vector<stored_note> notes() const = 0;

    // Nothing: open.
    virtual const std::optional<vault_lock>& locked() const = 0;
    // Drops the key. With a passphrase nothing opens it without that, also after a restart.
    // What the desktop locked becomes the person's by a person's word, and never the other way round.
    // errc::failed: it is locked, but a restart, or the desktop after one, may open it; the text says why.
    // errc::denied: nothing could open it again without a passphrase.
    virtual awaitable<result<void>> lock(
        std::optional<vault_passphrase> with, locker who = locker::person
    ) = 0;
    // Opens it, and keeps it open over restarts; the desktop opens nothing but what it has locked.
    // errc::denied: wrong passphrase, or too soon after one (`retry_at` is then the boot time of the next
    // try), or the keyring does not open: the text says why.
    virtual awaitable<result<void>> unlock(
        std::optional<vault_passphrase> with, prompting how, locker who = locker::person
    ) = 0;
    virtual std::optional<boot_time> retry_at() const = 0;

    // Before a login that would make the store, and before its site is asked: where the key is to be in a
    // keyring that is locked, has that ask the person by a dialog of its own, for a minute or so at most.
    // Calls `asks` before that, or not at all. If it stays locked the key goes elsewhere, and account() says
    // why.
    virtual awaitable<void> open_keyring(std::function<void()> asks) = 0;

    // Takes all away for good: the key where it is kept, then the files, then memory.
    // errc::failed: what could not be taken away.
    virtual awaitable<result<void>> wipe() = 0;

    // Seals everything by a new key in that place, "auto" or one of key_place's words; in the present one
    // that is a new key. `with` is the new passphrase. errc::denied: locked. errc::invalid: no such place, or
    // a passphrase is missing. errc::failed: that place cannot keep a key.
    virtual awaitable<result<void>> move(std::string place, std::optional<vault_passphrase> with) = 0;
    // Sets a store aside that cannot be opened, and begins a new one.
    virtual awaitable<result<void>> reset() = 0;

    virtual vault_account account() const = 0;
};

}  // namespace sgauth
