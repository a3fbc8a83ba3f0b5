// SPDX-License-Identifier: Apache-2.0
//
// sealed_vault: opening.
#include "src/base/log.hpp"
#include "src/vault/kept_image.hpp"
#include "src/vault/sealed_vault_parts.hpp"

#include <spdlog/fmt/fmt.h>

namespace sgauth {

namespace {

using kind = vault_lock::kind;

vault_lock being_opened()
{
    return {kind::opening, false, "the stored sessions are being opened; ask again"};
}

}  // namespace

// --- opening ---

sealed_vault::awaitable<result<void>> sealed_vault::open(
    std::optional<vault_passphrase> with, locker who, std::uint64_t era
)
{
    if (locked_ && era != lock_era_)
        co_return fail(errc::denied, locked_->reason);
    if (who == locker::desktop && locked_ && locked_->why != kind::by_desktop)
        co_return result<void>();
    if (locked_ && (locked_->why == kind::unreadable || !image_)) {
        locked_ = being_opened();
        if (!co_await read_disk())
            co_return fail(errc::denied, locked_->reason);
        if (era != lock_era_) {
            locked_ = lock_as_it_is();
            co_return fail(errc::denied, locked_->reason);
        }
        store_keys keys = std::exchange(keys_, {});
        if (!image_ || !keys.key.empty())
            co_return co_await set_open(std::move(keys));
    }
    if (!locked_) {
        if (with && !unstored_.empty() && wanted_().place == key_place::passphrase)
            co_return co_await settle_on_passphrase(std::move(*with));
        co_return result<void>();
    }
    co_return co_await open_image_of(std::move(with), era);
}

// errc::denied also where a lock came that is newer than `era`.
sealed_vault::awaitable<result<void>> sealed_vault::open_image_of(
    std::optional<vault_passphrase> with, std::uint64_t era
)
{
    auto keys = co_await find_keys(std::move(with));
    if (!keys)
        co_return std::unexpected(keys.error());
    if (era != lock_era_)
        co_return fail(errc::denied, locked_->reason);
    const auto opened = open_image(*image_, *keys);
    if (!opened && opened.error() == open_fault::damaged)
        co_return co_await set_aside_damaged();
    if (!opened) {
        locked_ = vault_lock{
            kind::wrong_key,
            false,
            fmt::format(
                "the key in {} is not the one that sealed the stored sessions; if it cannot be brought back, "
                "run "
                "`sgauth vault --reset` to set them aside",
                name_of(image_->header.place)
            )
        };
        co_return fail(errc::denied, locked_->reason);
    }
    co_return co_await set_open(std::move(*keys));
}

// Open from here on; what locked it goes from the disk too. If that does not take it, it is told and tried
// again.
sealed_vault::awaitable<result<void>> sealed_vault::set_open(store_keys keys)
{
    keys_ = std::move(keys);
    const bool was_locked_in = image_ && image_->header.lock;
    if (image_)
        image_->header.lock.reset();
    locked_.reset();
    forget_lock();
    attempts_.was_right();
    changed_();
    look_for_old_keys();
    if (!was_locked_in) {
        keep_over_restart();
        [[maybe_unused]] const auto marked = co_await write_mark();
        co_return result<void>();
    }
    store_keys plain;
    plain.key = keys_.key.clone();
    plan next{image_->header, std::move(plain), unstored_, false};
    std::vector<store_change> none;
    [[maybe_unused]] const auto taken = co_await take(std::move(next), std::move(none));
    [[maybe_unused]] const auto marked = co_await write_mark();
    co_return result<void>();
}

sealed_vault::awaitable<result<void>> sealed_vault::set_aside_damaged()
{
    if (!locked_)
        locked_ = vault_lock{kind::unreadable, false, "the stored sessions are damaged"};
    const auto begun = co_await begin_anew();
    if (!begun)
        co_return begun;
    co_return fail(errc::failed, "the stored sessions are damaged and were set aside; log in again");
}

// --- before there is a store ---

sealed_vault::awaitable<void> sealed_vault::open_keyring(std::function<void()> asks)
{
    key_holder* const place = co_await find_locked_place();
    if (!place)
        co_return;
    asks();
    std::string one_for_all(word_for(place->place()));
    std::move_only_function<awaitable<result<void>>()> ask = [this, place] { return ask_to_open(*place); };
    [[maybe_unused]] const auto asked = co_await asking_.join(std::move(one_for_all), std::move(ask));
}

// The place that would have the key of the store that is to be made, were it not locked.
sealed_vault::awaitable<key_holder*> sealed_vault::find_locked_place()
{
    const bool is_to_be_made = locked_ ? locked_->why == kind::key_gone : !image_ || !unstored_.empty();
    if (!is_to_be_made)
        co_return nullptr;
    const wishes wanted = wanted_();
    for (key_holder* const holder : holders_) {
        if (wanted.place && *wanted.place != holder->place())
            continue;
        const auto usable = co_await holder->probe(prompting::never);
        if (usable)
            co_return nullptr;
        if (usable.error().what == key_trouble::locked)
            co_return holder;
    }
    co_return nullptr;
}

sealed_vault::awaitable<result<void>> sealed_vault::ask_to_open(key_holder& place)
{
    const auto opened = co_await place.probe(prompting::allowed);
    asked_in_vain_ = opened ? std::string() : opened.error().detail;
    co_return result<void>();
}

// --- staying locked ---

sealed_vault::awaitable<result<void>> sealed_vault::ask_person()
{
    key_holder* const holder = image_ ? holder_of(image_->header.place) : nullptr;
    if (!holder)
        co_return result<void>();
    const auto found = co_await holder->fetch(image_->header.key_id, prompting::allowed);
    if (!found && found.error().what == key_trouble::locked)
        co_return fail(errc::denied, found.error().detail);
    co_return result<void>();  // anything else shows when the key is fetched in turn
}

void sealed_vault::lock_for(const key_fault& why)
{
    const key_place place = image_->header.place;
    switch (why.what) {
        case key_trouble::locked:
            locked_ = vault_lock{kind::key_locked, false, why.detail + "; unlock it, or run `sgauth unlock`"};
            break;
        case key_trouble::away:
        case key_trouble::failed:
            locked_ = vault_lock{
                kind::key_away,
                false,
                fmt::format(
                    "{0}; the stored sessions wait for {1} and open by themselves once it is there; run "
                    "`sgauth "
                    "unlock` to try at once; if it is lost, `sgauth vault --reset` sets them aside",
                    why.detail,
                    name_of(place)
                )
            };
            break;
        case key_trouble::gone: {
            const bool is_reboot =
                !image_->header.key_boot.empty() && image_->header.key_boot != time_.boot_id();
            const char* what = is_reboot
                                   ? "the machine was rebooted, which the kernel keyring does not survive"
                                   : "somebody has removed the key of the stored sessions";
            locked_ = vault_lock{kind::key_gone, false, std::string(what) + "; run `sgauth login`"};
            return;
        }
    }
    if (!std::exchange(awaits_key_, true))
        tasks_.spawn("vault key", await_key());
}

sealed_vault::awaitable<void> sealed_vault::await_key()
{
    for (;;) {
        key_holder* const holder = image_ ? holder_of(image_->header.place) : nullptr;
        if (!holder)
            break;
        std::string id = image_->header.key_id;
        co_await holder->changed(std::move(id));
        if (!locked_ || (locked_->why != kind::key_locked && locked_->why != kind::key_away))
            break;
        const auto opened = co_await unlock(std::nullopt, prompting::never);
        if (!opened)
            continue;
        log::info("the stored sessions are open again");
        break;
    }
    awaits_key_ = false;
}

}  // namespace sgauth
