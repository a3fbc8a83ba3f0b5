#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// How a call ends: the numbers are the command line's exit codes and libsgauth's status values alike
// (DESIGN.md 5), and each error name of the wire has one of them.

#include <string_view>

namespace sgauth::proto {

enum class status : int {
    ok = 0,
    failed = 1,
    usage = 2,
    no_session = 3,
    refused = 4,
    unreachable = 5,
    denied = 6,
    no_daemon = 7,
    cancelled = 130,
};

inline constexpr std::string_view agent_interface = "io.sgauth.Agent";
inline constexpr std::string_view service_interface = "org.varlink.service";

// Error names, without their interface.
namespace error_name {
inline constexpr std::string_view no_session = "NoSession";
inline constexpr std::string_view expired = "Expired";
inline constexpr std::string_view cannot_last = "CannotLastThatLong";
inline constexpr std::string_view ambiguous = "Ambiguous";
inline constexpr std::string_view invalid_site = "InvalidSite";
inline constexpr std::string_view form_unavailable = "FormUnavailable";
inline constexpr std::string_view refused = "Refused";
inline constexpr std::string_view unreachable = "Unreachable";
inline constexpr std::string_view timed_out = "TimedOut";
inline constexpr std::string_view denied = "Denied";
inline constexpr std::string_view cancelled = "Cancelled";
inline constexpr std::string_view busy = "Busy";
inline constexpr std::string_view no_such_login = "NoSuchLogin";
inline constexpr std::string_view failed = "Failed";
// org.varlink.service
inline constexpr std::string_view interface_not_found = "InterfaceNotFound";
inline constexpr std::string_view method_not_found = "MethodNotFound";
inline constexpr std::string_view method_not_implemented = "MethodNotImplemented";
inline constexpr std::string_view invalid_parameter = "InvalidParameter";
inline constexpr std::string_view permission_denied = "PermissionDenied";
inline constexpr std::string_view expected_more = "ExpectedMore";
}  // namespace error_name

// The status behind an error name, with or without its interface; `failed` for one that we do not know.
status status_of(std::string_view error) noexcept;

// What a person can do about a status: a sentence, lower case, no full stop. Empty for ok.
std::string_view advice(status s) noexcept;

// The last part of `io.sgauth.Agent.NoSession`.
std::string_view short_name(std::string_view qualified) noexcept;

}  // namespace sgauth::proto
