#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// Strict reading of JSON that comes from outside: UTF-8 only, no duplicate keys, bounded depth and size, one
// value and nothing behind it. The text's strings are decoded into one buffer that is wiped, so no copy of a
// secret stays behind (a number's may). Writing is json_writer.hpp. nlohmann/json reads the rest, in json.cpp
// alone.

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sgauth::proto {

enum class json_kind : unsigned char { null, boolean, integer, real, string, array, object };

enum class json_fault { none, syntax, duplicate_key, too_deep, too_many_values };

// Containers within containers, as DESIGN.md 3 sets it; a scalar at the top has depth 0.
inline constexpr std::size_t max_json_depth = 32;
// Values in one document: a list of 1,000 sessions has 14,000; more than this is an attack on our memory.
inline constexpr std::size_t max_json_values = 65'536;

namespace detail {
struct json_text {
    std::uint32_t at, size;  // in the text buffer
};

struct json_node {
    json_kind kind = json_kind::null;
    std::uint32_t key_at = 0, key_size = 0;  // in the text buffer; an object's member only
    std::uint32_t next = 0;                  // the next sibling's index, 0 when there is none
    std::uint32_t first = 0, count = 0;      // containers: the first child's index, number of children
    union {
        std::int64_t integer = 0;
        double real;
        bool boolean;
        json_text text;
    };
};
}  // namespace detail

class json_document;

// A view of one value, or of nothing (an absent member). Valid while its document lives and is not parsed
// anew.
class json_value {
public:
    json_value() noexcept = default;

    // True if there is a value (a JSON null is one).
    explicit operator bool() const noexcept { return document_ != nullptr; }
    bool is(json_kind kind) const noexcept;
    // Absent, or JSON null: the two are the same wherever a field is optional.
    bool is_absent_or_null() const noexcept { return !*this || is(json_kind::null); }

    std::optional<bool> as_bool() const noexcept;
    // Integers only: 1.0 and numbers beyond 64 bits are none.
    std::optional<std::int64_t> as_int() const noexcept;
    std::optional<double> as_number() const noexcept;
    std::optional<std::string_view> as_string() const noexcept;

    // The member of that name; nothing if this is no object or has none.
    json_value operator[](std::string_view key) const noexcept;
    // The number of elements or members; 0 for a scalar.
    std::size_t size() const noexcept;
    // This value's name in the object that holds it; empty otherwise.
    std::string_view key() const noexcept;

    class iterator;
    iterator begin() const noexcept;  // over elements or members, in the order of the text
    iterator end() const noexcept;

private:
    friend class json_document;
    json_value(const json_document* document, std::uint32_t index) noexcept
        : document_(document), index_(index)
    {
    }
    const detail::json_node& node() const noexcept;

    const json_document* document_ = nullptr;
    std::uint32_t index_ = 0;
};

class json_document {
public:
    json_document() = default;
    json_document(const json_document&) = delete;
    json_document& operator=(const json_document&) = delete;
    ~json_document();

    // Reads `text`, replacing what the document held. Anything but `none` leaves it empty.
    json_fault parse(std::string_view text);
    // The top value; nothing before a successful parse.
    json_value root() const noexcept { return nodes_.empty() ? json_value() : json_value(this, 0); }
    // Wipes and empties; keeps the memory for the next parse.
    void clear() noexcept;

private:
    friend class json_value;
    struct reader;

    std::vector<detail::json_node> nodes_;
    std::string text_;
};

class json_value::iterator {
public:
    using iterator_category = std::forward_iterator_tag;
    using value_type = json_value;
    using difference_type = std::ptrdiff_t;
    using pointer = void;
    using reference = json_value;

    iterator() = default;
    json_value operator*() const noexcept { return at_; }
    iterator& operator++() noexcept;
    bool operator==(const iterator& o) const noexcept
    {
        return at_.document_ == o.at_.document_ && at_.index_ == o.at_.index_;
    }
    bool operator!=(const iterator& o) const noexcept { return !(*this == o); }

private:
    friend class json_value;
    explicit iterator(json_value at) noexcept : at_(at) {}
    json_value at_;
};

}  // namespace sgauth::proto
