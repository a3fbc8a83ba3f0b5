#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// The asking end, the same few system calls whoever is asked: one blocking socket, one send, recv until the
// reply is whole. Not libsgauth: what is compared is servers, and the client must not tell them apart.

#include "proto/codec.hpp"
#include "proto/envelope.hpp"
#include "proto/status.hpp"
#include "src/base/unique_fd.hpp"

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace sgauth::bench {

// How a reply ends: with a NUL (Varlink and the bare servers), after the length it begins with (ssh-agent),
// with a line that begins with OK or ERR (gpg-agent, which also greets with one).
enum class reply_end { nul, ssh_length, assuan_line };

// Throws std::system_error.
unique_fd connect_to(const std::string& socket);
// A listening socket at `socket`, with a queue for a storm.
unique_fd listen_at(const std::string& socket);

class line {
public:
    explicit line(const std::string& socket, reply_end ends = reply_end::nul);

    void send(std::string_view request);
    // The reply, valid until the next call; throws if the other end closes.
    std::string_view receive();
    std::string_view ask(std::string_view request)
    {
        send(request);
        return receive();
    }

private:
    unique_fd socket_;
    reply_end ends_;
    std::string buffer_;
    std::size_t size_ = 0;
};

// A call as it travels.
template <class Call>
std::string message(const Call& what)
{
    std::string out;
    proto::write_message(out, what);
    return out;
}

// What the daemon answered, when it was an error.
class refused : public std::runtime_error {
public:
    refused(std::string name, const std::string& text)
        : runtime_error(name + ": " + text), name_(std::move(name))
    {
    }
    const std::string& name() const noexcept { return name_; }

private:
    std::string name_;
};

// Reads a reply. Throws `refused` for an error.
template <class Reply>
Reply read_reply(std::string_view bytes)
{
    if (bytes.ends_with('\0'))
        bytes.remove_suffix(1);
    proto::json_document document;
    proto::reply_envelope envelope;
    Reply reply;
    if (document.parse(bytes) != proto::json_fault::none || !proto::read_reply(document.root(), envelope))
        throw std::runtime_error("the daemon's reply is none");
    if (!envelope.error.empty()) {
        proto::error_reply error;
        proto::read_error(envelope.error, envelope.parameters, error);
        throw refused(std::string(proto::short_name(envelope.error)), error.message);
    }
    if (!proto::read(envelope.parameters, reply))
        throw std::runtime_error("the daemon's reply lacks what it promises");
    return reply;
}

template <class Reply, class Call>
Reply call(line& on, const Call& what)
{
    return read_reply<Reply>(on.ask(message(what)));
}

// The smallest question there is, for a start: org.varlink.service.GetInfo.
std::string get_info_message();

// Logs `user` in (a script with `is_script`) and returns the session. Throws if the site or the daemon
// refuses.
struct account {
    std::string user;
    std::string secret;
    bool is_script = false;
};
proto::session_info log_in(line& on, const std::string& site, const account& who);

}  // namespace sgauth::bench
