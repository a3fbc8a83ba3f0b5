#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// Writes JSON straight into a caller's buffer: no tree, no copy of a secret on the way. The caller is trusted
// to open and close in order (asserted). Foreign bytes are safe: what is not UTF-8 becomes U+FFFD.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

namespace sgauth::proto {

class json_value;

class json_writer {
public:
    // Appends to `out`, which outlives the writer.
    explicit json_writer(std::string& out) noexcept : out_(out) {}

    json_writer& begin_object();
    json_writer& end_object();
    json_writer& begin_array();
    json_writer& end_array();
    json_writer& key(std::string_view name);

    json_writer& string(std::string_view text);
    json_writer& integer(std::int64_t number);
    json_writer& real(double number);
    json_writer& boolean(bool value);
    json_writer& null();
    // Copies a value that was read, with all it holds.
    json_writer& copy(const json_value& value);

    // A member of any of the plain types; an empty optional leaves the member out.
    template <class T>
    json_writer& member(std::string_view name, const T& value)
    {
        if constexpr (std::is_same_v<T, bool>)
            return key(name).boolean(value);
        else if constexpr (std::is_integral_v<T>)
            return key(name).integer(static_cast<std::int64_t>(value));
        else if constexpr (std::is_convertible_v<const T&, std::string_view>)
            return key(name).string(value);
        else
            return value ? member(name, *value) : *this;
    }
    // The same, with an empty optional written as null.
    template <class T>
    json_writer& member_or_null(std::string_view name, const std::optional<T>& value)
    {
        return value ? member(name, *value) : key(name).null();
    }

private:
    void separate();
    void open(char bracket);
    void close(char bracket);

    std::string& out_;
    std::uint64_t has_items_ = 0;  // bit n: the container at depth n holds something
    unsigned depth_ = 0;
    bool after_key_ = false;
};

}  // namespace sgauth::proto
