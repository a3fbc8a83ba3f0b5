// SPDX-License-Identifier: Apache-2.0
//
// sealed_vault: changes, and what the disk makes of them.
#include "src/base/at_end.hpp"
#include "src/base/log.hpp"
#include "src/vault/sealed_vault_parts.hpp"

#include <algorithm>

namespace sgauth {

namespace {

// How long a disk that refused is left alone.
constexpr std::chrono::seconds disk_pause{30};

}  // namespace

sealed_vault::awaitable<void> sealed_vault::commit(std::vector<order>& batch)
{
    const auto is_put = [](const order& one) { return one.change.what == store_change::verb::put; };
    const bool may_begin_anew = std::ranges::any_of(batch, &order::may_begin_anew);
    if (may_begin_anew && locked_ && locked_->why == vault_lock::kind::key_gone) {
        [[maybe_unused]] const auto begun = co_await begin_anew();  // if not, it is locked still
    }
    result<void> end;
    if (locked_) {
        end = co_await commit_locked(batch);
    } else if (image_ || std::ranges::any_of(batch, is_put)) {
        const bool wants_new_key = std::ranges::any_of(batch, [](const order& one) {
            return one.change.older == older_copies::are_made_useless;
        });
        std::vector<store_change> changes;
        plan next = co_await plan_for(wants_new_key);
        for (order& one : batch) {
            store_change& c = one.change;
            changes.push_back({c.what, c.id, std::move(c.record), c.older});
        }
        drops_for_revoke_ |= next.has_new_key && (wants_new_key || !unmade_.empty());
        end = co_await take(std::move(next), std::move(changes));
        if (!end && end.error().code == errc::denied)  // it was locked meanwhile
            end = co_await commit_locked(batch);
    }
    for (const order& one : batch)
        if (!one.done->outcome)
            one.done->end(end);
}

// What is to go is noted, and goes when somebody has unlocked.
sealed_vault::awaitable<result<void>> sealed_vault::commit_locked(std::vector<order>& batch)
{
    tombstones graves = graves_;
    bool has_erase = false;
    for (order& one : batch) {
        if (one.change.what == store_change::verb::put) {
            one.done->end(fail(errc::denied, locked_->reason));
            continue;
        }
        has_erase = true;
        graves.add_record(one.change.id, one.change.left);
    }
    if (!has_erase)
        co_return result<void>();
    if (!image_)  // not read yet, and neither are the tombstones that it would replace
        co_return fail(errc::failed, locked_->reason);
    graves_ = std::move(graves);
    co_return co_await write_as_it_is();
}

// Who has locked it, or that nobody has.
sealed_vault::awaitable<result<void>> sealed_vault::write_mark()
{
    if (!is_unmarked_)
        co_return result<void>();
    const std::optional<lock_mark> wanted = mark_;
    std::move_only_function<result<void>()> job = [files = files_, wanted] {
        return sgauth::write_mark(files, wanted);
    };
    auto written = co_await disk_.run<result<void>>(std::move(job));
    if (written && wanted != mark_)
        co_return result<void>();  // the order that changed it is on its way
    is_unmarked_ = !written;
    unmarked_ = written ? std::string() : written.error().detail;
    if (!written)
        try_again_later();
    co_return written;
}

// What the disk refused before, and keys that could not be dropped.
sealed_vault::awaitable<result<void>> sealed_vault::write_anew()
{
    if (const auto marked = co_await write_mark(); !marked)
        co_return marked;
    if (locked_ || !image_)
        co_return co_await write_as_it_is();
    if (unwritten_.empty() && unstored_.empty() && unmade_.empty())
        co_return co_await drop_old_keys();
    plan next = co_await plan_for(false);
    drops_for_revoke_ |= next.has_new_key && !unmade_.empty();
    std::vector<store_change> none;
    co_return co_await take(std::move(next), std::move(none));
}

// Without a key: the image as it was sealed.
sealed_vault::awaitable<result<void>> sealed_vault::write_as_it_is()
{
    const bool has_image = image_ && !unwritten_.empty();
    if (!has_image && !is_to_go_ && buried_ == graves_)
        co_return co_await drop_old_keys();
    struct done {
        result<void> written;
        std::optional<tombstones> buried;
    };
    store_on_way way{
        has_image ? image_ : std::nullopt,
        graves_,
        std::exchange(buried_, std::nullopt),
        !has_image && !is_to_go_
    };
    std::move_only_function<done()> job = [files = files_, way = std::move(way)]() mutable {
        result<void> written = bring_to_disk(files, way);
        return done{std::move(written), std::move(way.buried)};
    };
    done end = co_await disk_.run<done>(std::move(job));
    buried_ = std::move(end.buried);
    unwritten_ = end.written ? std::string() : end.written.error().detail;
    if (!end.written) {
        try_again_later();
        co_return end.written;
    }
    is_to_go_ = false;
    co_return co_await drop_old_keys();
}

// Makes the next image, in memory and then on the disk. errc::denied: it was locked before that was done, and
// nothing has changed.
sealed_vault::awaitable<result<void>> sealed_vault::take(plan next, std::vector<store_change> changes)
{
    if (locked_)
        co_return fail(errc::denied, locked_->reason);
    store_step step(files_);
    step.mark = mark_of_;
    next.header.had_lasting_key |= image_ && has_lasting_key(image_->header);
    step.needs_tombstones = has_lasting_key(next.header) || !unmade_.empty();
    step.before = image_;
    step.keys_before = keys_.clone();
    step.header = next.header;
    step.keys = next.keys.clone();
    step.graves = graves_;
    step.changes = std::move(changes);
    // Not on the disk's lane: that may hang, and a secret and a key would with it.
    std::move_only_function<sealed_step()> job = [step = std::move(step)]() mutable {
        return seal_step(std::move(step));
    };
    sealed_step sealed = co_await derivation_.run<sealed_step>(std::move(job));
    if (locked_)
        co_return fail(errc::denied, locked_->reason);
    if (!sealed.image)
        co_return fail(errc::failed, "the store in memory cannot be opened");
    image_ = sealed.image;
    keys_ = std::move(next.keys);
    if (next.has_new_key)
        unmade_.clear();
    if (next.has_new_key && can_replace_keys(image_->header.place))
        older_keys_.insert(image_->header.place);
    unstored_ = std::move(next.unstored);
    keep_over_restart();
    if (auto written = co_await write_out(std::move(sealed)); !written)
        co_return written;
    if (!unstored_.empty()) {
        try_again_later();
        co_return fail(errc::failed, "sessions are not stored: " + unstored_);
    }
    auto dropped = co_await drop_old_keys();
    co_return next.has_new_key ? std::move(dropped) : result<void>();  // else it is told by account()
}

sealed_vault::awaitable<result<void>> sealed_vault::write_out(sealed_step step)
{
    const std::int64_t serial = step.image->header.serial;
    graves_ = step.graves.before_writing;
    bool has_answer = false;
    const at_end note([this, &has_answer] {
        if (!has_answer)
            unwritten_ = "it was interrupted";
    });
    step.buried = std::exchange(buried_, std::nullopt);
    std::move_only_function<store_step_end()> job = [step = std::move(step)]() mutable {
        return write_step(std::move(step));
    };
    store_step_end end = co_await disk_.run<store_step_end>(std::move(job));
    has_answer = true;
    graves_ = std::move(end.graves);
    buried_ = std::move(end.buried);
    is_to_go_ = false;
    // A passphrase may have been locked in meanwhile: that one is yet to be written.
    const bool is_newest = image_ && image_->header.serial == serial;
    if (end.unwritten.empty() && !is_newest)
        co_return result<void>();
    unwritten_ = std::move(end.unwritten);
    if (unwritten_.empty())
        co_return result<void>();
    log::error("the store cannot be written: {}", unwritten_);
    try_again_later();
    co_return fail(errc::failed, unwritten_);
}

// Only once the image is on the disk: until then an older key is what opens that.
sealed_vault::awaitable<result<void>> sealed_vault::drop_old_keys()
{
    undropped_.clear();
    if (!image_ || older_keys_.empty())
        co_return result<void>();
    auto aside = co_await find_stores_aside();
    if (aside)
        undropped_ = co_await drop_keys_beside(std::move(*aside));
    else
        undropped_ = aside.error().detail;
    if (undropped_.empty()) {
        drops_for_revoke_ = false;
        co_return result<void>();
    }
    try_again_later();
    co_return fail(errc::failed, "an older copy of the store can still be opened: " + undropped_);
}

// But for the keys of stores that were set aside. Where one does not tell which is its own all are kept,
// unless a revoke stands behind it: that promises that older copies are of no use. Returns what went wrong.
sealed_vault::awaitable<std::string> sealed_vault::drop_keys_beside(set_aside_stores aside)
{
    if (aside.has_nameless && !drops_for_revoke_) {
        older_keys_.clear();
        co_return std::string();
    }
    std::string fault;
    for (const key_place place : std::set<key_place>(older_keys_)) {
        key_ids kept = std::move(aside.keys[place]);
        if (place == image_->header.place)
            kept.insert(image_->header.key_id);
        key_holder* const holder = holder_of(place);
        key_result<void> dropped;
        if (holder)
            dropped = co_await holder->keep_only(std::move(kept));
        if (dropped)
            older_keys_.erase(place);
        else
            fault = dropped.error().detail;
    }
    co_return fault;
}

sealed_vault::awaitable<result<set_aside_stores>> sealed_vault::find_stores_aside()
{
    std::move_only_function<result<set_aside_stores>()> job = [files = files_] {
        return find_set_aside(files);
    };
    return disk_.run<result<set_aside_stores>>(std::move(job));
}

// An earlier life of the daemon may have ended before it dropped a key.
void sealed_vault::look_for_old_keys()
{
    if (!image_ || locked_ || !can_replace_keys(image_->header.place))
        return;
    older_keys_.insert(image_->header.place);
    try_again_later();
}

void sealed_vault::try_again_later()
{
    if (tries_again_)
        return;
    tries_again_ = true;
    tasks_.spawn("vault again", try_again());
}

sealed_vault::awaitable<void> sealed_vault::try_again()
{
    while (!unwritten_.empty() || is_unmarked_ || !unstored_.empty() || !unmade_.empty() ||
           !older_keys_.empty()) {
        co_await time_.sleep_until(time_.now() + disk_pause);
        order what;
        what.what = order::verb::write;
        [[maybe_unused]] const auto done = co_await carry_out(std::move(what));  // told by account()
    }
    tries_again_ = false;
}

}  // namespace sgauth
