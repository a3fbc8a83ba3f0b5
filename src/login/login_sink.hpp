#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// What a login needs of those who keep sessions. An interface of this floor, implemented over the session
// table. A login is kept in two steps: store() makes the credential durable before anything else is done with
// it (DESIGN.md 4.5), complete() shows the session to askers once it is known whose it is (DESIGN.md 4.6).

#include "proto/messages.hpp"
#include "proto/secret.hpp"
#include "src/base/error.hpp"
#include "src/login/login_request.hpp"
#include "src/site/site_url.hpp"
#include "src/site/site_verdict.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace sgauth {

// What a site has just accepted.
struct new_session {
    explicit new_session(site_url where) : site(std::move(where)) {}

    site_url site;
    login_kind kind = login_kind::human;
    std::string user;         // the login as typed, or the script's name
    session_token token;      // of a person
    script_key key;           // of a script
    bool shares_key = false;  // of a script: hands the key out
    std::string method;       // password | key
    std::uint64_t era = 0;    // login_sink::era() before the site was asked
};

struct stored_session {
    std::string id;
    std::int64_t generation = 0;
};

// Whose it turned out to be, and what may become of it.
struct completion {
    std::string id;
    std::int64_t generation = 0;
    std::optional<site_identity> who;  // nothing where the site would not say: then it is `user` of store()
    std::vector<std::string> aliases;  // other names of the same user, as typed or as the site has them
    bool may_become_default = true;    // false: somebody else's approval (DESIGN.md 4.6)
    bool make_default = false;         // its site's default, and its site the default site
    bool is_verified = true;           // false: the site has rejected it right after it gave it
};

class login_sink {
public:
    template <class T>
    using awaitable = boost::asio::awaitable<T>;

    virtual ~login_sink() = default;

    // Another number once every credential was wiped: what was begun before must not be kept after.
    virtual std::uint64_t era() const = 0;
    // Before the first login, where a keyring that is locked is to keep the key of what is stored: has it ask
    // the person by a dialog of its own. Calls `asks` before that, or not at all. Suspends for a minute or so
    // at most. Whatever comes of it the login goes on.
    virtual awaitable<void> open_keyring(std::function<void()> asks) = 0;
    // Returns when the credential is durable. Until complete() nobody is given it, finds it or hears of it:
    // whose it is is not yet known. One that is found incomplete after a restart belongs to the user of its
    // record. errc::failed: it could not be written, or belongs to an era that is over.
    virtual awaitable<result<stored_session>> store(new_session made) = 0;
    // Makes it a session for all, or the new life of the session that the same user has already. Durable on
    // return.
    virtual awaitable<result<proto::session_info>> complete(completion known) = 0;

    // A session that can be used without a login: valid or unverified. Without a user: the site's default
    // user, of a script the only one there.
    virtual std::optional<proto::session_info> find_usable(
        const site_url& site, const std::optional<std::string>& user, login_kind kind
    ) const = 0;
    // The site that is meant when none is named; nothing where a person has to be asked.
    virtual std::optional<site_url> default_site() const = 0;
    // Makes a session its site's default and its site the default site; returns it as it is then.
    virtual awaitable<result<proto::session_info>> make_default(std::string id) = 0;
};

}  // namespace sgauth
