// SPDX-License-Identifier: Apache-2.0
#include "src/vault/key_place.hpp"

#include <array>

namespace sgauth {

namespace {

struct facts {
    key_place place;
    std::string_view word;
    std::string_view name;
    std::string_view lasting;
    bool can_replace;
    bool is_open;
};

constexpr std::array<facts, 5> all{{
    {key_place::secret_service,
     "secret-service",
     "the desktop's keyring (Secret Service)",
     "sessions outlast logging out and rebooting, and open when the desktop's keyring does",
     true,
     true},
    {key_place::keyring,
     "keyring",
     "the kernel keyring",
     "sessions outlast logging out and restarts of the daemon, but not a reboot",
     true,
     true},
    {key_place::passphrase,
     "passphrase",
     "a passphrase",
     "sessions outlast rebooting; after each start of the daemon somebody has to unlock them",
     false,
     false},
    {key_place::credential,
     "credential",
     "a systemd credential",
     "sessions outlast rebooting as long as the credential stays the same",
     false,
     true},
    {key_place::memory,
     "memory",
     "memory alone",
     "nothing is stored: sessions live in the daemon's memory and end with it",
     false,
     false},
}};

constexpr const facts& of(key_place place) noexcept
{
    for (const facts& one : all)
        if (one.place == place)
            return one;
    return all.back();
}

}  // namespace

std::string_view word_for(key_place place) noexcept
{
    return of(place).word;
}

std::optional<key_place> key_place_from(std::string_view word) noexcept
{
    for (const facts& one : all)
        if (one.word == word)
            return one.place;
    return std::nullopt;
}

std::string_view name_of(key_place place) noexcept
{
    return of(place).name;
}

std::string_view lasting_of(key_place place) noexcept
{
    return of(place).lasting;
}

bool can_replace_keys(key_place place) noexcept
{
    return of(place).can_replace;
}

bool is_open_to_user(key_place place) noexcept
{
    return of(place).is_open;
}

}  // namespace sgauth
