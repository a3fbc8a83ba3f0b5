// SPDX-License-Identifier: Apache-2.0
#include "src/ipc/connection.hpp"

#include "proto/secret.hpp"
#include "src/base/log.hpp"
#include "src/ipc/stream_unix.hpp"

#include <utility>

namespace sgauth::ipc {

namespace net = boost::asio;

namespace {

// A larger shared buffer is given back after use: a list of 1,000 sessions is rare.
constexpr std::size_t kept_out = 2 * send_at;

caller caller_of(const peer& who, caller_role role)
{
    caller made;
    made.role = role;
    made.uid = who.uid;
    made.process = process_key{who.pid, who.start_time};
    return made;
}

}  // namespace

connection::connection(common& shared, unique_fd socket, peer who, caller_role role, poller::token token)
    : conversation(caller_of(who, role)),
      shared_(shared),
      socket_(std::move(socket)),
      peer_(who),
      token_(token)
{
}

connection::~connection()
{
    wipe(unsent_);
}

bool connection::start()
{
    if (!connected_ && shared_.dispatch.wants_programs())
        look();
    watched_ = ready::readable;
    return shared_.ready.add(socket_.get(), token_, watched_);
}

void connection::close()
{
    if (!socket_)
        return;
    const auto self = shared_from_this();
    if (!hung_up_)
        shared_.ready.remove(socket_.get(), token_);
    socket_.reset();
    limit_.reset();
    reader_.reset();
    shared_.unsent -= unsent_.size();
    wipe(unsent_);
    call_.cancel();
    if (drained_)
        drained_->cancel();
    shared_.closed(token_, peer_);
    shared_.dispatch.end(*this);
}

void connection::abandon()
{
    wipe(shared_.in.data(), shared_.in.size());
    wipe(shared_.out);
    close();
}

void connection::on_ready(unsigned what)
{
    if (!socket_)
        return;
    if (what & ready::hung_up) {
        if (busy_ && oneway_) {  // nobody waits for it, so nobody has gone; but do not be told for ever
            shared_.ready.remove(socket_.get(), token_);
            hung_up_ = true;
            return;
        }
        if (busy_ || !unsent_.empty()) {
            close();
            return;
        }
    }
    if (!unsent_.empty()) {
        send_unsent();
        if (socket_ && unsent_.empty() && !busy_)
            work_through({});
    } else if (busy_) {
        watch_for(ready::nothing);  // more calls come in: they wait where they are
    } else {
        read_more();
    }
}

void connection::read_more()
{
    const transfer got = receive(socket_.get(), shared_.in);
    if (got.what == transfer::outcome::would_block)
        return;
    if (got.what == transfer::outcome::ended) {
        close();
        return;
    }
    others_sent_ = others_sent_ || got.sender != peer_.pid;
    const std::string_view fresh(shared_.in.data(), got.bytes);
    if (!reader_) {
        work_through(fresh);
    } else if (reader_->feed(fresh)) {
        work_through({});
    } else {
        log::debug("ipc: pid {} sent a message of more than {} bytes", peer_.pid, proto::max_message_bytes);
        close();
    }
    wipe(shared_.in.data(), got.bytes);
}

// `fresh` is what was just read, if no part of an earlier message is there. Nothing else of it is kept than
// what cannot be dealt with now.
void connection::work_through(std::string_view fresh)
{
    const auto self = shared_from_this();
    working_ = true;
    while (socket_ && !busy_ && !closing_ && unsent_.empty()) {
        const auto message = next_message(fresh);
        if (!message)
            break;
        outcome made = shared_.dispatch.handle(*this, *message, shared_.out);
        if (made.what == outcome::kind::malformed) {
            log::debug("ipc: pid {} sent what is no call", peer_.pid);
            closing_ = true;
        } else if (made.what != outcome::kind::answered) {
            keep(std::exchange(fresh, {}));
            begin(std::move(made));
        } else if (shared_.out.size() > send_at) {
            send_out();
        }
    }
    working_ = false;
    if (!socket_)
        return;
    keep(fresh);
    send_out();
    if (socket_ && closing_ && unsent_.empty())
        close();
    if (!socket_)
        return;
    if (!busy_ && unsent_.empty())
        watch_for(ready::readable);
    keep_limit();
}

std::optional<std::string_view> connection::next_message(std::string_view& fresh)
{
    if (reader_) {
        const auto message = reader_->next();
        if (message)
            new_partial_ = true;
        else if (!reader_->has_partial())
            reader_.reset();
        return message;
    }
    const std::size_t end = fresh.find('\0');
    if (end == std::string_view::npos)
        return std::nullopt;
    const std::string_view message = fresh.substr(0, end);
    fresh.remove_prefix(end + 1);
    return message;
}

void connection::keep(std::string_view fresh)
{
    if (fresh.empty())
        return;
    reader_ = std::make_unique<proto::message_reader>();
    new_partial_ = true;
    static_cast<void>(reader_->feed(fresh));  // a chunk is smaller than the largest message
}

void connection::send_out()
{
    std::string& out = shared_.out;
    if (out.empty())
        return;
    std::size_t sent = 0;
    if (unsent_.empty()) {
        const transfer went = transmit(socket_.get(), out);
        if (went.what == transfer::outcome::ended)
            close();
        sent = went.bytes;
    }
    if (socket_ && sent < out.size() && !keep_unsent(std::string_view(out).substr(sent)))
        close();
    wipe(out.data(), out.size());
    out.clear();
    if (out.capacity() > kept_out)
        std::string().swap(out);
}

// False if all those who do not read make us hold too much: the one that comes last has to go.
bool connection::keep_unsent(std::string_view rest)
{
    if (shared_.unsent + rest.size() > shared_.limit.unsent_in_all) {
        shared_.complain("too many replies are not being read: a connection was closed");
        return false;
    }
    unsent_.append(rest);
    shared_.unsent += rest.size();
    watch_for(ready::writable);
    return true;
}

void connection::send_unsent()
{
    const transfer went = transmit(socket_.get(), unsent_);
    if (went.what == transfer::outcome::ended) {
        close();
        return;
    }
    wipe(unsent_.data(), went.bytes);
    unsent_.erase(0, went.bytes);
    shared_.unsent -= went.bytes;
    if (!unsent_.empty())
        return;
    wipe(unsent_);
    std::string().swap(unsent_);
    if (drained_)
        drained_->cancel();
    watch_for(ready::nothing);
    keep_limit();
}

void connection::watch_for(unsigned wanted)
{
    if (wanted != watched_ && !hung_up_)
        shared_.ready.change(socket_.get(), token_, wanted);
    watched_ = wanted;
}

// Keeps the timer to what the peer owes us now. Most of the time that is nothing, and there is no timer.
void connection::keep_limit()
{
    const bool partial = !busy_ && reader_ && reader_->has_partial();
    const waits_for now = !unsent_.empty() ? waits_for::reader
                          : partial        ? waits_for::rest_of_request
                                           : waits_for::nothing;
    const bool another = now == waits_for::rest_of_request && std::exchange(new_partial_, false);
    if (now == limited_ && !another)
        return;
    limited_ = now;
    limit_.reset();
    if (now == waits_for::nothing)
        return;
    const auto limit = now == waits_for::reader ? shared_.limit.reply_taken : shared_.limit.half_request;
    limit_ = std::make_unique<net::steady_timer>(shared_.executor, limit);
    limit_->async_wait([weak = weak_from_this(), mine = limit_.get()](boost::system::error_code ec) {
        const auto self = weak.lock();
        if (ec || !self || self->limit_.get() != mine)
            return;
        log::debug(
            "ipc: pid {} {}",
            self->peer_.pid,
            self->limited_ == waits_for::reader ? "does not read its replies"
                                                : "sent half a request and no more"
        );
        self->close();
    });
}

}  // namespace sgauth::ipc
