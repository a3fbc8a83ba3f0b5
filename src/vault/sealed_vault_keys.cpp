// SPDX-License-Identifier: Apache-2.0
//
// sealed_vault: the keys that open an image, from wherever they are, and what a restart has of them.
#include "src/vault/kept_image.hpp"
#include "src/vault/sealed_vault_parts.hpp"

#include <spdlog/fmt/fmt.h>

namespace sgauth {

namespace {

constexpr std::string_view kept_key_domain = "sgauth vault kept key 1";

}  // namespace

sealed_vault::awaitable<result<vault_key>> sealed_vault::derived(
    vault_passphrase from, scrypt_parameters with
)
{
    std::move_only_function<result<vault_key>()> job = [from = std::move(from), with = std::move(with)] {
        return derive(from, with);
    };
    return derivation_.run<result<vault_key>>(std::move(job));
}

sealed_vault::awaitable<result<store_keys>> sealed_vault::find_keys(std::optional<vault_passphrase> with)
{
    const store_header& header = image_->header;
    const bool needs_phrase =
        header.place == key_place::passphrase || (header.lock && header.lock->scrypt.has_value());
    if (!needs_phrase)
        co_return co_await keys_by_holder();
    if (!with)
        co_return fail(errc::denied, lock_as_it_is().reason);
    if (attempts_.retry_at(time_.now()))
        co_return fail(errc::denied, "too many wrong passphrases; wait before you run `sgauth unlock` again");
    if (header.lock && header.lock->scrypt)
        co_return co_await keys_by_person(std::move(*with));
    auto key = co_await key_by_passphrase(std::move(*with), *header.scrypt, header.check);
    if (!key)
        co_return std::unexpected(key.error());
    store_keys keys;
    keys.key = std::move(*key);
    co_return keys;
}

sealed_vault::awaitable<result<vault_key>> sealed_vault::key_by_passphrase(
    vault_passphrase typed, scrypt_parameters with, std::string check
)
{
    auto key = co_await derived(std::move(typed), std::move(with));
    if (!key)
        co_return key;
    if (check_of(*key) == check)
        co_return key;
    attempts_.was_wrong(time_.now());
    co_return fail(errc::denied, "wrong passphrase");
}

// By the one-off passphrase of `sgauth lock`, and what it protects.
sealed_vault::awaitable<result<store_keys>> sealed_vault::keys_by_person(vault_passphrase typed)
{
    const store_lock lock = *image_->header.lock;
    auto by_phrase = co_await key_by_passphrase(std::move(typed), *lock.scrypt, lock.check);
    if (!by_phrase)
        co_return std::unexpected(by_phrase.error());
    store_keys keys;
    if (lock.kept_key.empty()) {
        auto held = co_await keys_by_holder();
        if (!held)
            co_return held;
        keys = std::move(*held);
    } else {
        const auto kept = unseal(*by_phrase, kept_key_domain, lock.kept_key);
        if (!kept)
            co_return fail(errc::failed, "the store's lock is damaged");
        keys.key = vault_key(kept->reveal());
    }
    keys.lock_key = std::move(*by_phrase);
    co_return keys;
}

sealed_vault::awaitable<result<store_keys>> sealed_vault::keys_by_holder()
{
    const std::uint64_t era = lock_era_;
    key_holder* const holder = holder_of(image_->header.place);
    key_fault none{key_trouble::away, fmt::format("{} is not available", name_of(image_->header.place))};
    key_result<vault_key> key = std::unexpected(std::move(none));
    if (holder)
        key = co_await holder->fetch(image_->header.key_id, prompting::never);
    // The desktop's lock has ended with this: what is missing is the key, and that is waited for.
    const auto whose = whose_lock();
    const bool is_by_person = whose && whose->by == locker::person;
    if (!key && era != lock_era_)
        co_return fail(errc::denied, key.error().detail);
    if (!key) {
        // What a person has locked stays his to open, unless nobody can any more: then a login begins anew.
        if (is_by_person && key.error().what != key_trouble::gone)
            co_return fail(errc::denied, key.error().detail);
        lock_for(key.error());
        if (is_by_person)
            changed_();
        co_return fail(errc::denied, locked_->reason);
    }
    store_keys keys;
    keys.key = std::move(*key);
    co_return keys;
}

// A lock that only this passphrase opens, and its key for the next image.
sealed_vault::awaitable<result<store_lock>> sealed_vault::new_lock(vault_passphrase with, plan& next)
{
    if (with.empty())
        co_return fail(errc::invalid, "an empty passphrase is none");
    store_lock lock;
    lock.scrypt = new_scrypt_parameters(scrypt_n_);
    auto key = co_await derived(std::move(with), *lock.scrypt);
    if (!key)
        co_return std::unexpected(key.error());
    lock.check = check_of(*key);
    // Where the vault's own key is in nobody's hands it is this one that keeps it.
    if (!holder_of(next.header.place))
        lock.kept_key = seal(*key, kept_key_domain, next.keys.key.reveal());
    next.keys.lock_key = std::move(*key);
    co_return lock;
}

// --- over a restart ---

void sealed_vault::keep_over_restart()
{
    if (!image_) {
        restart_.forget();
        return;
    }
    const bool may_have_key = may_keep_key(image_->header.place);
    restart_.keep(write_kept(image_->bytes()), may_have_key && !locked_ ? &keys_.key : nullptr);
}

void sealed_vault::obey_settings()
{
    if (image_)  // else what is kept may not have been read yet
        keep_over_restart();
}

bool sealed_vault::may_keep_key(key_place place) const
{
    return is_open_to_user(place) || wanted_().keep_key_over_restart;
}

}  // namespace sgauth
