#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// Takes a login forward for as long as it is the site's turn: asks the site, spends from the password budget,
// and hands what the site accepted to those who keep sessions. What the site accepted is kept even when
// nobody waits for it any more.

#include "src/login/conversation.hpp"
#include "src/login/login_sink.hpp"
#include "src/login/password_budget.hpp"
#include "src/site/site_client.hpp"

#include <boost/asio/awaitable.hpp>

#include <memory>
#include <optional>
#include <string>

namespace sgauth {

// What became of the credential that a site was asked about, for the record: whoever listens still, and also
// of a login that was cancelled meanwhile.
enum class login_word { nothing, refused, kept, given_back };
struct login_news {
    login_word word = login_word::nothing;
    std::optional<proto::session_info> session{};  // that was kept
    std::string detail{};                          // why not, and what the site was told
};

class login_work {
public:
    template <class T>
    using awaitable = boost::asio::awaitable<T>;
    using talk_ptr = std::shared_ptr<login_conversation>;

    // All outlive the work and every coroutine of it.
    login_work(site_client& sites, login_sink& sink, password_budget& budget)
        : sites_(sites), sink_(sink), budget_(budget)
    {
    }
    login_work(const login_work&) = delete;
    login_work& operator=(const login_work&) = delete;

    // Returns when it is the person's turn, or the conversation is over. It may be ended by others meanwhile.
    awaitable<login_news> forward(talk_ptr talk);

private:
    awaitable<void> describe(talk_ptr talk);
    awaitable<void> look_up(talk_ptr talk);
    awaitable<bool> keep_usable(talk_ptr talk, std::optional<std::string> named);
    awaitable<login_news> check_password(talk_ptr talk);
    awaitable<login_news> check_key(talk_ptr talk);
    awaitable<login_news> keep_person(
        talk_ptr talk, session_token token, password_budget::spent_try spent, std::uint64_t era
    );
    awaitable<login_news> keep_script(talk_ptr talk, script_key key, site_identity who, std::uint64_t era);
    awaitable<login_news> finish(talk_ptr talk, completion known);

    site_client& sites_;
    login_sink& sink_;
    password_budget& budget_;
};

}  // namespace sgauth
