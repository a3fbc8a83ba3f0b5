// SPDX-License-Identifier: Apache-2.0
#include "src/ipc/listening_unix.hpp"

#include "src/base/unique_fd.hpp"

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <optional>
#include <string_view>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <vector>

namespace sgauth::ipc {

namespace {

// The kernel sends at most this at a time (netlink(7)).
constexpr std::size_t largest_answer = 32 * 1024;

// sock_diag(7). A name is no proof: an abstract socket, or one in another mount namespace, can have any.
struct socket_file {
    std::uint32_t inode;   // the kernel tells the low half
    std::uint32_t device;  // in the kernel's own form
};

std::optional<socket_file> file_at(const std::string& path)
{
    struct stat st{};
    if (::stat(path.c_str(), &st) != 0)
        return std::nullopt;
    return socket_file{
        static_cast<std::uint32_t>(st.st_ino),
        static_cast<std::uint32_t>(major(st.st_dev) << 20 | minor(st.st_dev))
    };
}

bool ask_for_listening(int diag)
{
    constexpr unsigned listening = 10;  // TCP_LISTEN, which stands for every family
    struct {
        nlmsghdr header;
        unix_diag_req body;
    } request{};
    request.header.nlmsg_len = sizeof request;
    request.header.nlmsg_type = SOCK_DIAG_BY_FAMILY;
    request.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
    request.body.sdiag_family = AF_UNIX;
    request.body.udiag_states = 1u << listening;
    request.body.udiag_show = UDIAG_SHOW_VFS;
    return ::send(diag, &request, sizeof request, 0) == static_cast<ssize_t>(sizeof request);
}

// Messages and attributes alike: a header with the length of the whole, then what it announces, then up to
// three bytes of padding. Takes one off the front of `bytes`; nothing when none is left, or it is cut short.
template <class Header>
struct item {
    Header header;
    std::string_view payload;
};
template <class Header, class Length>
std::optional<item<Header>> take_item(std::string_view& bytes, Length Header::* length)
{
    Header header{};
    if (bytes.size() < sizeof header)
        return std::nullopt;
    std::memcpy(&header, bytes.data(), sizeof header);
    const std::size_t size = header.*length;
    if (size < sizeof header || size > bytes.size())
        return std::nullopt;
    const std::string_view payload = bytes.substr(sizeof header, size - sizeof header);
    bytes.remove_prefix(std::min(bytes.size(), (size + 3) & ~std::size_t{3}));
    return item<Header>{header, payload};
}

bool is_bound_to(std::string_view message, const socket_file& file)
{
    if (message.size() < sizeof(unix_diag_msg))
        return false;
    message.remove_prefix(sizeof(unix_diag_msg));
    while (const auto attribute = take_item(message, &rtattr::rta_len)) {
        unix_diag_vfs vfs{};
        if (attribute->header.rta_type != UNIX_DIAG_VFS || attribute->payload.size() < sizeof vfs)
            continue;
        std::memcpy(&vfs, attribute->payload.data(), sizeof vfs);
        return vfs.udiag_vfs_ino == file.inode && vfs.udiag_vfs_dev == file.device;
    }
    return false;
}

bool is_listed(const socket_file& file)
{
    const unique_fd diag(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG));
    if (!diag || !ask_for_listening(diag.get()))
        return false;
    std::vector<char> buffer(largest_answer);
    for (;;) {
        const ssize_t got = ::recv(diag.get(), buffer.data(), buffer.size(), 0);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return false;
        std::string_view answer(buffer.data(), static_cast<std::size_t>(got));
        while (const auto message = take_item(answer, &nlmsghdr::nlmsg_len)) {
            if (message->header.nlmsg_type == NLMSG_DONE || message->header.nlmsg_type == NLMSG_ERROR)
                return false;
            if (is_bound_to(message->payload, file))
                return true;
        }
    }
}

bool accepts_connection(const std::string& path)
{
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path)
        return false;
    path.copy(address.sun_path, path.size());
    const unique_fd probe(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    const int rc = ::connect(probe.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
    return rc == 0 || errno == EAGAIN;  // EAGAIN: its queue is full
}

}  // namespace

bool has_listener(const std::string& path)
{
    const auto file = file_at(path);
    return (file && is_listed(*file)) || accepts_connection(path);
}

}  // namespace sgauth::ipc
