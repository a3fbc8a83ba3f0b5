#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// The part of messages.hpp that is about who may have what.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sgauth::proto {

struct test_policy_call {
    static constexpr std::string_view method = "TestPolicy";
    std::int64_t pid = 0;
    std::optional<std::string> site;
    std::optional<std::string> user;
    std::optional<std::string> form;
};
struct test_policy_reply {
    std::string action;
    std::optional<std::string> rule;
    std::string reason;
    std::optional<std::string> site;
    std::optional<std::string> user;
    std::string form;
    std::string executable;
    std::string unit;
    std::string cgroup;
    bool foreign_namespace = false;
    bool is_known = false;  // `known` on the wire
};

}  // namespace sgauth::proto
