#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// Where the vault's key is kept. Each place but the passphrase and memory has a key_holder.

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace sgauth {

// Names of keys in one place.
using key_ids = std::set<std::string, std::less<>>;

enum class key_place { secret_service, keyring, passphrase, credential, memory };

// As settings and the store spell it: "secret-service".
std::string_view word_for(key_place place) noexcept;
std::optional<key_place> key_place_from(std::string_view word) noexcept;
// For people: "the kernel keyring".
std::string_view name_of(key_place place) noexcept;
// How long a session lasts that is sealed by a key from there, as half a sentence.
std::string_view lasting_of(key_place place) noexcept;
// Whether a revoke can put a new key in the old one's place there, so that older stores cannot be opened.
bool can_replace_keys(key_place place) noexcept;
// Whether any process of the same user can read the key there anyway.
bool is_open_to_user(key_place place) noexcept;

}  // namespace sgauth
