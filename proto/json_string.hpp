#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// The strings of JSON text (RFC 8259, section 7), decoded by us because nlohmann's lexer leaves copies of
// what it reads on the heap, and a string may be a secret. json.cpp alone uses it.

#include <cstddef>
#include <iterator>
#include <string>
#include <string_view>

namespace sgauth::proto {

// Appends what stands between two quotes to `out`, escapes undone; `at` is behind the first. Returns where
// the second is; null if there is none before `end`, or if what stands there is not UTF-8, holds a control
// character, or an escape that there is not. Appends at most as many bytes as it reads.
const char* decode_json_string(const char* at, const char* end, std::string& out);

// The text as nlohmann reads it: each string is empty there. As it gets to one, that is decoded to the end of
// `out`, where the event that follows finds it.
struct strings_apart {
    const char* end;
    std::string& out;
    std::size_t last_at = 0;

    // The one that was decoded last, and whose event has to follow.
    std::string_view last() const { return std::string_view(out).substr(last_at); }

    class iterator {
    public:
        using iterator_category = std::input_iterator_tag;
        using value_type = char;
        using difference_type = std::ptrdiff_t;
        using pointer = const char*;
        using reference = char;

        iterator(strings_apart& strings, const char* at) : strings_(&strings), at_(at) {}
        char operator*() const { return *at_; }
        iterator& operator++()
        {
            is_in_string_ = !is_in_string_ && *at_ == '"';
            if (!is_in_string_) {
                ++at_;
                return *this;
            }
            strings_->last_at = strings_->out.size();
            const char* const close = decode_json_string(at_ + 1, strings_->end, strings_->out);
            at_ = close ? close : strings_->end;  // a string without an end is an error of syntax
            return *this;
        }
        bool operator==(const iterator& o) const { return at_ == o.at_; }
        bool operator!=(const iterator& o) const { return at_ != o.at_; }

    private:
        strings_apart* strings_;
        const char* at_;
        bool is_in_string_ = false;
    };
};

}  // namespace sgauth::proto
