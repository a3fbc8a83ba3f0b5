#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// What the tests of a login share: those who keep sessions as a fake, and a budget whose record stays in
// memory.

#include "src/login/login_sink.hpp"
#include "src/login/password_budget.hpp"
#include "tests/support/scripted.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace sgauth::test {

inline site_url site_of(const char* address = "https://studio.example.com")
{
    return site_url::parse(address).value();
}

// A store() as it was called, with its secrets in the clear.
struct store_call {
    std::string site;
    login_kind kind;
    std::string user;
    std::string token;
    std::string key;
    bool shares_key;
};

class fake_sink final : public login_sink {
public:
    fake_sink()
    {
        on_store.always([this](const store_call&) {
            return result<stored_session>(stored_session{"id-" + std::to_string(on_store.calls().size()), 7});
        });
        on_complete.always([this](const completion& known) {
            return result<proto::session_info>(info_of(known));
        });
    }

    scripted<store_call, result<stored_session>> on_store{"store"};
    scripted<completion, result<proto::session_info>> on_complete{"complete"};
    std::map<std::string, proto::session_info> usable;  // "site user" → session, user empty for the default
    std::optional<site_url> default_one;
    std::vector<std::string> made_default;
    std::uint64_t now = 1;  // the era

    bool keyring_is_locked = false;
    scripted<std::string, bool> on_dialog{"dialog"};  // until the person has answered it

    std::uint64_t era() const override { return now; }
    awaitable<void> open_keyring(std::function<void()> asks) override
    {
        if (!keyring_is_locked)
            co_return;
        asks();
        keyring_is_locked = !co_await on_dialog.next("");
    }
    awaitable<result<stored_session>> store(new_session made) override
    {
        return on_store.next(
            {made.site.text(),
             made.kind,
             made.user,
             std::string(made.token.reveal()),
             std::string(made.key.reveal()),
             made.shares_key}
        );
    }
    awaitable<result<proto::session_info>> complete(completion known) override
    {
        return on_complete.next(std::move(known));
    }
    std::optional<proto::session_info> find_usable(
        const site_url& site, const std::optional<std::string>& user, login_kind
    ) const override
    {
        const auto at = usable.find(site.text() + " " + user.value_or(""));
        return at == usable.end() ? std::nullopt : std::optional(at->second);
    }
    std::optional<site_url> default_site() const override { return default_one; }
    awaitable<result<proto::session_info>> make_default(std::string id) override
    {
        made_default.push_back(id);
        proto::session_info info;
        info.id = std::move(id);
        info.is_default = true;
        co_return info;
    }

private:
    proto::session_info info_of(const completion& known) const
    {
        const store_call& stored = on_store.calls().back();
        proto::session_info info;
        info.id = known.id;
        info.site = stored.site;
        info.user = known.who ? known.who->login : stored.user;
        info.generation = known.generation;
        return info;
    }
};

// A disk for the budget: keeps the last record, fails when told to.
struct fake_record {
    std::string text;
    int writes = 0;
    std::optional<error> fault;

    password_budget::writer writer()
    {
        return [this](std::string fresh) { return write(std::move(fresh)); };
    }

private:
    boost::asio::awaitable<result<void>> write(std::string fresh)
    {
        ++writes;
        if (fault)
            co_return std::unexpected(*fault);
        text = std::move(fresh);
        co_return result<void>();
    }
};

}  // namespace sgauth::test
