// SPDX-License-Identifier: Apache-2.0
#include "client/lib/channel.hpp"

#include "proto/utf8.hpp"

#include <utility>

namespace sgauth::client {

namespace {

constexpr std::size_t piece_size = 8192;

// An error's text where the daemon sent none: the standard errors have only a subject.
std::string describe(const proto::error_reply& error)
{
    std::string text = "the daemon answered " + proto::printable(error.name, 80);
    if (!error.subject.empty())
        text += ": " + proto::printable(error.subject, 80);
    return text;
}

}  // namespace

channel::channel(target whom) : target_(std::move(whom)) {}

channel::~channel()
{
    close();
    wipe(outgoing_);
}

void channel::close() noexcept
{
    connection_.close();
    reader_.reset();
    watching_ = false;
    in_flight_ = false;
}

bool channel::connect(time_point deadline, call_failure& why)
{
    close();
    if (!connection_.open(target_, may_start_, deadline, why))
        return false;
    reader_.emplace();
    return true;
}

channel::arrival channel::send_out(time_point deadline, call_failure& why)
{
    switch (connection_.send(outgoing_, deadline)) {
        case transfer::done:
            return arrival::message;
        case transfer::closed:
            return arrival::closed;
        case transfer::timed_out:
            break;
    }
    fail_timed_out(why);
    return arrival::failed;
}

// Only `closed` leaves `why` to the caller.
channel::arrival channel::await_message(std::string_view& message, time_point deadline, call_failure& why)
{
    char piece[piece_size];
    while (true) {
        if (const auto whole = reader_->next()) {
            message = *whole;
            return arrival::message;
        }
        std::size_t taken = 0;
        const transfer got = connection_.receive(piece, sizeof piece, taken, deadline);
        if (got == transfer::closed)
            return arrival::closed;
        if (got == transfer::timed_out) {
            fail_timed_out(why);
            return arrival::failed;
        }
        const bool fits = reader_->feed(std::string_view(piece, taken));
        wipe(piece, taken);
        if (!fits) {
            fail_protocol(why);
            return arrival::failed;
        }
    }
}

channel::arrival channel::ask(time_point deadline, call_failure& why)
{
    if (!connection_.is_open() && !connect(deadline, why))
        return arrival::failed;
    arrival result = send_out(deadline, why);
    if (result != arrival::message)
        return result;
    std::string_view message;
    result = await_message(message, deadline, why);
    if (result != arrival::message)
        return result;
    if (!take_in(message, why))
        return arrival::failed;
    // One reply to one call: what comes behind it would be taken for the next one.
    if (reply_.continues || reader_->next() || reader_->has_partial()) {
        fail_protocol(why);
        return arrival::failed;
    }
    return arrival::message;
}

bool channel::exchange(repeat again, time_point deadline, call_failure& why)
{
    why = {};
    if (connection_.is_inherited() || watching_ || in_flight_)
        close();
    if (connection_.is_open() && again == repeat::no && connection_.is_stale())
        close();
    const bool was_kept = connection_.is_open();
    in_flight_ = true;
    arrival result = ask(deadline, why);
    if (result == arrival::closed && was_kept && again == repeat::once && !reader_->has_partial()) {
        close();
        result = ask(deadline, why);
    }
    wipe(outgoing_);
    if (result == arrival::closed)
        fail_no_daemon(why, "the daemon closed the connection without an answer");
    if (result != arrival::message) {
        close();
        return false;
    }
    in_flight_ = false;
    return is_success(why);
}

bool channel::is_success(call_failure& why) const
{
    if (reply_.error.empty())
        return true;
    proto::read_error(reply_.error, reply_.parameters, why.error);
    why.status = proto::status_of(why.error.name);
    if (why.error.message.empty())
        why.error.message = describe(why.error);
    return false;
}

bool channel::take_in(std::string_view message, call_failure& why)
{
    message_size_ = message.size();
    const bool read =
        document_.parse(message) == proto::json_fault::none && proto::read_reply(document_.root(), reply_);
    return read || fail_protocol(why);
}

bool channel::understood(bool was_read, call_failure& why)
{
    if (was_read)
        return true;
    close();
    return fail_protocol(why);
}

void channel::forget() noexcept
{
    reply_ = {};
    document_.clear();
}

// Sends the call that is written; its replies are then taken one by one.
bool channel::start_stream(time_point deadline, call_failure& why)
{
    const arrival sent = send_out(deadline, why);
    wipe(outgoing_);
    watching_ = sent == arrival::message;
    if (watching_)
        return true;
    close();
    return sent == arrival::failed ? false : fail_no_daemon(why, "the daemon closed the connection");
}

// event: reply_ is a success. failed: closed.
watch_result channel::next_of_stream(time_point deadline, call_failure& why)
{
    why = {};
    std::string_view message;
    const auto over = [&] {
        close();
        return watch_result::failed;
    };
    if (!watching_ || connection_.is_inherited()) {
        fail_no_daemon(why, "this watch has ended");
        return over();
    }
    const arrival result = await_message(message, deadline, why);
    if (result == arrival::failed && why.error.name == proto::error_name::timed_out)
        return watch_result::nothing_yet;
    if (result == arrival::closed)
        fail_no_daemon(why, "the daemon ended the watch");
    if (result != arrival::message || !take_in(message, why) || !is_success(why))
        return over();
    return watch_result::event;
}

template <class Call>
bool channel::start(const Call& what, time_point deadline, call_failure& why)
{
    why = {};
    if (!connect(deadline, why))
        return false;
    write(what);
    return start_stream(deadline, why);
}

template <class Reply>
watch_result channel::next(Reply& event, time_point deadline, call_failure& why)
{
    event = {};
    watch_result got = next_of_stream(deadline, why);
    if (got == watch_result::event && !proto::read(reply_.parameters, event)) {
        fail_protocol(why);
        close();
        got = watch_result::failed;
    }
    forget();
    return got;
}

bool channel::start_watch(time_point deadline, call_failure& why)
{
    return start(proto::watch_call{}, deadline, why);
}

watch_result channel::next_event(proto::watch_reply& event, time_point deadline, call_failure& why)
{
    return next(event, deadline, why);
}

bool channel::start_question_watch(time_point deadline, call_failure& why)
{
    return start(proto::watch_questions_call{}, deadline, why);
}

watch_result channel::next_question(
    proto::watch_questions_reply& event, time_point deadline, call_failure& why
)
{
    return next(event, deadline, why);
}

}  // namespace sgauth::client
