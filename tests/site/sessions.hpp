#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// The site's session tokens: 32 lowercase hex digits, an idle window that use slides (facts/fptr.md I), a
// licence lease beside it (C.7). A token is also the value of the cookie `_session_id`.

#include "proto/json_writer.hpp"
#include "tests/site/accounts.hpp"
#include "tests/site/settings.hpp"

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

namespace sgauth::stand_in {

enum class account_kind { human, script };

struct session_record {
    std::string token;
    account_kind kind = account_kind::human;
    std::int64_t account_id = 0;
    std::string login;  // or the script's name
    site_time created_at{};
    site_time slid_at{};     // what the idle window counts from
    site_time last_used{};   // the last accepted use, sliding or not
    site_time licence_at{};  // what the licence lease of a day counts from
    std::int64_t uses = 0;
    bool revoked = false;

    site_time expires_at(const site_settings& settings) const;
    // The end that use does not move, if the site has one.
    std::optional<site_time> forced_end(const site_settings& settings) const;
    bool is_expired(const site_settings& settings, site_time now) const
    {
        return now >= expires_at(settings);
    }
};

class sessions {
public:
    session_record& create(
        account_kind kind,
        std::int64_t account_id,
        std::string login,
        const site_settings& settings,
        site_time now
    );
    // The session of that token unless it was revoked: it may have expired. Null if there is none.
    session_record* find(std::string_view token) noexcept;
    // Notes a use and slides the window if the last slide is at least `granularity` old; none: it does not
    // slide.
    static void use(session_record& session, std::optional<std::chrono::seconds> granularity, site_time now);

    // By token, by login, or all (both empty): how many it touched. Expired sessions stay known, revoked ones
    // do not.
    std::size_t expire(
        std::string_view token, std::string_view login, const site_settings& settings, site_time now
    );
    std::size_t revoke(std::string_view token, std::string_view login);
    void write(proto::json_writer& out, const site_settings& settings, site_time now) const;

private:
    std::deque<session_record> records_;
};

}  // namespace sgauth::stand_in
