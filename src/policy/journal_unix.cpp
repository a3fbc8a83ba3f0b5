// SPDX-License-Identifier: Apache-2.0
#include "src/policy/journal_unix.hpp"

#include "proto/utf8.hpp"

#include <spdlog/fmt/fmt.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <string.h>
#include <string_view>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

namespace sgauth {

namespace {

// NAME=value, or where the value has a newline of its own: NAME, the length as 64 bits little-endian, value.
void add(std::string& out, std::string_view name, std::string_view value)
{
    out.append(name);
    if (value.find('\n') == value.npos) {
        out.append("=").append(value) += '\n';
        return;
    }
    out += '\n';
    for (std::uint64_t size = value.size(), byte = 0; byte < 8; ++byte, size >>= 8)
        out += static_cast<char>(size & 0xff);
    out.append(value) += '\n';
}

void add_maybe(std::string& out, std::string_view name, const std::optional<std::string>& value)
{
    if (value)
        add(out, name, *value);
}

// syslog's levels: warning for what a person would ask about, notice for what changes, info for the rest.
const char* priority_of(const audit_entry& e)
{
    namespace event = proto::audit_event;
    if (e.event == event::refused || e.event == event::login_failed || e.event == event::torn)
        return "4";
    return e.event == event::handed_out || e.event == event::renewed ? "6" : "5";
}

std::unexpected<error> not_taken(const std::string& path, int cause)
{
    return fail(
        errc::failed,
        fmt::format("the journal at {} takes no entry: {}", proto::printable(path), ::strerror(cause))
    );
}

}  // namespace

std::string journal_message(const audit_entry& e)
{
    std::string out;
    add(out, "MESSAGE", sentence_of(e));
    add(out, "PRIORITY", priority_of(e));
    add(out, "SYSLOG_IDENTIFIER", "sgauthd");
    add(out, "SGAUTH_EVENT", e.event);
    add_maybe(out, "SGAUTH_SITE", e.site);
    add_maybe(out, "SGAUTH_USER", e.user);
    add_maybe(out, "SGAUTH_EXE", e.executable);
    add_maybe(out, "SGAUTH_UNIT", e.unit);
    add_maybe(out, "SGAUTH_SESSION", e.session);
    add_maybe(out, "SGAUTH_FORM", e.form);
    add_maybe(out, "SGAUTH_STATE", e.state);
    add_maybe(out, "SGAUTH_ERROR", e.error);
    add_maybe(out, "SGAUTH_REASON", e.reason);
    if (e.pid)
        add(out, "SGAUTH_PID", std::to_string(*e.pid));
    add(out, "SGAUTH_COUNT", std::to_string(e.count));
    return out;
}

result<void> send_to_journal(const std::string& path, const audit_entry& e)
{
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path)
        return not_taken(path, ENAMETOOLONG);
    path.copy(address.sun_path, path.size());
    const int sender = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (sender < 0)
        return not_taken(path, errno);
    const timeval limit{1, 0};
    ::setsockopt(sender, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    const std::string message = journal_message(e);
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size() + 1);
    const ssize_t sent = ::sendto(
        sender,
        message.data(),
        message.size(),
        MSG_NOSIGNAL,
        reinterpret_cast<const sockaddr*>(&address),
        size
    );
    const int cause = errno;
    ::close(sender);
    if (sent != static_cast<ssize_t>(message.size()))
        return not_taken(path, cause);
    return {};
}

}  // namespace sgauth
