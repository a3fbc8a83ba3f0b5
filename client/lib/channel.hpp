#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// One line to the daemon: a call, its reply, the next call, or one watch. It connects when first used,
// checking the other end before the first byte, and again whenever the connection was lost. Every call has a
// deadline. A call that fails or runs out of time closes the connection, so a late reply is never taken for
// the next one. One thread at a time; a forked child may go on with it, on a connection of its own. Programs
// outside use sgauth.h.

#include "client/lib/connection.hpp"
#include "client/lib/failure.hpp"
#include "client/lib/target.hpp"
#include "proto/codec.hpp"
#include "proto/envelope.hpp"
#include "proto/framing.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

namespace sgauth::client {

enum class watch_result { event, nothing_yet, failed };

class channel {
public:
    // Opens nothing yet.
    explicit channel(target whom);
    channel(const channel&) = delete;
    channel& operator=(const channel&) = delete;
    ~channel();

    // Asks and waits for the reply. False: `why` tells; its message is never empty. The connection stays open
    // after a reply and after an error that the daemon sent, and is closed after everything else. A call
    // other than BeginLogin, Answer, AnswerQuestion and Revoke is repeated once, at once, on a new
    // connection, if the one kept from an earlier call turns out to be closed before any byte of the reply
    // came (the daemon was restarted). May throw std::bad_alloc.
    template <class Call, class Reply>
    [[nodiscard]] bool call(const Call& what, Reply& reply, time_point deadline, call_failure& why)
    {
        write(what);
        const bool good = exchange(repeat_of<Call>(), deadline, why) &&
                          understood(proto::read(reply_.parameters, reply), why);
        forget();
        return good;
    }
    // The same for a call whose reply says nothing but that it was done (Lock, Unlock, CancelLogin).
    template <class Call>
    [[nodiscard]] bool call(const Call& what, time_point deadline, call_failure& why)
    {
        write(what);
        const bool good = exchange(repeat_of<Call>(), deadline, why);
        forget();
        return good;
    }
    // Any method of any interface, one without a dot being ours; `parameters` is JSON text, empty for none.
    // `reply` gets the reply's parameters as JSON text, and may then hold a secret: wipe it; it has room for
    // one byte more. Never repeated.
    [[nodiscard]] bool call_raw(
        std::string_view method,
        std::string_view parameters,
        std::string& reply,
        time_point deadline,
        call_failure& why
    );

    // Turns this channel into a watch, on a new connection. A call on it ends the watch.
    [[nodiscard]] bool start_watch(time_point deadline, call_failure& why);
    // The next event. nothing_yet: the deadline passed, the watch goes on. failed: the connection is closed;
    // start_watch begins anew. Events wait in our memory too: whoever polls descriptor() asks, with a
    // deadline that has passed, until nothing_yet.
    [[nodiscard]] watch_result next_event(proto::watch_reply& event, time_point deadline, call_failure& why);
    // The same for the questions of WatchQuestions.
    [[nodiscard]] bool start_question_watch(time_point deadline, call_failure& why);
    [[nodiscard]] watch_result next_question(
        proto::watch_questions_reply& event, time_point deadline, call_failure& why
    );
    // call_raw's call with `more`, on a new connection: next_raw has the replies, each as call_raw gives its
    // one. `is_last`: no other follows; the connection is then closed.
    [[nodiscard]] bool start_raw(
        std::string_view method, std::string_view parameters, time_point deadline, call_failure& why
    );
    [[nodiscard]] watch_result next_raw(
        std::string& reply, bool& is_last, time_point deadline, call_failure& why
    );

    // To poll for reading while watching; -1 when not connected. Owned by the channel.
    int descriptor() const noexcept { return connection_.descriptor(); }
    // Closes the connection, the only way to cancel. In a forked child it closes the child's copy alone.
    void close() noexcept;
    // For a forked child, when another thread of the parent may have been in the middle of a call: closes the
    // child's copy of the connection and touches nothing else. The channel is of no more use, and is not to
    // be destroyed.
    void abandon() noexcept { connection_.close(); }
    // Whether calls from now on may start the daemon, if the target allows it at all.
    void set_autostart(autostart start) noexcept { may_start_ = start; }

private:
    enum class repeat { no, once };
    enum class arrival { message, closed, failed };

    template <class Call>
    static constexpr repeat repeat_of() noexcept
    {
        using namespace proto;
        constexpr bool has_an_effect =
            std::is_same_v<Call, begin_login_call> || std::is_same_v<Call, answer_call> ||
            std::is_same_v<Call, answer_question_call> || std::is_same_v<Call, revoke_call>;
        return has_an_effect ? repeat::no : repeat::once;
    }
    // How much a call's text may take at most, so that a secret's buffer never moves and leaves a copy
    // behind.
    template <class Call>
    static std::size_t size_of(const Call& what)
    {
        if constexpr (std::is_same_v<Call, proto::answer_call>)
            return 256 + 6 * (what.login.size() + (what.value ? what.value->size() : 0));
        return 256;
    }
    template <class Call>
    void write(const Call& what)
    {
        outgoing_.clear();
        outgoing_.reserve(size_of(what));
        proto::write_message(outgoing_, what);
    }

    bool write_raw(
        std::string_view method, std::string_view parameters, proto::call_mode mode, call_failure& why
    );
    bool connect(time_point deadline, call_failure& why);
    template <class Call>
    bool start(const Call& what, time_point deadline, call_failure& why);
    template <class Reply>
    watch_result next(Reply& event, time_point deadline, call_failure& why);
    bool start_stream(time_point deadline, call_failure& why);
    watch_result next_of_stream(time_point deadline, call_failure& why);
    bool exchange(repeat again, time_point deadline, call_failure& why);
    arrival ask(time_point deadline, call_failure& why);
    arrival send_out(time_point deadline, call_failure& why);
    arrival await_message(std::string_view& message, time_point deadline, call_failure& why);
    bool take_in(std::string_view message, call_failure& why);
    bool is_success(call_failure& why) const;
    bool understood(bool was_read, call_failure& why);
    void write_parameters(std::string& out) const;
    void forget() noexcept;

    target target_;
    autostart may_start_ = autostart::yes;
    connection connection_;
    std::optional<proto::message_reader> reader_;  // of this connection
    std::string outgoing_;
    proto::json_document document_;
    proto::reply_envelope reply_;   // views into document_
    std::size_t message_size_ = 0;  // of what document_ was read from
    bool watching_ = false;
    bool in_flight_ = false;  // a call was left by an exception: its reply may still come
};

}  // namespace sgauth::client
