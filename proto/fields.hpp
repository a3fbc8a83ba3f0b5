#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// Takes the members of a JSON object one by one, remembering which was bad and which nobody asked for.
// codec*.cpp alone use it.

#include "proto/json.hpp"
#include "proto/secret.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sgauth::proto {

class fields {
public:
    explicit fields(json_value object) noexcept : object_(object) {}

    // A required member: missing, null or of another type is bad.
    template <class T>
    fields& need(std::string_view name, T& out)
    {
        const json_value value = note(name);
        if (value.is_absent_or_null() || !convert(value, out))
            blame(name);
        return *this;
    }
    // An optional member: absent and null are the same.
    template <class T>
    fields& maybe(std::string_view name, std::optional<T>& out)
    {
        const json_value value = note(name);
        if (value.is_absent_or_null())
            return *this;
        out.emplace();
        if (!convert(value, *out)) {
            out.reset();
            blame(name);
        }
        return *this;
    }
    // The member itself, for what convert() does not know; counts as asked for.
    json_value note(std::string_view name) noexcept
    {
        if (count_ < names_.size())
            names_[count_++] = name;
        return object_[name];
    }
    void blame(std::string_view name)
    {
        if (bad_.empty())
            bad_ = name;
    }

    // The first bad member's name; else, that of a member nobody asked for; else empty.
    std::string strict_result();
    bool lenient_result() const noexcept { return bad_.empty(); }

private:
    static bool convert(json_value value, std::string& out);
    static bool convert(json_value value, secret& out);
    static bool convert(json_value value, std::int64_t& out);
    static bool convert(json_value value, bool& out);
    static bool convert(json_value value, std::vector<std::string>& out);
    template <class Kind>
    static bool convert(json_value value, secret_of<Kind>& out)
    {
        const auto text = value.as_string();
        if (text)
            out = secret_of<Kind>(*text);
        return text.has_value();
    }

    json_value object_;
    std::array<std::string_view, 20> names_;  // Status and AuditEntry, the largest, have 16
    std::size_t count_ = 0;
    std::string bad_;
};

}  // namespace sgauth::proto
