#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// Varlink's framing (varlink.org): each message is JSON text ended by one NUL. Bytes in, messages out; no
// I/O.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace sgauth::proto {

// A message without its NUL: a list of 1,000 sessions is a third of it. Above this the connection closes.
inline constexpr std::size_t max_message_bytes = 1024 * 1024;

// Takes what arrives in pieces. Its buffer may hold secrets: what has been read is wiped at the next call.
class message_reader {
public:
    message_reader() = default;
    message_reader(const message_reader&) = delete;
    message_reader& operator=(const message_reader&) = delete;
    ~message_reader();

    // Takes `bytes` in. False: a message is longer than max_message_bytes, the connection has to be closed.
    [[nodiscard]] bool feed(std::string_view bytes);
    // The next whole message, valid until the next call of any member; nothing if there is none yet.
    std::optional<std::string_view> next();
    // Whether part of a message is waiting for the rest, once next() has no more.
    bool has_partial() const noexcept { return taken_ < buffer_.size(); }
    // The bytes that have not been handed out.
    std::size_t size() const noexcept { return buffer_.size() - taken_; }

private:
    void wipe_taken() noexcept;
    void make_room(std::size_t more);

    std::string buffer_;
    std::size_t wiped_ = 0;    // up to here the bytes are overwritten
    std::size_t taken_ = 0;    // up to here messages have been handed out
    std::size_t scanned_ = 0;  // between taken_ and here there is no NUL
};

}  // namespace sgauth::proto
