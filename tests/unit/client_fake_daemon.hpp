#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// A listener in a scratch folder that says to each client what the test wrote down: whole answers, halves,
// nothing.

#include "client/lib/target.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace sgauth::test {

// A folder of our own below /tmp (mode 0700), gone with all that is in it.
class scratch_folder {
public:
    scratch_folder();
    ~scratch_folder();
    scratch_folder(const scratch_folder&) = delete;
    scratch_folder& operator=(const scratch_folder&) = delete;
    const std::string& path() const noexcept { return path_; }

private:
    std::string path_;
};

class fake_daemon {
public:
    // Called in a thread of its own for each connection, counted from 1; the connection ends when it returns.
    using conversation = std::function<void(int descriptor, int number)>;

    fake_daemon(std::string socket, conversation talk);
    ~fake_daemon();
    fake_daemon(const fake_daemon&) = delete;
    fake_daemon& operator=(const fake_daemon&) = delete;

    int connections() const noexcept;

private:
    struct state;
    std::unique_ptr<state> state_;
};

// One call, without its NUL; empty once the client has closed.
std::string hear(int descriptor);
void say(int descriptor, std::string_view bytes);
// Sends the bytes one piece after the other, the second when the client has taken the first.
void say_in_two(int descriptor, std::string_view bytes, std::size_t first);
// Waits for the client to close.
void await_close(int descriptor);
// Answers each call with `message` until the client closes.
void answer_all(int descriptor, std::string_view message);

// Whole messages, NUL included.
std::string user_reply(std::string_view user);
std::string error_message(std::string_view qualified_name, std::string_view parameters);

// The daemon at `socket`, expected to be ours, never started.
client::target target_at(const std::string& socket);
std::chrono::steady_clock::time_point soon();   // for what must time out
std::chrono::steady_clock::time_point later();  // for what must not

}  // namespace sgauth::test
