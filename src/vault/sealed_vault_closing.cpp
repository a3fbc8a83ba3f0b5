// SPDX-License-Identifier: Apache-2.0
//
// sealed_vault: closing, by a person or with the desktop.
#include "src/base/at_end.hpp"
#include "src/vault/sealed_vault_parts.hpp"

namespace sgauth {

namespace {

using kind = vault_lock::kind;

constexpr const char* locked_by_person = "locked by `sgauth lock`; run `sgauth unlock`";
constexpr const char* locked_by_desktop = "locked with the desktop; unlock the screen or run `sgauth unlock`";
// The screen has no such passphrase.
constexpr const char* locked_by_desktop_and_phrase =
    "locked with the desktop, and sealed by a passphrase; run `sgauth unlock`";
constexpr const char* already_locked =
    "it is locked already; run `sgauth unlock` before you lock it by another passphrase";

vault_lock lock_by(locker who)
{
    if (who == locker::desktop)
        return {kind::by_desktop, false, locked_by_desktop};
    return {kind::by_person, false, locked_by_person};
}

}  // namespace

vault_lock lock_of(const store_header& header)
{
    const bool by_phrase = header.place == key_place::passphrase;
    if (!header.lock)
        return {kind::by_person, true, "the stored sessions are sealed by a passphrase; run `sgauth unlock`"};
    vault_lock lock = lock_by(header.lock->by);
    lock.wants_passphrase = by_phrase || header.lock->scrypt.has_value();
    if (lock.why == kind::by_desktop && by_phrase)
        lock.reason = locked_by_desktop_and_phrase;
    return lock;
}

sealed_vault::awaitable<result<void>> sealed_vault::close(std::optional<vault_passphrase> with, locker who)
{
    if (!locked_)
        co_return co_await close_anew(std::move(with), who);
    const bool is_desktops = locked_->why == kind::by_desktop;
    if (is_desktops && who == locker::person)
        co_return co_await take_over_from_desktop(std::move(with));
    if (with)
        co_return fail(errc::denied, already_locked);
    if (is_desktops || locked_->why == kind::by_person)
        co_return result<void>();
    // Whatever keeps it locked, from now on it takes more to open it. One that could not be read waits for a
    // person anyway, and is to say why.
    if (image_)
        locked_ = lock_by(who);
    changed_();
    co_return result<void>();
}

sealed_vault::awaitable<result<void>> sealed_vault::close_anew(
    std::optional<vault_passphrase> with, locker who
)
{
    plan next = co_await plan_for(false);
    if (next.header.place == key_place::memory && !with)
        co_return fail(
            errc::denied,
            "the sessions are in memory alone, and so is their key: nothing could unlock them again; run "
            "`sgauth lock --passphrase-stdin` to give a passphrase"
        );
    next.header.lock.emplace();
    if (with) {
        auto lock = co_await new_lock(std::move(*with), next);
        if (!lock)
            co_return std::unexpected(lock.error());
        next.header.lock = std::move(*lock);
    }
    next.header.lock->by = who;
    if (who == locker::desktop)
        next.header.lock->boot = time_.boot_id();
    const bool is_stored = next.unstored.empty();
    std::vector<store_change> none;
    const auto taken = co_await take(std::move(next), std::move(none));
    keys_ = {};
    locked_ = lock_of(image_->header);
    changed_();
    keep_over_restart();
    if (!taken && is_stored)
        co_return fail(
            errc::failed, "locked, but a restart of the daemon may unlock it: " + taken.error().detail
        );
    co_return result<void>();
}

// Who locked it stands in what is sealed: that is opened for a moment, unseen, and sealed anew.
sealed_vault::awaitable<result<void>> sealed_vault::take_over_from_desktop(
    std::optional<vault_passphrase> with
)
{
    const bool is_stored_so = image_ && image_->header.lock.has_value();
    std::optional<store_keys> keys;
    const vault_lock desktops = *locked_;
    std::string why_not = "its key is another";
    if (is_stored_so && image_->header.place != key_place::passphrase) {
        auto found = co_await find_keys(std::nullopt);
        if (found && open_image(*image_, *found))
            keys = std::move(*found);
        else if (!found)
            why_not = found.error().detail;
        locked_ = desktops;  // a key that is out of reach ends no lock
    }
    if (!keys && with)
        co_return fail(errc::denied, already_locked);
    if (!keys) {
        locked_ = lock_by(locker::person);
        locked_->wants_passphrase = desktops.wants_passphrase;
        changed_();
        if (!is_stored_so || desktops.wants_passphrase)
            co_return result<void>();
        co_return fail(
            errc::failed, "locked, but after a restart of the daemon the desktop may unlock it: " + why_not
        );
    }
    const std::optional<store_lock> before = std::exchange(image_->header.lock, std::nullopt);
    keys_ = std::move(*keys);
    const at_end forget([this] { keys_ = {}; });
    const auto closed = co_await close_anew(std::move(with), locker::person);
    if (!closed && locked_->why == kind::by_desktop)
        image_->header.lock = before;  // nothing came of it
    co_return closed;
}

}  // namespace sgauth
