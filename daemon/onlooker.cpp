// SPDX-License-Identifier: Apache-2.0
#include "daemon/onlooker.hpp"

#include "daemon/hardening.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

namespace sgauth {

namespace {

// It takes microseconds. What takes longer hangs, and the loop stands meanwhile: once, as it is not asked
// again, so this may be long enough for a machine that is busy.
constexpr timeval answers_within{1, 0};

struct message {
    std::uint32_t number = 0;
    std::string text;
};

bool send(int line, std::uint32_t number, std::string_view text)
{
    std::array<iovec, 2> parts{
        iovec{&number, sizeof number}, iovec{const_cast<char*>(text.data()), text.size()}
    };
    msghdr whole{};
    whole.msg_iov = parts.data();
    whole.msg_iovlen = parts.size();
    ssize_t size = 0;
    do
        size = ::sendmsg(line, &whole, MSG_NOSIGNAL);
    while (size < 0 && errno == EINTR);
    return size == static_cast<ssize_t>(sizeof number + text.size());
}

std::optional<message> receive(int line)
{
    message got;
    std::array<char, onlooker::largest_message> text;
    std::array<iovec, 2> parts{iovec{&got.number, sizeof got.number}, iovec{text.data(), text.size()}};
    msghdr whole{};
    whole.msg_iov = parts.data();
    whole.msg_iovlen = parts.size();
    ssize_t size = 0;
    do
        size = ::recvmsg(line, &whole, MSG_CMSG_CLOEXEC);
    while (size < 0 && errno == EINTR);
    if (size < static_cast<ssize_t>(sizeof got.number) || (whole.msg_flags & MSG_TRUNC) != 0)
        return std::nullopt;
    got.text.assign(text.data(), static_cast<std::size_t>(size) - sizeof got.number);
    return got;
}

[[noreturn]] void look_on(int line, onlooker::view looks, pid_t daemon)
{
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::prctl(PR_SET_NAME, "sgauthd-looks");
    // The daemon answers to the end, and needs it so long: it ends when the line does.
    for (const int signal : {SIGTERM, SIGINT, SIGHUP, SIGUSR1})
        ::signal(signal, SIG_IGN);
    close_inherited({{line}});
    if (::getppid() != daemon)
        ::_exit(0);
    while (const auto asked = receive(line)) {
        std::string answer = looks(asked->text);
        if (answer.size() > onlooker::largest_message)
            answer.clear();
        send(line, asked->number, answer);
    }
    ::_exit(0);
}

}  // namespace

result<onlooker> onlooker::start(view looks)
{
    std::array<int, 2> pair{-1, -1};
    if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair.data()) != 0)
        return fail(errc::failed, std::string("cannot look at other processes: ") + std::strerror(errno));
    unique_fd ours(pair[0]);
    const unique_fd its(pair[1]);
    ::setsockopt(ours.get(), SOL_SOCKET, SO_RCVTIMEO, &answers_within, sizeof answers_within);
    ::setsockopt(ours.get(), SOL_SOCKET, SO_SNDTIMEO, &answers_within, sizeof answers_within);
    const pid_t daemon = ::getpid();
    const pid_t child = ::fork();
    if (child < 0)
        return fail(errc::failed, std::string("cannot look at other processes: ") + std::strerror(errno));
    if (child == 0)
        look_on(its.get(), looks, daemon);
    return onlooker(std::move(ours), child);
}

std::optional<std::string> onlooker::ask(std::string_view question)
{
    if (question.size() > largest_message || line_.get() < 0)
        return std::nullopt;
    if (send(line_.get(), ++asked_, question))
        while (auto answer = receive(line_.get()))
            if (answer->number == asked_)
                return std::move(answer->text);
    lose();
    return std::nullopt;
}

bool onlooker::is_lost()
{
    if (process_ > 0 && ::waitpid(process_, nullptr, WNOHANG) != 0) {
        process_ = 0;
        line_ = unique_fd();
    }
    return line_.get() < 0;
}

void onlooker::lose()
{
    line_ = unique_fd();
    if (process_ > 0)  // not waited for yet: the number is its own
        ::kill(process_, SIGKILL);
}

}  // namespace sgauth
