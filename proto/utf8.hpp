#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// The little of UTF-8 that we need: is a sequence well-formed (RFC 3629), and how is foreign text shown.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace sgauth::proto {

// The length of the well-formed sequence that `text` begins with; 0 if it begins with none or is empty.
std::size_t utf8_length(std::string_view text) noexcept;

// `point`, at most U+10FFFF, as UTF-8. A surrogate gives what utf8_length refuses.
void append_utf8(std::string& out, std::uint32_t point);

// Whether all of it is well-formed.
bool is_utf8(std::string_view text) noexcept;

// Foreign text (a site's message, a path) made fit for a terminal or a log: at most `max_bytes` of it,
// control and bidirectional characters written as \u{...}, invalid bytes as \xNN; " ..." marks a cut. Plain
// text, never markup.
std::string printable(std::string_view foreign, std::size_t max_bytes = 300);

}  // namespace sgauth::proto
