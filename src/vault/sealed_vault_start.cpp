// SPDX-License-Identifier: Apache-2.0
//
// sealed_vault: what a start finds on the disk and kept over the restart.
#include "src/base/log.hpp"
#include "src/vault/kept_image.hpp"
#include "src/vault/sealed_vault_parts.hpp"

namespace sgauth {

namespace {

using kind = vault_lock::kind;

bool is_locked(const store_header& header)
{
    return header.lock.has_value();
}

}  // namespace

// The desktop that locked it has gone with its boot, or is not followed any more: its word would not come.
bool sealed_vault::desktop_has_gone(const lock_mark& lock) const
{
    if (lock.by != locker::desktop)
        return false;
    const std::string now = time_.boot_id();
    const bool was_earlier_boot = !now.empty() && !lock.boot.empty() && lock.boot != now;
    return was_earlier_boot || !wanted_().follows_desktop;
}

sealed_vault::awaitable<void> sealed_vault::open_at_start()
{
    const std::uint64_t era = lock_era_;
    if (!co_await read_disk())
        co_return;
    const auto whose = whose_lock();
    const bool is_by_phrase = image_ && image_->header.place == key_place::passphrase;
    const bool is_sealed_by_phrase = is_by_phrase && keys_.key.empty();
    if (is_sealed_by_phrase || (whose && !desktop_has_gone(*whose))) {
        keys_ = {};
        locked_ = lock_as_it_is();
    } else if (!image_ || !keys_.key.empty()) {
        locked_.reset();
        forget_lock();
    } else {
        changed_();  // a keyring may take its time: until then there are names at least
        if (const auto opened = co_await open_image_of(std::nullopt, era); !opened)
            log::warning("the stored sessions stay locked: {}", opened.error().detail);
    }
    look_for_old_keys();
    [[maybe_unused]] const auto marked = co_await write_mark();  // if not, it is told and tried again
}

// Returns whether it could be read; else it is locked for that.
sealed_vault::awaitable<bool> sealed_vault::read_disk()
{
    std::move_only_function<store_on_disk()> job = [files = files_] { return read_store(files); };
    store_on_disk read = co_await disk_.run<store_on_disk>(std::move(job));
    for (const std::string& notice : read.notices)
        log::error("{}", notice);
    notices_ = std::move(read.notices);
    graves_ = std::move(read.graves);
    buried_ = graves_;
    if (!is_unmarked_)
        mark_ = std::move(read.mark);
    if (!read.unreadable.empty()) {
        log::error("{}", read.unreadable);
        locked_ = vault_lock{
            kind::unreadable,
            false,
            "the stored sessions cannot be read: " + read.unreadable + "; mend that, then run `sgauth unlock`"
        };
        co_return false;
    }
    image_ = std::move(read.image);
    take_from_restart();
    co_return true;
}

// What the daemon before this one kept is used where it is newer than the disk's, or opens that.
void sealed_vault::take_from_restart()
{
    auto kept = restart_.take();
    if (!kept)
        return;
    const auto whole = read_kept(kept->image);
    auto image = whole ? read_image(*whole) : std::unexpected(store_fault::damaged);
    if (!image) {
        log::warning("what was kept over the restart is not whole and is passed over: the disk has the store"
        );
        return;
    }
    store_keys keys;
    const bool is_open = !is_locked(image->header) && (!mark_ || desktop_has_gone(*mark_));
    if (kept->key && is_open && may_keep_key(image->header.place))
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
    else if (kept->key)
        keep_over_restart();  // without one that is not to be there
    if (!unwritten_.empty())
        try_again_later();
}

}  // namespace sgauth
