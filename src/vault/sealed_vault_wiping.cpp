// SPDX-License-Identifier: Apache-2.0
//
// sealed_vault: taking everything away.
#include "src/vault/sealed_vault_parts.hpp"

#include <utility>

namespace sgauth {

// The store's own first: a disk that hangs holds that up no longer than it must. Of a store that cannot be
// read nobody knows which place has its key. `records_beside`: of the stores that were set aside.
sealed_vault::awaitable<result<void>> sealed_vault::wipe_keys(std::set<std::string>& records_beside)
{
    std::set<key_place> all;
    for (const key_holder* const one : holders_)
        all.insert(one->place());
    std::set<key_place> own = older_keys_;
    if (image_)
        own.insert(image_->header.place);
    const std::set<key_place> first = !image_ && locked_ ? all : own;
    result<void> end = co_await wipe_keys_of(first, own);
    auto aside = co_await find_stores_aside();
    std::set<key_place> named;
    if (aside) {
        for (const auto& [place, keys] : aside->keys)
            named.insert(place);
        records_beside = std::move(aside->records);
    }
    std::set<key_place> rest = !aside || aside->has_nameless ? all : named;
    for (const key_place place : first)
        rest.erase(place);
    const auto others = co_await wipe_keys_of(std::move(rest), std::move(named));
    co_return end && !others ? others : end;
}

// A place that is not known to have one of them may be away.
sealed_vault::awaitable<result<void>> sealed_vault::wipe_keys_of(
    std::set<key_place> places, std::set<key_place> known
)
{
    result<void> end;
    for (const key_place place : places) {
        key_ids none;
        key_holder* const holder = holder_of(place);
        key_result<void> dropped;
        if (holder)
            dropped = co_await holder->keep_only(std::move(none));
        if (!dropped && (known.contains(place) || dropped.error().what != key_trouble::away))
            end = fail(errc::failed, "the key could not be taken away: " + dropped.error().detail);
    }
    co_return end;
}

// The key first, where it is kept: from then on no copy of the store, wherever it is, is of use. Then the
// files, then memory.
sealed_vault::awaitable<result<void>> sealed_vault::wipe_all()
{
    const std::uint64_t era = lock_era_;
    std::set<std::string> records_beside;
    result<void> end = co_await wipe_keys(records_beside);
    restart_.forget();
    tombstones graves = graves_;
    if (image_ || !locked_)  // else the tombstones that these would replace are not read either
        for (const std::string& id : records_beside)
            graves.add_record(id, afterwards::nothing);
    if (image_ && (has_lasting_key(image_->header) || !end)) {
        for (const stored_note& one : image_->header.records)
            graves.add_record(one.id, afterwards::nothing);
        if (auto opened = open_image(*image_, keys_))
            for (const stored_record& one : *opened)
                graves.add_secret(mark_of_(one.record), afterwards::nothing);
    }
    graves_ = std::move(graves);
    image_.reset();
    keys_ = {};
    unstored_.clear();
    unwritten_.clear();
    undropped_.clear();
    unmade_.clear();
    older_keys_.clear();
    drops_for_revoke_ = false;
    is_to_go_ = true;
    if (const auto removed = co_await write_as_it_is(); !removed)
        end = removed;
    std::move_only_function<result<void>()> job = [files = files_] { return remove_set_aside(files); };
    if (const auto removed = co_await disk_.run<result<void>>(std::move(job)); !removed)
        end = removed;
    if (era != lock_era_)
        co_return end;  // locked meanwhile: it stays so, with nothing in it
    forget_lock();
    if (std::exchange(locked_, std::nullopt))
        changed_();
    if (const auto marked = co_await write_mark(); !marked)
        end = marked;
    co_return end;
}

}  // namespace sgauth
