#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// A place that keeps the vault's keys by id. An interface: kernel_keyring, secret_service, credential_key.

#include "src/vault/key_place.hpp"
#include "src/vault/vault.hpp"

#include <boost/asio/awaitable.hpp>

#include <expected>
#include <string>

namespace sgauth {

enum class key_trouble {
    locked,  // it is there, and has to be unlocked first
    away,    // it does not answer
    gone,    // it answers, and has no such key
    failed,
};

struct key_fault {
    key_trouble what = key_trouble::failed;
    std::string detail;  // for people: lower case, no full stop
};

template <class T>
using key_result = std::expected<T, key_fault>;

class key_holder {
public:
    template <class T>
    using awaitable = boost::asio::awaitable<T>;

    virtual ~key_holder() = default;

    virtual key_place place() const noexcept = 0;
    // Whether it could keep a new key now. May suspend, for some seconds at most, as all of these. With
    // prompting::allowed a place that is locked may ask the person by a dialog of its own, and this suspends
    // for about a minute at most.
    virtual awaitable<key_result<void>> probe(prompting how) = 0;
    // A key kept under `id`, made if there is none. A place that has a single key of its own gives that.
    virtual awaitable<key_result<vault_key>> make(std::string id) = 0;
    // With prompting::allowed the place may ask the person by a dialog of its own; then this suspends for as
    // long as that takes, up to some minutes.
    virtual awaitable<key_result<vault_key>> fetch(std::string id, prompting how) = 0;
    // Removes all keys of this store but those; with none all.
    virtual awaitable<key_result<void>> keep_only(key_ids ids) = 0;
    // Suspends until it is worth asking for that key again; never shorter than a second.
    virtual awaitable<void> changed(std::string id) = 0;
};

}  // namespace sgauth
