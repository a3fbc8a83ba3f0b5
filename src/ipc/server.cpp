// SPDX-License-Identifier: Apache-2.0
#include "src/ipc/server.hpp"

#include "src/base/log.hpp"

#include <boost/asio/post.hpp>

#include <cerrno>
#include <fcntl.h>
#include <sys/socket.h>
#include <utility>
#include <vector>

namespace sgauth::ipc {

namespace net = boost::asio;

namespace {

// Accepted in one go; then those who are connected have their turn.
constexpr int accept_batch = 32;
// The system is out of descriptors or memory, and so may we be: it takes others to end that.
constexpr std::chrono::milliseconds accept_pause{100};
// A program that runs into a limit does so a thousand times a second: say it once in a while.
constexpr std::chrono::seconds between_complaints{60};

unique_fd spare_descriptor()
{
    return unique_fd(::open("/dev/null", O_RDONLY | O_CLOEXEC));
}

unique_fd accept_one(int listening)
{
    int fd = -1;
    do
        fd = ::accept4(listening, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
    while (fd < 0 && (errno == EINTR || errno == ECONNABORTED));
    return unique_fd(fd);
}

}  // namespace

server::server(parts made_of)
    : parts_(std::move(made_of)),
      poller_(parts_.executor, parts_.limit.watched_alone),
      tasks_(parts_.executor),
      dispatcher_(parts_.daemon, parts_.version, [this] { return connections_.size(); }),
      common_{
          parts_.executor,
          poller_,
          dispatcher_,
          tasks_,
          parts_.limit,
          [this](poller::token token, const peer& who) { forget(token, who); },
          [this](const char* what) { complain(what); },
          {},
          {}
      },
      reserve_(spare_descriptor()),
      accept_again_(parts_.executor)
{
}

server::~server() = default;

void server::start()
{
    auto serving = poller_.run([this](poller::token token, unsigned what) { on_ready(token, what); });
    tasks_.spawn("ipc", std::move(serving));
    if (!poller_.add(parts_.socket.descriptor(), listening, ready::readable))
        log::error("ipc: cannot watch the socket {}", parts_.socket.path());
}

void server::stop_accepting()
{
    accept_again_.cancel();
    if (parts_.socket.descriptor() >= 0)
        poller_.remove(parts_.socket.descriptor(), listening);
    parts_.socket.close();
}

net::awaitable<bool> server::close_all(std::chrono::milliseconds limit)
{
    std::vector<std::shared_ptr<connection>> all;
    all.reserve(connections_.size());
    for (const auto& [token, one] : connections_)
        all.push_back(one);
    for (const auto& one : all)
        one->close();
    all.clear();
    tasks_.cancel();
    co_return co_await tasks_.join(limit);
}

// What is thrown here is a bug of ours, or memory that ran out: it costs one peer its connection, and nobody
// else.
void server::on_ready(poller::token token, unsigned what)
{
    const auto found = connections_.find(token);
    const auto held = found == connections_.end() ? nullptr : found->second;
    try {
        if (token == listening)
            accept_some();
        else if (held)
            held->on_ready(what);
    } catch (const std::exception& e) {
        log::error("ipc: a connection ended: {}", e.what());
        if (held)
            held->abandon();
    }
}

void server::accept_some()
{
    for (int i = 0; i < accept_batch; ++i) {
        unique_fd socket = accept_one(parts_.socket.descriptor());
        if (socket) {
            take(std::move(socket));
            continue;
        }
        if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)
            shed_one();
        return;
    }
}

// A connection that cannot be accepted would be told for ever: take it with the reserve, and close it. Where
// that does not help the system has run out: look again in a while.
void server::shed_one()
{
    complain("no descriptors left: a connection was closed");
    reserve_.reset();
    const unique_fd shed = accept_one(parts_.socket.descriptor());
    if (!shed)
        pause_accepting();
    reserve_ = spare_descriptor();
}

void server::pause_accepting()
{
    poller_.change(parts_.socket.descriptor(), listening, ready::nothing);
    accept_again_.expires_after(accept_pause);
    accept_again_.async_wait([this](boost::system::error_code ec) {
        if (!ec && parts_.socket.descriptor() >= 0)
            poller_.change(parts_.socket.descriptor(), listening, ready::readable);
    });
}

void server::take(unique_fd socket)
{
    auto who = look_at_peer(socket.get());
    const auto role = who ? admit(who->uid, parts_.own_uid) : std::nullopt;
    if (!role || !has_room(*who))
        return;
    const poller::token token = ++last_token_;
    const pid_t pid = who->pid;
    auto made = std::make_shared<connection>(common_, std::move(socket), *who, *role, token);
    connections_.emplace(token, made);
    ++by_process_[pid];
    peak_ = std::max(peak_, connections_.size());
    if (made->start())
        on_ready(token, ready::readable);  // most have sent their call by now
    else
        made->close();
}

bool server::has_room(const peer& who)
{
    if (connections_.size() >= parts_.limit.connections) {
        complain("too many connections: a new one was closed");
        return false;
    }
    const auto same = by_process_.find(who.pid);
    if (same != by_process_.end() && same->second >= parts_.limit.connections_per_process) {
        complain("too many connections of one process: a new one was closed");
        return false;
    }
    return true;
}

void server::forget(poller::token token, const peer& who)
{
    connections_.erase(token);
    if (const auto same = by_process_.find(who.pid); same != by_process_.end() && --same->second == 0)
        by_process_.erase(same);
    if (peak_ < parts_.limit.burst || connections_.size() > parts_.limit.burst / 16)
        return;
    peak_ = connections_.size();
    connections_.rehash(0);
    by_process_.rehash(0);
    if (parts_.after_burst)
        net::post(parts_.executor, parts_.after_burst);
}

void server::complain(const char* what)
{
    const auto now = std::chrono::steady_clock::now();
    if (complained_ != decltype(complained_)() && now - complained_ < between_complaints)
        return;
    complained_ = now;
    log::warning("ipc: {} ({} connections)", what, connections_.size());
}

}  // namespace sgauth::ipc
