#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// The store as bytes: a line with magic and version, a line with the header in JSON, then the sealed secrets.
// The header, with the notes of all records, is the associated data of the seal: nothing of it can be changed
// unseen. Each image has a data key of its own, which the header holds sealed under the vault's key. Pure.
//
//   sgauth-store 1
//   {"place":"keyring","made":…,"serial":…,"key_id":…,"check":…,"data_key":…,"records":[{"id":…,"note":…}]}
//   nonce ciphertext tag        of: for each record, its secret's size (32 bits, big endian) and bytes

#include "src/vault/key_place.hpp"
#include "src/vault/scrypt.hpp"
#include "src/vault/vault.hpp"
#include "src/vault/vault_key.hpp"

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sgauth {

// A store that stays locked until somebody opens it.
struct store_lock {
    locker by = locker::person;
    std::string boot;                         // by the desktop: in which boot, empty where that is not known
    std::optional<scrypt_parameters> scrypt;  // of the one-off passphrase, where one was given
    std::string check;                        // of the key derived from it
    std::string kept_key;  // the vault's key sealed under that one, where no other place has it; raw bytes

    bool operator==(const store_lock&) const = default;
};

struct store_header {
    key_place place = key_place::memory;
    std::string why;          // it was chosen
    std::int64_t made = 0;    // Unix seconds
    std::int64_t serial = 0;  // rises with each image of a store
    std::string key_id;       // the key's name in its place
    // Another place has kept these before, with a key that stays: older copies of then can still be opened.
    bool had_lasting_key = false;
    std::string key_boot;  // the boot in which that key was made, where it does not outlive one
    std::string check;     // check_of(the vault's key)
    std::string data_key;  // sealed under the vault's key, combined with the lock's; raw bytes
    std::optional<scrypt_parameters> scrypt;  // place is a passphrase
    std::optional<store_lock> lock;
    std::vector<stored_note> records;
};

// Whether no new key can make older copies useless: tombstones have to.
inline bool has_lasting_key(const store_header& header)
{
    const bool stays = header.place != key_place::memory && !can_replace_keys(header.place);
    return stays || header.had_lasting_key;
}

struct store_image {
    store_header header;
    std::string head;    // the two lines as they are authenticated
    std::string sealed;  // the rest

    std::string bytes() const { return head + sealed; }
};

// 16 MiB: ten thousand sessions. Larger is none of ours.
inline constexpr std::size_t max_store_bytes = std::size_t{16} * 1024 * 1024;

enum class store_fault {
    foreign,  // not a store of ours
    future,   // of a version that this one does not know
    damaged,  // cut, or changed
};

std::expected<store_image, store_fault> read_image(std::string_view bytes);

// Which key opens it.
struct key_name {
    key_place place = key_place::memory;
    std::string id;
};
// Of a store of any version, whole or not, as far as its header tells. Nobody has vouched for that.
std::optional<key_name> key_named_in(std::string_view bytes);

// The keys that open an image.
struct store_keys {
    vault_key key;
    std::optional<vault_key> lock_key;  // derived from the one-off passphrase

    store_keys clone() const;
    // Both in one.
    vault_key whole() const;
};

// Seals `records` under a fresh data key; the rest of `header` is taken as it is.
store_image make_image(
    store_header header, const std::vector<stored_record>& records, const store_keys& keys
);
// The last step of that: seals `plain`, whatever it is, beside a header that is taken as it is but for the
// data key. By itself for tests of what open_image() makes of it.
store_image seal_image(store_header header, std::string_view plain, const store_keys& keys);

enum class open_fault { wrong_key, damaged };
std::expected<std::vector<stored_record>, open_fault> open_image(
    const store_image& image, const store_keys& keys
);

}  // namespace sgauth
