#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// One peer's connection. Calls are answered in order: what can be answered at once is, right where it was
// read; a call that waits, or a stream, runs as a task of its own while the connection reads nothing more and
// looks out for a hang-up, which ends the wait. An idle connection holds no buffer. Owned by the server's
// table and by its task.

#include "proto/framing.hpp"
#include "src/base/task_group.hpp"
#include "src/ipc/conversation.hpp"
#include "src/ipc/dispatch.hpp"
#include "src/ipc/limits.hpp"
#include "src/ipc/peer_unix.hpp"
#include "src/ipc/poller_unix.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace sgauth::ipc {

// What all connections share; outlives them.
struct common {
    boost::asio::any_io_executor executor;
    poller& ready;
    dispatcher& dispatch;
    task_group& tasks;
    limits limit;
    std::function<void(poller::token, const peer&)> closed;  // takes the connection out of the table
    std::function<void(const char*)> complain;               // says, once in a while, that a limit was hit
    std::array<char, read_chunk> in;                         // wiped after each use
    std::string out;                                         // wiped after each use
    std::size_t in_flight = 0;                               // calls that wait
    std::size_t unsent = 0;                                  // bytes of replies in full sockets
};

class connection final : public conversation, public std::enable_shared_from_this<connection> {
public:
    // Held by a shared_ptr from its first moment.
    connection(common& shared, unique_fd socket, peer who, caller_role role, poller::token token);
    ~connection() override;

    // Looks out for what the peer sends. False if the system is out of memory for it.
    [[nodiscard]] bool start();
    // What the poller tells.
    void on_ready(unsigned what);
    // Ends the call in hand and everything else, at once.
    void close();
    // The same where an exception broke off: what was written so far is this peer's alone, and goes with it.
    void abandon();

    bool identify() override;
    void look() override;

private:
    enum class waits_for { nothing, rest_of_request, reader };

    void read_more();
    void work_through(std::string_view fresh);
    std::optional<std::string_view> next_message(std::string_view& fresh);
    void keep(std::string_view fresh);
    void begin(outcome call);
    void after_call();
    void send_out();
    bool keep_unsent(std::string_view rest);
    void send_unsent();
    void watch_for(unsigned wanted);
    void keep_limit();

    static boost::asio::awaitable<void> run_call(std::shared_ptr<connection> self, outcome call);
    static boost::asio::awaitable<void> run_stream(std::shared_ptr<connection> self, outcome call);
    boost::asio::awaitable<void> sent_all();

    common& shared_;
    unique_fd socket_;
    peer peer_;
    poller::token token_;
    std::unique_ptr<proto::message_reader>
        reader_;          // there while part of a message is, or a call holds others up
    std::string unsent_;  // there while the socket is full
    task_group::handle call_;
    unsigned watched_ = ready::nothing;
    bool busy_ = false;         // a call waits, or a stream runs
    bool oneway_ = false;       // the call that waits is one that a hang-up does not end
    bool hung_up_ = false;      // and no longer watched
    bool working_ = false;      // work_through is on the stack
    bool closing_ = false;      // once all is sent
    bool new_partial_ = false;  // the partial message is another than the limit was set for
    waits_for limited_ = waits_for::nothing;
    bool others_sent_ =
        false;  // a process that did not connect has written here: from then on nobody is known
    std::shared_ptr<const process_facts> connected_;  // the program that connected, where it was looked at
    std::unique_ptr<boost::asio::steady_timer> limit_;
    std::unique_ptr<boost::asio::steady_timer> drained_;  // a stream waits on it for the reader
};

}  // namespace sgauth::ipc
