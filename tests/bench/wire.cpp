// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/wire.hpp"

#include "tests/bench/measure.hpp"

#include <cerrno>
#include <sys/socket.h>
#include <sys/un.h>
#include <system_error>

namespace sgauth::bench {

namespace {

constexpr int listen_queue = 4096;
constexpr std::size_t room = 64 * 1024;
// A login that asks more than this goes in circles.
constexpr int most_steps = 20;

[[noreturn]] void throw_errno(const std::string& what)
{
    const int why = errno;
    check_interrupted();
    throw std::system_error(why, std::generic_category(), what);
}

sockaddr_un address_of(const std::string& socket)
{
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (socket.size() >= sizeof address.sun_path)
        throw std::runtime_error("the path of a socket is too long: " + socket);
    socket.copy(address.sun_path, socket.size());
    return address;
}

unique_fd new_socket()
{
    unique_fd made(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (!made)
        throw_errno("socket");
    return made;
}

bool is_whole(std::string_view bytes, reply_end ends)
{
    switch (ends) {
        case reply_end::nul:
            return bytes.ends_with('\0');
        case reply_end::ssh_length: {
            if (bytes.size() < 4)
                return false;
            std::size_t length = 0;
            for (const char c : bytes.substr(0, 4))
                length = length << 8 | static_cast<unsigned char>(c);
            return bytes.size() >= 4 + length;
        }
        case reply_end::assuan_line: {
            if (!bytes.ends_with('\n'))
                return false;
            bytes.remove_suffix(1);
            const std::string_view last = bytes.substr(bytes.rfind('\n') + 1);
            return last.starts_with("OK") || last.starts_with("ERR");
        }
    }
    return false;
}

// What the person would type at this step.
std::optional<secret> answer_to(const proto::step& step, const std::string& site, const account& who)
{
    if (step.kind == proto::step_kind::choice)
        return secret(step.field == "method" || step.choices.empty() ? "password" : step.choices[0].value);
    if (step.kind != proto::step_kind::text && step.kind != proto::step_kind::secret)
        return std::nullopt;
    if (step.field == proto::login_field::site)
        return secret(site);
    const bool is_name = step.field == proto::login_field::user || step.field == proto::login_field::script;
    return secret(is_name ? who.user : who.secret);
}

}  // namespace

unique_fd connect_to(const std::string& socket)
{
    const sockaddr_un address = address_of(socket);
    unique_fd made = new_socket();
    if (::connect(made.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
        throw_errno(socket);
    return made;
}

unique_fd listen_at(const std::string& socket)
{
    const sockaddr_un address = address_of(socket);
    unique_fd made = new_socket();
    if (::bind(made.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
        ::listen(made.get(), listen_queue) != 0)
        throw_errno(socket);
    return made;
}

line::line(const std::string& socket, reply_end ends) : socket_(connect_to(socket)), ends_(ends)
{
    if (ends_ == reply_end::assuan_line)
        receive();
}

void line::send(std::string_view request)
{
    while (!request.empty()) {
        const ssize_t sent = ::send(socket_.get(), request.data(), request.size(), MSG_NOSIGNAL);
        if (sent < 0)
            throw_errno("send");
        request.remove_prefix(static_cast<std::size_t>(sent));
    }
}

std::string_view line::receive()
{
    if (buffer_.empty())
        buffer_.resize(4096);
    for (size_ = 0; !is_whole({buffer_.data(), size_}, ends_);) {
        if (size_ == buffer_.size())
            buffer_.resize(size_ + room);
        const ssize_t got = ::recv(socket_.get(), buffer_.data() + size_, buffer_.size() - size_, 0);
        if (got < 0)
            throw_errno("recv");
        if (got == 0)
            throw std::runtime_error("the other end closed the connection");
        size_ += static_cast<std::size_t>(got);
    }
    return {buffer_.data(), size_};
}

std::string get_info_message()
{
    std::string out;
    proto::begin_call(out, proto::service_interface, "GetInfo", proto::call_mode::once);
    out += "{}";
    proto::end_message(out);
    return out;
}

proto::session_info log_in(line& on, const std::string& site, const account& who)
{
    proto::begin_login_call begin;
    begin.site = site;
    (who.is_script ? begin.script : begin.user) = who.user;
    if (!who.is_script)
        begin.login_method = "password";
    auto begun = call<proto::begin_login_reply>(on, begin);
    proto::step step = std::move(begun.step);
    for (int i = 0; i < most_steps; ++i) {
        if (step.kind == proto::step_kind::done && step.session)
            return *step.session;
        if (step.kind == proto::step_kind::failed)
            throw refused(step.error.value_or("Failed"), step.message.value_or("the login failed"));
        proto::answer_call answer;
        answer.login = begun.login;
        answer.value = answer_to(step, site, who);
        step = call<proto::answer_reply>(on, answer).step;
    }
    throw std::runtime_error("the login does not end");
}

}  // namespace sgauth::bench
