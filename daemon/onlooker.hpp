#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// A process of the daemon's that stays outside its fence and looks at other processes for it. Landlock keeps
// a fenced process from seeing whatever ptrace(2) would ask leave for, /proc/PID/exe and /proc/PID/ns among
// it, and the rules of who may have what are about those. Forked before the daemon has read anything, it
// holds no secret, has no socket but the line to the daemon, answers one kind of question and ends with the
// daemon.
//
// It also stands between the loop and a file server that hangs: who is asked for may run from there.

#include "src/base/error.hpp"
#include "src/base/unique_fd.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sgauth {

class onlooker {
public:
    // Runs in the other process: the answer to a question; what both mean is the caller's own. At most
    // largest_message bytes each.
    using view = std::string (*)(std::string_view question);
    static constexpr std::size_t largest_message = 32 * 1024;

    // Called while there is one thread. errc::failed: the system's word.
    static result<onlooker> start(view looks);

    // Blocks for a moment, a quarter of a second at most. Nothing if it does not answer in time, or is no
    // more: then nothing is known of who was asked for.
    std::optional<std::string> ask(std::string_view question);

private:
    explicit onlooker(unique_fd line) noexcept : line_(std::move(line)) {}

    unique_fd line_;
    std::uint32_t asked_ = 0;  // an answer that comes too late is told by its number
};

}  // namespace sgauth
