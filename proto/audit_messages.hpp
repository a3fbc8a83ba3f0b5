#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// The part of messages.hpp that is about what is on record.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sgauth::proto {

namespace audit_event {
inline constexpr std::string_view handed_out = "handed_out";
inline constexpr std::string_view withheld = "withheld";
inline constexpr std::string_view refused = "refused";
inline constexpr std::string_view login = "login";
inline constexpr std::string_view login_failed = "login_failed";
inline constexpr std::string_view renewed = "renewed";
inline constexpr std::string_view expired = "expired";
inline constexpr std::string_view revoked = "revoked";
inline constexpr std::string_view opened = "opened";
inline constexpr std::string_view closed = "closed";
inline constexpr std::string_view torn = "torn";
inline constexpr std::string_view lost = "lost";
}  // namespace audit_event

struct audit_entry {
    std::int64_t number = 0;
    std::int64_t at = 0;
    std::string event;
    std::optional<std::int64_t> pid;
    std::optional<std::int64_t> uid;
    std::optional<std::string> executable;
    std::optional<std::string> unit;
    std::optional<std::string> session;
    std::optional<std::string> site;
    std::optional<std::string> user;
    std::optional<std::string> form;
    std::optional<std::string> state;
    std::optional<std::string> error;
    std::optional<std::string> reason;
    std::int64_t count = 1;
    std::optional<std::int64_t> until;

    bool operator==(const audit_entry& o) const
    {
        return number == o.number && at == o.at && event == o.event && pid == o.pid && uid == o.uid &&
               executable == o.executable && unit == o.unit && session == o.session && site == o.site &&
               user == o.user && form == o.form && state == o.state && error == o.error &&
               reason == o.reason && count == o.count && until == o.until;
    }
};

struct audit_call {
    static constexpr std::string_view method = "Audit";
    std::optional<std::int64_t> since;
    std::optional<std::int64_t> from;
    std::optional<std::int64_t> limit;
};
struct audit_reply {
    std::string sink;
    std::vector<audit_entry> entries;
    std::optional<std::int64_t> next;
    std::optional<std::string> broken;
};

}  // namespace sgauth::proto
