// SPDX-License-Identifier: Apache-2.0
//
// sealed_vault: where the key is, and how it comes to be elsewhere.
#include "src/base/log.hpp"
#include "src/base/random.hpp"
#include "src/vault/sealed_vault_parts.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>

namespace sgauth {

namespace {

constexpr std::size_t key_id_bytes = 8;
constexpr const char* by_settings = "the settings say so; no other place was tried";
constexpr const char* by_hand = "chosen by `sgauth vault`; no other place was tried";
constexpr const char* not_ours_to_change =
    "a systemd credential is changed where it comes from: move the key with `sgauth vault keyring`, change "
    "the credential, start the daemon anew, and move back with `sgauth vault credential`";
constexpr const char* nobody_to_ask = "this login could have nobody asked for its password";
constexpr const char* no_passphrase_yet =
    "the settings want a passphrase, and none was chosen yet; run `sgauth unlock`";

}  // namespace

key_holder* sealed_vault::holder_of(key_place place) const
{
    const auto at = std::ranges::find(holders_, place, [](const key_holder* h) { return h->place(); });
    return at == holders_.end() ? nullptr : *at;
}

// --- the next image ---

sealed_vault::awaitable<sealed_vault::plan> sealed_vault::plan_for(bool wants_new_key)
{
    if (!image_ || !unstored_.empty())
        co_return co_await plan_new_store();
    plan same;
    same.header = image_->header;
    same.keys = keys_.clone();
    key_holder* const holder = holder_of(same.header.place);
    const bool is_owed = wants_new_key || !unmade_.empty();
    if (!is_owed || !holder || !can_replace_keys(same.header.place))
        co_return same;
    const std::string id = random_hex(key_id_bytes);
    auto made = co_await holder->make(id);
    if (!made) {
        log::warning("a revoke makes no new key: {}; a tombstone stands in for it", made.error().detail);
        unmade_ = made.error().detail;
        try_again_later();
        co_return same;
    }
    same.header.key_id = id;
    same.keys.key = std::move(*made);
    same.has_new_key = true;
    co_return same;
}

sealed_vault::awaitable<sealed_vault::plan> sealed_vault::plan_new_store()
{
    const wishes wanted = wanted_();
    if (!wanted.place)
        co_return co_await choose_place();
    if (*wanted.place == key_place::memory)
        co_return keep_in_memory({});
    if (*wanted.place == key_place::passphrase)
        co_return keep_in_memory(no_passphrase_yet);
    auto made = co_await plan_at(*wanted.place, by_settings, std::nullopt);
    if (made)
        co_return std::move(*made);
    co_return keep_in_memory(made.error().detail);
}

// DESIGN.md 6, `auto`: once, when the store is made. Never a passphrase: nobody could give it unasked.
sealed_vault::awaitable<sealed_vault::plan> sealed_vault::choose_place()
{
    std::string lacked;
    for (key_holder* const holder : holders_) {
        const auto usable = co_await holder->probe(prompting::never);
        std::string fault;
        if (usable) {
            std::string why = "chosen when the store was made";
            why.append(lacked.empty() ? "" : "; ").append(lacked).append(after(holder));
            auto made = co_await plan_at(holder->place(), std::move(why), std::nullopt);
            if (made)
                co_return std::move(*made);
            fault = made.error().detail;
        } else {
            fault = lack_of(holder->place(), usable.error());
        }
        lacked.append(lacked.empty() ? "" : "; ").append(fault);
    }
    co_return keep_in_memory(lacked + "; choose a passphrase: `sgauth vault passphrase`");
}

std::string sealed_vault::lack_of(key_place place, const key_fault& why) const
{
    if (why.what != key_trouble::locked)
        return why.detail;
    return fmt::format(
        "{}: its default keyring was locked and was not opened ({}); once it is open, `sgauth vault {}` "
        "moves "
        "the key there",
        name_of(place),
        asked_in_vain_.empty() ? nobody_to_ask : asked_in_vain_,
        word_for(place)
    );
}

// Those that were not tried, as this one was found before them.
std::string sealed_vault::after(const key_holder* chosen) const
{
    std::string text;
    const auto at = std::ranges::find(holders_, chosen);
    for (auto next = std::next(at); next != holders_.end(); ++next)
        text.append(text.empty() ? "; not tried after it: " : ", ").append(name_of((*next)->place()));
    return text;
}

sealed_vault::plan sealed_vault::keep_in_memory(std::string why) const
{
    plan made;
    if (image_)
        made.header = image_->header;
    made.header.place = key_place::memory;
    made.header.why = by_settings;
    made.header.made = time_.wall().time_since_epoch().count();
    made.header.scrypt.reset();
    made.keys.key = image_ ? keys_.key.clone() : random_key();
    made.unstored = std::move(why);
    return made;
}

// A new key in that place, for what there is.
sealed_vault::awaitable<result<sealed_vault::plan>> sealed_vault::plan_at(
    key_place place, std::string why, std::optional<vault_passphrase> with
)
{
    plan made;
    if (image_)
        made.header.serial = image_->header.serial;
    made.header.place = place;
    made.header.why = std::move(why);
    made.header.made = time_.wall().time_since_epoch().count();
    made.header.key_id = random_hex(key_id_bytes);
    made.has_new_key = true;
    if (place == key_place::memory) {
        made.keys.key = random_key();
        co_return made;
    }
    if (place == key_place::passphrase) {
        if (!with || with->empty())
            co_return fail(errc::invalid, "a passphrase is needed, and an empty one is none");
        made.header.scrypt = new_scrypt_parameters(scrypt_n_);
        auto key = co_await derived(std::move(*with), *made.header.scrypt);
        if (!key)
            co_return std::unexpected(key.error());
        made.keys.key = std::move(*key);
        co_return made;
    }
    key_holder* const holder = holder_of(place);
    if (!holder)
        co_return fail(errc::failed, fmt::format("{} is not available", name_of(place)));
    auto key = co_await holder->make(made.header.key_id);
    if (!key)
        co_return fail(errc::failed, key.error().detail);
    made.keys.key = std::move(*key);
    if (place == key_place::keyring)
        made.header.key_boot = time_.boot_id();
    co_return made;
}

// --- what people order ---

sealed_vault::awaitable<result<void>> sealed_vault::settle_on_passphrase(vault_passphrase with)
{
    auto next = co_await plan_at(key_place::passphrase, by_settings, std::move(with));
    if (!next)
        co_return std::unexpected(next.error());
    std::vector<store_change> none;
    co_return co_await take(std::move(*next), std::move(none));
}

sealed_vault::awaitable<result<void>> sealed_vault::go_to(
    key_place place, std::optional<vault_passphrase> with
)
{
    if (locked_)
        co_return fail(errc::denied, locked_->reason);
    const std::optional<key_place> before =
        image_ && unstored_.empty() ? std::optional(image_->header.place) : std::nullopt;
    const bool stays = before == place;
    if (stays && place == key_place::credential)
        co_return fail(errc::invalid, not_ours_to_change);
    std::string why = stays ? image_->header.why : std::string(by_hand);
    auto next = co_await plan_at(place, std::move(why), std::move(with));
    if (!next)
        co_return std::unexpected(next.error());
    std::vector<store_change> no_changes;
    if (before && can_replace_keys(*before))
        older_keys_.insert(*before);
    co_return co_await take(std::move(*next), std::move(no_changes));
}

sealed_vault::awaitable<result<void>> sealed_vault::begin_anew()
{
    if (!locked_)
        co_return fail(errc::invalid, "the store is open: there is nothing to set aside");
    const std::uint64_t era = lock_era_;
    std::move_only_function<result<std::optional<std::string>>()> job = [files = files_] {
        return set_store_aside(files, "could not be opened");
    };
    auto told = co_await disk_.run<result<std::optional<std::string>>>(std::move(job));
    if (!told)
        co_return std::unexpected(told.error());
    std::string news = told->value_or("what was locked was in memory alone and is gone, log in again");
    log::warning("{}", news);
    notices_.push_back(std::move(news));
    image_.reset();
    keys_ = {};
    if (era == lock_era_) {
        locked_.reset();
        forget_lock();
    }
    unstored_.clear();
    unwritten_.clear();
    undropped_.clear();
    unmade_.clear();
    older_keys_.clear();
    keep_over_restart();
    changed_();
    [[maybe_unused]] const auto marked = co_await write_mark();  // if not, it is told and tried again
    co_return result<void>();
}

}  // namespace sgauth
