// SPDX-License-Identifier: Apache-2.0
#include "src/vault/secret_service.hpp"

#include "proto/utf8.hpp"
#include "src/vault/keyring_helper/exit_codes.hpp"

#include <chrono>
#include <utility>

namespace sgauth {

namespace {

// A bus that is there answers in milliseconds; one that hangs is not waited for longer.
constexpr std::chrono::seconds bus_limit{5};
// A person types a password, to open what is stored already.
constexpr std::chrono::minutes person_limit{3};
// The same at a login, which goes on without. The helper takes its dialog away then; it needs the bus for
// that.
constexpr std::chrono::seconds dialog_limit{60};
// The helper that waits for signals is started anew now and then.
constexpr std::chrono::hours signal_limit{6};

constexpr const char* dialog_was_closed =
    "the dialog of the desktop's keyring was closed, or could not be shown";
constexpr const char* dialog_had_no_answer = "nobody answered the dialog of the desktop's keyring in time";

key_ids just(std::string id)
{
    key_ids one;
    one.insert(std::move(id));
    return one;
}

}  // namespace

secret_service::secret_service(
    std::string tag, std::string helper, std::vector<std::string> environment, time_source& time
)
    : tag_(std::move(tag)), helper_(std::move(helper)), environment_(std::move(environment)), time_(time)
{
}

key_holder::awaitable<key_result<helper_bytes>> secret_service::ask(
    const char* verb, key_ids ids, helper_bytes input, std::chrono::steady_clock::duration limit
)
{
    helper_call call{helper_, {verb, tag_}, environment_, std::move(input)};
    call.arguments.insert(call.arguments.end(), ids.begin(), ids.end());
    auto end = co_await run_helper(std::move(call), limit);
    if (!end && end.error().code == errc::timed_out)
        co_return std::unexpected(key_fault{key_trouble::away, "the Secret Service did not answer in time"});
    if (!end)
        co_return std::unexpected(key_fault{key_trouble::away, end.error().detail});
    if (end->exit_code == keyring_helper::done)
        co_return std::move(end->output);
    // Its sentence, which is the bus's or the keyring's own in part.
    std::string said = proto::printable(end->output.reveal(), 200);
    switch (end->exit_code) {
        case keyring_helper::no_such_key:
            co_return std::unexpected(key_fault{key_trouble::gone, "the desktop's keyring has no such key"});
        case keyring_helper::is_locked:
            co_return std::unexpected(key_fault{key_trouble::locked, "the desktop's keyring is locked"});
        case keyring_helper::dismissed:
            co_return std::unexpected(key_fault{key_trouble::locked, dialog_was_closed});
        case keyring_helper::unanswered:
            co_return std::unexpected(key_fault{key_trouble::locked, dialog_had_no_answer});
        case keyring_helper::no_service:
            co_return std::unexpected(
                key_fault{key_trouble::away, "the Secret Service does not answer: " + said}
            );
        case keyring_helper::no_collection:
            co_return std::unexpected(
                key_fault{key_trouble::away, "the Secret Service has no default keyring"}
            );
        default:
            co_return std::unexpected(key_fault{key_trouble::failed, "the Secret Service fails: " + said});
    }
}

key_holder::awaitable<key_result<void>> secret_service::probe(prompting how)
{
    const bool may_ask = how == prompting::allowed;
    const char* verb = may_ask ? "unlock" : "probe";
    const std::chrono::seconds limit = may_ask ? dialog_limit + bus_limit : bus_limit;
    key_ids words = may_ask ? just(std::to_string(dialog_limit.count())) : key_ids();
    const auto told = co_await ask(verb, std::move(words), helper_bytes(), limit);
    if (!told)
        co_return std::unexpected(told.error());
    co_return key_result<void>();
}

key_holder::awaitable<key_result<vault_key>> secret_service::make(std::string id)
{
    vault_key key = random_key();
    helper_bytes input(key.reveal());
    key_ids ids = just(std::move(id));
    const auto told = co_await ask("store", std::move(ids), std::move(input), bus_limit);
    if (!told)
        co_return std::unexpected(told.error());
    co_return key;
}

key_holder::awaitable<key_result<vault_key>> secret_service::fetch(std::string id, prompting how)
{
    const bool may_ask = how == prompting::allowed;
    const char* verb = may_ask ? "unlock-and-fetch" : "fetch";
    const std::chrono::steady_clock::duration limit =
        may_ask ? std::chrono::steady_clock::duration(person_limit) : bus_limit;
    key_ids ids = just(std::move(id));
    const auto told = co_await ask(verb, std::move(ids), helper_bytes(), limit);
    if (!told)
        co_return std::unexpected(told.error());
    if (told->size() != key_bytes)
        co_return std::unexpected(key_fault{key_trouble::failed, "the key in the desktop's keyring is no key"}
        );
    co_return vault_key(told->reveal());
}

key_holder::awaitable<key_result<void>> secret_service::keep_only(key_ids ids)
{
    const auto told = co_await ask("keep-only", std::move(ids), helper_bytes(), bus_limit);
    if (!told)
        co_return std::unexpected(told.error());
    co_return key_result<void>();
}

key_holder::awaitable<void> secret_service::changed(std::string id)
{
    const boot_time began = time_.now();
    key_ids ids = just(std::move(id));
    // However it ends, it is asked again.
    [[maybe_unused]] const auto told = co_await ask("wait", std::move(ids), helper_bytes(), signal_limit);
    const boot_clock::duration pause = pauses_.after(time_.now() - began);
    co_await time_.sleep_until(began + pause);
}

}  // namespace sgauth
