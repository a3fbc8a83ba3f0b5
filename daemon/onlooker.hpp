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
#include <sys/types.h>

namespace sgauth {

class onlooker {
public:
    // Runs in the other process: the answer to a question; what both mean is the caller's own. At most
    // largest_message bytes each.
    using view = std::string (*)(std::string_view question);
    static constexpr std::size_t largest_message = 32 * 1024;

    // Called while there is one thread. errc::failed: the system's word.
    static result<onlooker> start(view looks);

    // Blocks for a moment, a second at most, and that once: one that does not answer in time is ended.
    // Nothing where it is lost: then nothing is known of who was asked for.
    std::optional<std::string> ask(std::string_view question);

    // Whether it has ended. Nobody can take its place: whoever the daemon starts by then is fenced as it is.
    bool is_lost();
    // For people, where it is.
    static constexpr const char* what_is_lost =
        "it cannot be seen any more which program asks, and every rule that names one refuses: the daemon's "
        "process that looks has ended or did not answer, and none can be started from behind the fence; run "
        "`systemctl --user restart sgauthd`";

private:
    onlooker(unique_fd line, pid_t process) noexcept : line_(std::move(line)), process_(process) {}

    void lose();

    unique_fd line_;
    pid_t process_;            // 0: it was waited for
    std::uint32_t asked_ = 0;  // an answer that comes too late is told by its number
};

}  // namespace sgauth
