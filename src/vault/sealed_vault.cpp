// SPDX-License-Identifier: Apache-2.0
#include "src/vault/sealed_vault.hpp"

#include "proto/utf8.hpp"
#include "src/base/at_end.hpp"
#include "src/base/log.hpp"
#include "src/vault/sealed_vault_parts.hpp"

#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/this_coro.hpp>
#include <spdlog/fmt/fmt.h>

#include <exception>

namespace sgauth {

sealed_vault::sealed_vault(parts made_of, std::function<wishes()> wanted, std::function<void()> changed)
    : executor_(std::move(made_of.executor)),
      orders_(made_of.orders),
      tasks_(made_of.tasks),
      disk_(made_of.disk),
      derivation_(made_of.derivation),
      time_(made_of.time),
      files_(std::move(made_of.files)),
      holders_(std::move(made_of.holders)),
      restart_(made_of.restart),
      mark_of_(made_of.mark),
      scrypt_n_(made_of.scrypt_n),
      wanted_(std::move(wanted)),
      changed_(std::move(changed)),
      asking_(made_of.tasks, "keyring dialog"),
      locked_(vault_lock{vault_lock::kind::opening, false, "the stored sessions are being opened; ask again"}
      ),
      closed_(executor_)
{
}

sealed_vault::~sealed_vault() = default;

// --- orders ---

sealed_vault::awaitable<void> sealed_vault::start()
{
    order what;
    what.what = order::verb::start;
    [[maybe_unused]] const auto done = co_await carry_out(std::move(what));  // it always ends well
}

sealed_vault::awaitable<result<void>> sealed_vault::put(
    std::string id, vault_record record, older_copies older
)
{
    order what;
    what.change = {store_change::verb::put, std::move(id), std::move(record), older};
    return carry_out(std::move(what));
}

sealed_vault::awaitable<result<void>> sealed_vault::put_or_begin_anew(std::string id, vault_record record)
{
    order what;
    what.change = {store_change::verb::put, std::move(id), std::move(record), older_copies::may_bring_back};
    what.may_begin_anew = true;
    return carry_out(std::move(what));
}

sealed_vault::awaitable<result<void>> sealed_vault::erase(std::string id, older_copies older, afterwards left)
{
    order what;
    what.change = {store_change::verb::erase, std::move(id), {}, older, left};
    return carry_out(std::move(what));
}

sealed_vault::awaitable<result<void>> sealed_vault::unlock(
    std::optional<vault_passphrase> with, prompting how, locker who
)
{
    const std::uint64_t era = lock_era_;
    // The keyring's dialog stands outside the queue: nobody else waits behind a person.
    if (how == prompting::allowed && locked_) {
        const std::string one_for_all;
        std::move_only_function<awaitable<result<void>>()> ask = [this] { return ask_person(); };
        const auto asked = co_await asking_.join(one_for_all, std::move(ask));
        if (!asked)
            co_return asked;
    }
    order what;
    what.what = order::verb::unlock;
    what.with = std::move(with);
    what.who = who;
    what.era = era;
    co_return co_await carry_out(std::move(what));
}

sealed_vault::awaitable<result<void>> sealed_vault::wipe()
{
    order what;
    what.what = order::verb::wipe;
    return carry_out(std::move(what));
}

sealed_vault::awaitable<result<void>> sealed_vault::move(
    std::string place, std::optional<vault_passphrase> with
)
{
    order what;
    what.what = order::verb::move;
    what.place = std::move(place);
    what.with = std::move(with);
    return carry_out(std::move(what));
}

sealed_vault::awaitable<result<void>> sealed_vault::reset()
{
    order what;
    what.what = order::verb::reset;
    return carry_out(std::move(what));
}

// --- the queue ---

// In a task of its own: a caller who goes away leaves nothing undone.
sealed_vault::awaitable<result<void>> sealed_vault::carry_out(order what)
{
    const auto done = std::make_shared<ticket>(executor_);
    what.done = done;
    enqueue(std::move(what));
    while (!done->outcome)
        co_await done->changed.wait();
    co_return *done->outcome;
}

void sealed_vault::enqueue(order what)
{
    queue_.push_back(std::move(what));
    if (working_)
        return;
    working_ = true;
    orders_.spawn("vault", work());
}

sealed_vault::awaitable<void> sealed_vault::work()
{
    const at_end rest([this] { working_ = false; });
    const auto end = co_await boost::asio::this_coro::cancellation_state;
    while (!queue_.empty()) {
        // One that is interrupted, or has no memory left, does not leave the next waiting.
        try {
            while (is_closing_)
                co_await closed_.wait();
            if (!queue_.empty())  // a lock may have refused what was there
                co_await work_through();
        } catch (const std::exception& e) {
            log::error("the vault was interrupted: {}", e.what());
        }
        // Nothing that is awaited begins any more: the queue would never become shorter.
        if (end.cancelled() != boost::asio::cancellation_type::none) {
            for (const order& one : std::exchange(queue_, {}))
                one.done->end(fail(errc::failed, "the vault was interrupted"));
        }
    }
}

sealed_vault::awaitable<void> sealed_vault::work_through()
{
    std::vector<order> batch;
    const bool is_change = queue_.front().what == order::verb::change;
    do {
        batch.push_back(std::move(queue_.front()));
        queue_.pop_front();
    } while (is_change && !queue_.empty() && queue_.front().what == order::verb::change);

    std::vector<std::shared_ptr<ticket>> tickets;
    for (const order& one : batch)
        tickets.push_back(one.done);
    // Whatever happens, nobody is left waiting.
    const at_end answer([&tickets] {
        for (const auto& one : tickets)
            if (!one->outcome)
                one->end(fail(errc::failed, "the vault was interrupted"));
    });
    if (is_change) {
        co_await commit(batch);
    } else {
        auto end = co_await obey(batch.front());
        batch.front().done->end(std::move(end));
    }
}

sealed_vault::awaitable<result<void>> sealed_vault::obey(order& what)
{
    switch (what.what) {
        case order::verb::start:
            co_await open_at_start();
            changed_();
            co_return result<void>();
        case order::verb::write:
            co_return co_await write_anew();
        case order::verb::lock:
            if (what.with)
                co_return co_await take_over_from_desktop(std::move(*what.with), what.era);
            co_return co_await write_lock();
        case order::verb::unlock:
            co_return co_await open(std::move(what.with), what.who, what.era);
        case order::verb::wipe:
            co_return co_await wipe_all();
        case order::verb::move: {
            const auto place = key_place_from(what.place);
            if (!place)
                co_return fail(
                    errc::invalid, "no such place for the key: " + proto::printable(what.place, 40)
                );
            co_return co_await go_to(*place, std::move(what.with));
        }
        case order::verb::reset:
            co_return co_await begin_anew();
        case order::verb::change:
            break;
    }
    co_return result<void>();
}

// --- looking ---

sealed_vault::awaitable<result<std::vector<stored_record>>> sealed_vault::load()
{
    if (locked_)
        co_return fail(errc::denied, locked_->reason);
    std::vector<stored_record> records;
    if (!image_)
        co_return records;
    auto opened = open_image(*image_, keys_);
    if (!opened)
        co_return fail(errc::failed, "the store in memory cannot be opened");
    records = std::move(*opened);
    for (stored_record& one : records)
        one.taken_away = graves_.left_for(one.id, mark_of_(one.record));
    co_return records;
}

std::vector<stored_note> sealed_vault::notes() const
{
    std::vector<stored_note> kept;
    if (!image_)
        return kept;
    for (const stored_note& one : image_->header.records)
        if (!graves_.names_record(one.id))
            kept.push_back(one);
    return kept;
}

vault_account sealed_vault::account() const
{
    vault_account told;
    const wishes wanted = wanted_();
    const key_place place = image_ ? image_->header.place : key_place::memory;
    const bool has_store = image_ && unstored_.empty();
    if (has_store)
        told.place = word_for(place);
    if (has_store && place != key_place::memory)
        told.storage = fmt::format(
            "sealed in {} by {}{}: {}",
            proto::printable(files_.store().native()),
            place == key_place::passphrase ? "" : "a key in ",
            name_of(place),
            lasting_of(place)
        );
    else if (unstored_.empty() && !image_ && wanted.place != key_place::memory)
        told.storage = fmt::format(
            "nothing to store yet; the first session is sealed in {}",
            proto::printable(files_.store().native())
        );
    else
        told.storage = lasting_of(key_place::memory);
    told.why = has_store ? image_->header.why : std::string();
    told.problems = notices_;
    const auto tell = [&told](const char* what, const std::string& why) {
        if (!why.empty())
            told.problems.push_back(what + why);
    };
    tell("sessions are not stored: ", unstored_);
    tell("what changed is not on the disk yet, and is tried again: ", unwritten_);
    tell("that it was locked or unlocked is not on the disk yet, and is tried again: ", unmarked_);
    tell("older copies of the store can still be opened: ", undropped_);
    tell("a revoke could not renew the key, which is tried again; until then a file refuses it: ", unmade_);
    if (has_store && wanted.place && *wanted.place != place)
        told.problems.push_back(fmt::format(
            "the settings want the key in {}, the store was made with it in {}: run `sgauth vault {}`",
            name_of(*wanted.place),
            name_of(place),
            word_for(*wanted.place)
        ));
    told.locks_by_passphrase = image_ ? place == key_place::memory : wanted.place == key_place::memory;
    told.wants_new_passphrase = !unstored_.empty() && wanted.place == key_place::passphrase;
    told.wants_passphrase = told.wants_new_passphrase || (locked_ && locked_->wants_passphrase);
    return told;
}

}  // namespace sgauth
