#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// What is behind sgauth_result: the values of a reply or an error, and the C structures that point into them.

#include "client/lib/failure.hpp"
#include "client/lib/include/sgauth.h"

#include <optional>
#include <string>
#include <vector>

struct sgauth_result {
public:
    sgauth_result() = default;
    sgauth_result(const sgauth_result&) = delete;
    sgauth_result& operator=(const sgauth_result&) = delete;

    // Each takes over what it is given, once.
    void set(sgauth::client::call_failure why);
    void set(sgauth::proto::session_info session);
    void set(std::vector<sgauth::proto::session_info> sessions);
    void set(sgauth::proto::get_credential_reply reply);
    void set(std::vector<sgauth::proto::revoked> revoked);
    void set(sgauth::proto::watch_reply event);

    sgauth_status status() const noexcept { return static_cast<sgauth_status>(why_.status); }
    const char* message() const noexcept { return why_.error.message.c_str(); }
    const sgauth_error* error() const noexcept { return error_ ? &*error_ : nullptr; }
    const std::vector<sgauth_session>& sessions() const noexcept { return session_views_; }
    const std::vector<sgauth_revoked>& revoked() const noexcept { return revoked_views_; }
    const sgauth_credential* credential() const noexcept
    {
        return credential_view_ ? &*credential_view_ : nullptr;
    }
    const char* event() const noexcept { return event_.empty() ? nullptr : event_.c_str(); }

private:
    // A secret as C wants it, with its NUL.
    const char* keep(std::string_view secret);
    template <class Secret>
    const char* keep_secret(const std::optional<Secret>& given)
    {
        return given ? keep(given->reveal()) : nullptr;
    }

    sgauth::client::call_failure why_{sgauth::proto::status::ok, {}};
    std::vector<const char*> choices_;
    std::optional<sgauth_error> error_;
    std::vector<sgauth::proto::session_info> sessions_;
    std::vector<sgauth_session> session_views_;
    std::vector<sgauth::proto::revoked> revoked_;
    std::vector<sgauth_revoked> revoked_views_;
    std::string form_;
    std::string script_name_;
    std::vector<sgauth::secret> secrets_;
    std::optional<sgauth_credential> credential_view_;
    std::string event_;
};
