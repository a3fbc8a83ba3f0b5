// SPDX-License-Identifier: Apache-2.0
#include "client_fake_daemon.hpp"

#include "proto/codec.hpp"

#include <atomic>
#include <cstring>
#include <filesystem>
#include <linux/sockios.h>
#include <mutex>
#include <poll.h>
#include <stdexcept>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace sgauth::test {

scratch_folder::scratch_folder() : path_("/tmp/sgauth-client-test-XXXXXX")
{
    if (!::mkdtemp(path_.data()))
        throw std::runtime_error("no scratch folder");
}

scratch_folder::~scratch_folder()
{
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

struct fake_daemon::state {
    std::string socket;
    conversation talk;
    int listener = -1;
    int stop[2] = {-1, -1};
    std::atomic<int> count{0};
    std::mutex mutex;
    std::vector<int> open;
    std::vector<std::thread> talks;
    std::thread accepter;

    void listen()
    {
        sockaddr_un name{};
        name.sun_family = AF_UNIX;
        std::strncpy(name.sun_path, socket.c_str(), sizeof name.sun_path - 1);
        listener = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        const void* address = &name;
        if (::bind(listener, static_cast<const sockaddr*>(address), sizeof name) != 0 ||
            ::listen(listener, 64) != 0 || ::pipe(stop) != 0)
            throw std::runtime_error("cannot listen");
    }
    void accept_all()
    {
        while (true) {
            pollfd both[2] = {{listener, POLLIN, 0}, {stop[0], POLLIN, 0}};
            ::poll(both, 2, -1);
            if (both[1].revents)
                return;
            const int peer = ::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
            const int number = ++count;
            const std::lock_guard lock(mutex);
            open.push_back(peer);
            talks.emplace_back([this, peer, number] {
                talk(peer, number);
                ::shutdown(peer, SHUT_RDWR);
            });
        }
    }
};

fake_daemon::fake_daemon(std::string socket, conversation talk) : state_(std::make_unique<state>())
{
    state_->socket = std::move(socket);
    state_->talk = std::move(talk);
    state_->listen();
    state_->accepter = std::thread([s = state_.get()] { s->accept_all(); });
}

fake_daemon::~fake_daemon()
{
    [[maybe_unused]] const auto woken = ::write(state_->stop[1], "x", 1);
    state_->accepter.join();
    for (const int peer : state_->open)
        ::shutdown(peer, SHUT_RDWR);
    for (std::thread& one : state_->talks)
        one.join();
    for (const int peer : state_->open)
        ::close(peer);
    for (const int used : {state_->listener, state_->stop[0], state_->stop[1]})
        ::close(used);
    ::unlink(state_->socket.c_str());
}

int fake_daemon::connections() const noexcept
{
    return state_->count;
}

std::string hear(int descriptor)
{
    std::string call;
    char byte = 0;
    while (::recv(descriptor, &byte, 1, 0) == 1) {
        if (byte == '\0')
            return call;
        call += byte;
    }
    return {};
}

void say(int descriptor, std::string_view bytes)
{
    while (!bytes.empty()) {
        const ssize_t sent = ::send(descriptor, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0)
            return;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
}

void say_in_two(int descriptor, std::string_view bytes, std::size_t first)
{
    say(descriptor, bytes.substr(0, first));
    int unread = 1;
    while (::ioctl(descriptor, SIOCOUTQ, &unread) == 0 && unread > 0)
        std::this_thread::yield();
    say(descriptor, bytes.substr(first));
}

void await_close(int descriptor)
{
    char bytes[256];
    while (::recv(descriptor, bytes, sizeof bytes, 0) > 0)
        continue;
}

void answer_all(int descriptor, std::string_view message)
{
    while (!hear(descriptor).empty())
        say(descriptor, message);
}

std::string user_reply(std::string_view user)
{
    proto::get_user_reply reply;
    reply.session.id = "s1";
    reply.session.site = "https://studio.example";
    reply.session.kind = "human";
    reply.session.user = user;
    reply.session.state = "valid";
    reply.session.generation = 7;
    std::string out;
    proto::write_message(out, reply);
    return out;
}

std::string error_message(std::string_view qualified_name, std::string_view parameters)
{
    std::string out =
        "{\"error\":\"" + std::string(qualified_name) + "\",\"parameters\":" + std::string(parameters) + "}";
    out += '\0';
    return out;
}

client::target target_at(const std::string& socket)
{
    client::target out;
    out.where.socket = socket;
    out.where.directory = socket.substr(0, socket.rfind('/'));
    out.uid = ::geteuid();
    return out;
}

std::chrono::steady_clock::time_point soon()
{
    return std::chrono::steady_clock::now() + std::chrono::milliseconds(40);
}

std::chrono::steady_clock::time_point later()
{
    return std::chrono::steady_clock::now() + std::chrono::seconds(20);
}

}  // namespace sgauth::test
