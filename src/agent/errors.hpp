#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// The errors as a caller sees them, each with its sentence. Inner causes become these here and nowhere else.

#include "proto/messages.hpp"
#include "src/base/error.hpp"
#include "src/session/session.hpp"
#include "src/site/site_verdict.hpp"

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace sgauth::errors {

proto::error_reply no_session(std::string message, const site_url* site, std::string_view user);
proto::error_reply expired(proto::session_info session);
// `longest` is the most that can be had.
proto::error_reply cannot_last(proto::session_info session, std::chrono::seconds longest);
proto::error_reply ambiguous_site(const std::vector<site_url>& choices);
// Several go by that name.
proto::error_reply ambiguous_user(
    const site_url& site, std::string_view typed, const std::vector<const session*>& choices
);
proto::error_reply invalid_site(std::string_view typed, const std::string& why);
// `available` are the forms that the session has.
proto::error_reply form_unavailable(const session& s, std::vector<std::string> available);
proto::error_reply unreachable(const session& s, const site_trouble& why);
proto::error_reply timed_out(std::string message);
proto::error_reply denied(std::string message);
// What leaves has to be on record first, and `why` it cannot be.
proto::error_reply not_recorded(std::string_view why);
// The vault is open, and what it keeps not yet in the table.
proto::error_reply being_opened();
// The settings are bad: nothing is handed out.
proto::error_reply bad_settings(const std::vector<std::string>& problems);
proto::error_reply invalid_parameter(std::string parameter);
proto::error_reply failed(std::string message);
// Any other error of the floors below.
proto::error_reply from(const error& cause);

}  // namespace sgauth::errors
