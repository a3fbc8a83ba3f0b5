// SPDX-License-Identifier: Apache-2.0
//
// sealed_vault: closing, by a person or with the desktop. What is in memory closes at once and waits for
// nobody: the disk, which may hang, is only told.
#include "src/base/at_end.hpp"
#include "src/base/log.hpp"
#include "src/vault/sealed_vault_parts.hpp"

#include <algorithm>

namespace sgauth {

namespace {

using kind = vault_lock::kind;

// A disk that is there answers within it; a person waits for no other.
constexpr std::chrono::seconds lock_limit{3};

constexpr const char* locked_by_person = "locked by `sgauth lock`; run `sgauth unlock`";
constexpr const char* locked_by_desktop = "locked with the desktop; unlock the screen or run `sgauth unlock`";
// The screen has no such passphrase.
constexpr const char* locked_by_desktop_and_phrase =
    "locked with the desktop, and sealed by a passphrase; run `sgauth unlock`";
constexpr const char* already_locked =
    "it is locked already; run `sgauth unlock` before you lock it by another passphrase";
constexpr const char* memory_wants_phrase =
    "the sessions are in memory alone, and so is their key: nothing could unlock them again; run "
    "`sgauth lock --passphrase-stdin` to give a passphrase";
constexpr const char* may_open = "locked, but a restart of the daemon may unlock it: ";
constexpr const char* no_answer = "the disk does not answer; it is written as soon as it does";

vault_lock lock_by(locker who)
{
    if (who == locker::desktop)
        return {kind::by_desktop, false, locked_by_desktop};
    return {kind::by_person, false, locked_by_person};
}

}  // namespace

// --- who has locked it ---

std::optional<lock_mark> sealed_vault::whose_lock() const
{
    if (mark_ || !image_ || !image_->header.lock)
        return mark_;
    const store_lock& stored = *image_->header.lock;
    return lock_mark{stored.by, stored.boot};
}

// Of a store that somebody has to open: it was locked, or a passphrase is its key.
vault_lock sealed_vault::lock_as_it_is() const
{
    const bool by_phrase = image_ && image_->header.place == key_place::passphrase;
    const auto whose = whose_lock();
    if (!whose)
        return {kind::by_person, true, "the stored sessions are sealed by a passphrase; run `sgauth unlock`"};
    vault_lock lock = lock_by(whose->by);
    lock.wants_passphrase = by_phrase || (image_ && image_->header.lock && image_->header.lock->scrypt);
    if (lock.why == kind::by_desktop && by_phrase)
        lock.reason = locked_by_desktop_and_phrase;
    return lock;
}

bool sealed_vault::is_of_memory_alone() const
{
    return image_ ? image_->header.place == key_place::memory : wanted_().place == key_place::memory;
}

void sealed_vault::forget_lock()
{
    is_unmarked_ |= mark_.has_value();
    mark_.reset();
}

// --- locking ---

result<void> sealed_vault::may_lock(const std::optional<vault_passphrase>& with, locker who) const
{
    if (with && with->empty())
        return fail(errc::invalid, "an empty passphrase is none");
    const bool takes_over = locked_ && locked_->why == kind::by_desktop && who == locker::person;
    if (with && locked_ && !takes_over)
        return fail(errc::denied, already_locked);
    const bool is_open = !locked_ || locked_->why == kind::opening;
    if (!with && is_open && is_of_memory_alone())
        return fail(errc::denied, memory_wants_phrase);
    return {};
}

sealed_vault::awaitable<result<void>> sealed_vault::lock(std::optional<vault_passphrase> with, locker who)
{
    if (auto may = may_lock(with, who); !may)
        co_return may;
    if (with && locked_) {
        order what;
        what.what = order::verb::lock;
        what.with = std::move(with);
        what.era = ++lock_era_;
        co_return co_await carry_out(std::move(what));
    }
    const auto done = std::make_shared<ticket>(executor_);
    lock_now(who, with.has_value());
    if (with)
        orders_.spawn("vault closing", close_by_phrase(std::move(*with), done));
    else
        make_lock_last(done);
    while (!done->outcome)
        co_await done->changed.wait();
    co_return *done->outcome;
}

// From here on nothing is handed out, and nothing that was asked for before opens it.
void sealed_vault::lock_now(locker who, bool by_phrase)
{
    ++lock_era_;
    const auto whose = whose_lock();
    const bool is_persons = locked_ && locked_->why == kind::by_person;
    const bool is_news =
        who == locker::person ? !whose || whose->by == locker::desktop : !whose && !is_persons;
    if (is_news && !is_of_memory_alone()) {
        mark_ = lock_mark{who, who == locker::desktop ? time_.boot_id() : std::string()};
        is_unmarked_ = true;
    }
    if (!locked_) {
        locked_ = whose_lock() ? lock_as_it_is() : lock_by(who);
        locked_->wants_passphrase |= by_phrase;
        is_closing_ = by_phrase;
        if (!by_phrase)
            keys_ = {};
        refuse_waiting_puts();
    } else if (image_ && (is_news || !is_persons)) {
        // Whatever keeps it locked, from now on it takes more to open it. One that could not be read waits
        // for a person anyway, and is to say why.
        const bool wants_passphrase = locked_->wants_passphrase;
        locked_ = lock_as_it_is();
        locked_->wants_passphrase |= wants_passphrase;
    }
    changed_();
    if (image_)
        keep_over_restart();
}

// What waits for the disk in the open waits no longer; the rest of the queue has no secret.
void sealed_vault::refuse_waiting_puts()
{
    std::erase_if(queue_, [this](order& one) {
        if (one.what != order::verb::change || one.change.what != store_change::verb::put)
            return false;
        one.done->end(fail(errc::denied, locked_->reason));
        return true;
    });
}

// --- telling the disk ---

void sealed_vault::make_lock_last(std::shared_ptr<ticket> done)
{
    order what;
    what.what = order::verb::lock;
    what.done = done;
    enqueue(std::move(what));
    tasks_.spawn("lock's limit", answer_late(std::move(done)));
}

sealed_vault::awaitable<void> sealed_vault::answer_late(std::shared_ptr<ticket> done)
{
    co_await time_.sleep_until(time_.now() + lock_limit);
    if (done->outcome)
        co_return;
    unmarked_ = no_answer;
    done->end(fail(errc::failed, std::string(may_open) + no_answer));
}

sealed_vault::awaitable<result<void>> sealed_vault::write_lock()
{
    auto written = co_await write_mark();
    const bool is_sealed_in = image_ && image_->header.lock;
    result<void> stored;
    if (image_ && !unwritten_.empty())
        stored = co_await write_as_it_is();  // if not, it is told, and tried again
    if (written && is_sealed_in)
        written = stored;
    if (!written && !is_of_memory_alone())
        co_return fail(errc::failed, may_open + written.error().detail);
    co_return result<void>();
}

// --- with a passphrase ---

sealed_vault::awaitable<void> sealed_vault::close_by_phrase(
    vault_passphrase with, std::shared_ptr<ticket> done
)
{
    result<void> sealed = fail(errc::failed, "the vault was interrupted");
    const at_end leave([&] {
        is_closing_ = false;
        closed_.notify();
        if (!sealed && is_of_memory_alone() && !keys_.key.empty()) {
            locked_.reset();  // nothing else could open it again
            changed_();
        } else {
            keys_ = {};
        }
        keep_over_restart();
        if (!sealed)
            done->end(sealed);
        make_lock_last(done);
    });
    sealed = co_await seal_by_phrase(std::move(with));
}

// Locks the passphrase into what is sealed: nothing opens that without it.
sealed_vault::awaitable<result<void>> sealed_vault::seal_by_phrase(vault_passphrase with)
{
    plan next;
    if (image_) {
        next.header = image_->header;
        next.keys = keys_.clone();
    } else {
        next = co_await plan_new_store();
    }
    const std::int64_t planned = image_ ? image_->header.serial : 0;
    auto lock = co_await new_lock(std::move(with), next);
    if (!lock)
        co_return std::unexpected(lock.error());
    if (planned != (image_ ? image_->header.serial : 0))
        co_return fail(errc::failed, "it was wiped while it was locked");
    // Not on a lane: nothing comes between what is read and what takes its place.
    std::vector<stored_record> records;
    if (image_) {
        auto opened = open_image(*image_, keys_);
        if (!opened)
            co_return fail(errc::failed, "the store in memory cannot be opened");
        records = std::move(*opened);
    }
    next.header.lock = std::move(*lock);
    ++next.header.serial;
    unstored_ = image_ ? unstored_ : next.unstored;
    image_ = make_image(std::move(next.header), records, next.keys);
    unwritten_ = "the disk has not answered yet";
    co_return result<void>();
}

// Its key is fetched for a moment, unseen: nothing is handed out meanwhile.
sealed_vault::awaitable<result<void>> sealed_vault::take_over_from_desktop(
    vault_passphrase with, std::uint64_t era
)
{
    if (!image_ || image_->header.place == key_place::passphrase || !locked_)
        co_return fail(errc::denied, already_locked);
    const vault_lock desktops = *locked_;
    auto found = co_await find_keys(std::nullopt);
    const bool fits = found && open_image(*image_, *found);
    if (era != lock_era_ || !fits) {
        if (era == lock_era_)
            locked_ = desktops;  // a key that is out of reach ends no lock
        co_return fail(errc::denied, already_locked);
    }
    keys_ = std::move(*found);
    const at_end forget([this] { keys_ = {}; });
    if (auto sealed = co_await seal_by_phrase(std::move(with)); !sealed)
        co_return sealed;
    mark_ = lock_mark{};
    is_unmarked_ = true;
    locked_ = lock_as_it_is();
    changed_();
    keep_over_restart();
    co_return co_await write_lock();
}

}  // namespace sgauth
