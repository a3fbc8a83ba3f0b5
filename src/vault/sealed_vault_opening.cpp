// SPDX-License-Identifier: Apache-2.0
//
// sealed_vault: opening.
#include "src/base/log.hpp"
#include "src/vault/sealed_vault_parts.hpp"

#include <spdlog/fmt/fmt.h>

namespace sgauth {

namespace {

using kind = vault_lock::kind;

bool is_locked(const store_header& header)
{
    return header.lock.has_value();
}

}  // namespace

// --- at the start ---

// The desktop that locked it has gone with its boot, or is not followed any more: its word would not come.
bool sealed_vault::desktop_has_gone(const store_header& header) const
{
    if (!header.lock || header.lock->by != locker::desktop)
        return false;
    const std::string now = time_.boot_id();
    const bool was_earlier_boot = !now.empty() && !header.lock->boot.empty() && header.lock->boot != now;
    return was_earlier_boot || !wanted_().follows_desktop;
}

sealed_vault::awaitable<void> sealed_vault::open_at_start()
{
    std::move_only_function<store_on_disk()> job = [files = files_] { return read_store(files); };
    store_on_disk read = co_await disk_.run<store_on_disk>(std::move(job));
    for (const std::string& notice : read.notices)
        log::error("{}", notice);
    notices_ = std::move(read.notices);
    graves_ = std::move(read.graves);
    buried_ = graves_;
    if (!read.unreadable.empty()) {
        log::error("{}", read.unreadable);
        locked_ = vault_lock{
            kind::unreadable,
            false,
            "the stored sessions cannot be read: " + read.unreadable + "; mend that, then run `sgauth unlock`"
        };
        co_return;
    }
    image_ = std::move(read.image);
    take_from_restart();
    const bool stays_locked = image_ && (image_->header.place == key_place::passphrase ||
                                         (is_locked(image_->header) && !desktop_has_gone(image_->header)));
    if (!image_ || !keys_.key.empty()) {
        locked_.reset();
    } else if (stays_locked) {
        locked_ = lock_of(image_->header);
    } else {
        changed_();  // a keyring may take its time: until then there are names at least
        if (const auto opened = co_await open_image_of(std::nullopt); !opened)
            log::warning("the stored sessions stay locked: {}", opened.error().detail);
    }
    look_for_old_keys();
}

// What the daemon before this one kept is used where it is newer than the disk's, or opens that.
void sealed_vault::take_from_restart()
{
    auto kept = restart_.take();
    auto image = kept ? read_image(kept->image) : std::unexpected(store_fault::foreign);
    if (!image)
        return;
    store_keys keys;
    if (kept->key && !is_locked(image->header))
        keys.key = std::move(*kept->key);
    const bool has_key = !keys.key.empty() && open_image(*image, keys).has_value();
    const bool in_memory = image->header.place == key_place::memory;
    const bool can_be_opened = has_key || !in_memory || is_locked(image->header);
    const bool is_newer = can_be_opened && (!image_ || image->header.serial > image_->header.serial);
    const bool fits_disk = image_ && !is_locked(image_->header) && open_image(*image_, keys).has_value();
    if (is_newer) {
        image_ = std::move(*image);
        unwritten_ = in_memory ? "" : "the daemon before this one could not write it";
    }
    if (has_key && (is_newer || fits_disk))
        keys_ = std::move(keys);
    if (!unwritten_.empty())
        try_again_later();
}

// --- opening ---

sealed_vault::awaitable<result<void>> sealed_vault::open(std::optional<vault_passphrase> with, locker who)
{
    if (who == locker::desktop && locked_ && locked_->why != kind::by_desktop)
        co_return result<void>();
    if (locked_ && (locked_->why == kind::unreadable || !image_)) {
        locked_ = vault_lock{kind::opening, false, "the stored sessions are being opened; ask again"};
        co_await open_at_start();
        if (locked_ && !image_)
            co_return fail(errc::denied, locked_->reason);
    }
    if (!locked_) {
        if (with && !unstored_.empty() && wanted_().place == key_place::passphrase)
            co_return co_await settle_on_passphrase(std::move(*with));
        co_return result<void>();
    }
    co_return co_await open_image_of(std::move(with));
}

sealed_vault::awaitable<result<void>> sealed_vault::open_image_of(std::optional<vault_passphrase> with)
{
    auto keys = co_await find_keys(std::move(with));
    if (!keys)
        co_return std::unexpected(keys.error());
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
    keys_ = std::move(*keys);
    const bool was_locked = is_locked(image_->header);
    image_->header.lock.reset();
    locked_.reset();
    attempts_.was_right();
    changed_();
    look_for_old_keys();
    if (!was_locked) {
        keep_over_restart();
        co_return result<void>();
    }
    // The lock goes from the store too. If the disk does not take that it is told and tried again.
    store_keys plain;
    plain.key = keys_.key.clone();
    plan next{image_->header, std::move(plain), unstored_, false, {}};
    std::vector<store_change> none;
    [[maybe_unused]] const auto taken = co_await take(std::move(next), std::move(none));
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
