#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// The people and scripts that the stand-in site knows, their passwords, one-time codes and lock-outs
// (facts/fptr.md A.6, A.13). Passwords are in the open: a test double keeps no secrets.

#include "proto/json.hpp"
#include "proto/json_writer.hpp"
#include "tests/site/settings.hpp"

#include <chrono>
#include <cstdint>
#include <deque>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sgauth::stand_in {

// The site's clock: wall time, moved forward by the control channel.
using site_time = std::chrono::sys_time<std::chrono::milliseconds>;

// An application error: HTTP 200 with `exception` true on JSON-RPC, an entry of `errors` on REST.
struct api_fault {
    int code = 103;
    std::string message;
};

struct person {
    std::int64_t id = 0;
    std::string login;
    std::string email;
    std::string name;
    std::string password;
    std::string status = "act";
    bool two_factor = false;
    std::vector<std::string> codes;         // each is good once
    std::optional<std::string> passphrase;  // of a personal access token, for saml2 and oxygen sites
    bool can_impersonate_this_user = false;
    std::int64_t failures = 0;  // wrong passwords in a row
    site_time locked_until{};

    bool is_active() const noexcept { return status == "act"; }
};

struct script {
    std::int64_t id = 0;
    std::string name;
    std::string key;
    std::string status = "act";

    bool is_active() const noexcept { return status == "act"; }
};

class accounts {
public:
    // With jane, bob and the script farm (README.md).
    accounts();

    // By login or e-mail, in any case; null if there is none. Valid until the accounts die.
    person* find_person(std::string_view login_or_email) noexcept;
    person* find_person(std::int64_t id) noexcept;
    script* find_script(std::string_view name) noexcept;
    const std::deque<person>& people() const noexcept { return people_; }
    const std::deque<script>& scripts() const noexcept { return scripts_; }

    // Checks a password and, where the account has two factors, a one-time code, which is used up by it.
    // Counts failures and locks. `code` null: none was sent.
    std::expected<person*, api_fault> check_password(
        std::string_view login,
        std::string_view password,
        const std::string_view* code,
        const site_settings& settings,
        site_time now
    );
    std::expected<script*, api_fault> check_script(std::string_view name, std::string_view key);

    // Adds or changes the account that `object` names; returns what is wrong, or empty.
    std::string set_person(const proto::json_value& object);
    std::string set_script(const proto::json_value& object);
    void write(proto::json_writer& out, site_time now) const;

private:
    // Deques: a pointer to an element outlives additions.
    std::deque<person> people_;
    std::deque<script> scripts_;
    std::int64_t next_id_ = 100;
};

}  // namespace sgauth::stand_in
