#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// The words of io.sgauth.Agent whose lists may grow: whoever meets one that is not here treats it as "other".

#include <string_view>

namespace sgauth::proto {

namespace kind {
inline constexpr std::string_view human = "human";
inline constexpr std::string_view script = "script";
}  // namespace kind

namespace state {
inline constexpr std::string_view valid = "valid";
inline constexpr std::string_view unverified = "unverified";
inline constexpr std::string_view expired = "expired";
inline constexpr std::string_view locked = "locked";
}  // namespace state

namespace form {
inline constexpr std::string_view session_token = "session_token";
inline constexpr std::string_view script_key = "script_key";
inline constexpr std::string_view bearer = "bearer";
}  // namespace form

namespace event {
inline constexpr std::string_view present = "present";
inline constexpr std::string_view synced = "synced";
inline constexpr std::string_view added = "added";
inline constexpr std::string_view renewed = "renewed";
inline constexpr std::string_view unverified = "unverified";
inline constexpr std::string_view expired = "expired";
inline constexpr std::string_view revoked = "revoked";
inline constexpr std::string_view locked = "locked";
inline constexpr std::string_view unlocked = "unlocked";
inline constexpr std::string_view became_default = "default";
}  // namespace event

namespace question_event {
inline constexpr std::string_view ask = "ask";
inline constexpr std::string_view gone = "gone";
inline constexpr std::string_view missed = "missed";
inline constexpr std::string_view synced = "synced";
}  // namespace question_event

namespace at_site {
inline constexpr std::string_view confirmed = "confirmed";
inline constexpr std::string_view still_accepted = "still_accepted";
inline constexpr std::string_view unconfirmed = "unconfirmed";
inline constexpr std::string_view unreachable = "unreachable";
inline constexpr std::string_view not_tried = "not_tried";
}  // namespace at_site

namespace step_kind {
inline constexpr std::string_view text = "text";
inline constexpr std::string_view secret = "secret";
inline constexpr std::string_view choice = "choice";
inline constexpr std::string_view open_url = "open_url";
inline constexpr std::string_view wait = "wait";
inline constexpr std::string_view done = "done";
inline constexpr std::string_view failed = "failed";
}  // namespace step_kind

namespace login_field {
inline constexpr std::string_view site = "site";
inline constexpr std::string_view user = "user";
inline constexpr std::string_view password = "password";
inline constexpr std::string_view code = "code";
inline constexpr std::string_view script = "script";
inline constexpr std::string_view key = "key";
}  // namespace login_field

}  // namespace sgauth::proto
