// SPDX-License-Identifier: Apache-2.0
#include "proto/framing.hpp"

#include "proto/secret.hpp"

#include <algorithm>

namespace sgauth::proto {

namespace {
// What a connection may keep between messages; a larger buffer is given back.
constexpr std::size_t kept_capacity = 4096;
}  // namespace

message_reader::~message_reader()
{
    wipe(buffer_);
}

void message_reader::wipe_taken() noexcept
{
    wipe(buffer_.data() + wiped_, taken_ - wiped_);
    wiped_ = taken_;
}

// Drops what was handed out, and grows by hand so that the place the bytes move away from is wiped.
void message_reader::make_room(std::size_t more)
{
    wipe_taken();
    const std::size_t left = size();
    const bool too_small = left + more > buffer_.capacity();
    const bool too_large = left == 0 && buffer_.capacity() > kept_capacity && more <= kept_capacity;
    if (too_small || too_large) {
        std::string other;
        other.reserve(too_small ? std::max(left + more, 2 * left) : more);
        other.append(buffer_, taken_, left);
        wipe(buffer_);
        buffer_.swap(other);
    } else if (taken_ > 0) {
        buffer_.replace(0, left, buffer_, taken_, left);
        wipe(buffer_.data() + left, buffer_.size() - left);
        buffer_.resize(left);
    }
    scanned_ -= taken_;
    taken_ = wiped_ = 0;
}

bool message_reader::feed(std::string_view bytes)
{
    make_room(bytes.size());
    std::size_t start = 0;
    std::size_t from = scanned_;
    buffer_.append(bytes);
    while (true) {
        const std::size_t end = buffer_.find('\0', from);
        if (std::min(end, buffer_.size()) - start > max_message_bytes)
            return false;
        if (end == std::string::npos)
            return true;
        start = from = end + 1;
    }
}

std::optional<std::string_view> message_reader::next()
{
    wipe_taken();
    const std::size_t end = buffer_.find('\0', scanned_);
    if (end == std::string::npos) {
        scanned_ = buffer_.size();
        return std::nullopt;
    }
    const std::string_view message = std::string_view(buffer_).substr(taken_, end - taken_);
    taken_ = scanned_ = end + 1;
    return message;
}

}  // namespace sgauth::proto
