#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// Bytes to a descriptor, all of them. No stdio: its buffers keep copies of what went through them.

#include <string>
#include <string_view>

namespace sgauth::cli {

// False if they could not be written; errno says why.
[[nodiscard]] bool write_all(int fd, std::string_view bytes) noexcept;

// Writes to stdout and returns the exit code to end with: `code`, or 1 with a complaint if stdout does not
// take it.
int print(std::string_view bytes, int code = 0);

// One line to stderr: `sgauth: ` and the text.
void complain(std::string_view text);

// Whether what is written there is for a person's eyes, and may have colour (NO_COLOR and TERM=dumb say no).
bool is_terminal(int fd) noexcept;
bool wants_colour(int fd) noexcept;

// Marks for a terminal; both plain text where there is no colour.
std::string bold(std::string_view text, bool colour);
std::string alarming(std::string_view text, bool colour);

}  // namespace sgauth::cli
