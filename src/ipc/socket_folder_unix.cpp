// SPDX-License-Identifier: Apache-2.0
#include "src/ipc/socket_folder_unix.hpp"

#include "src/ipc/unique_fd.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/vfs.h>

namespace sgauth::ipc {

namespace {

// linux/magic.h has half of them.
constexpr std::array<long, 14> network_types{
    0x6969,      // NFS
    0x517B,      // SMB
    0xFF534D42,  // CIFS
    0xFE534D42,  // SMB 2
    0x5346414F,  // AFS
    0x6B414653,  // AFS, the kernel's own
    0x73757245,  // Coda
    0x00C36400,  // Ceph
    0x0BD00BD0,  // Lustre
    0x47504653,  // GPFS
    0x19830326,  // BeeGFS
    0x7461636F,  // OCFS2
    0x01161970,  // GFS2
    0xAAD7AAEA,  // Panasas
};

// /proc/net/unix: "Num RefCount Protocol Flags Type St Inode Path", Flags with 00010000 for one that listens.
bool is_listed_as_listening(const std::string& path)
{
    constexpr unsigned long accepts = 0x10000;
    std::ifstream table("/proc/net/unix");
    std::string line;
    while (std::getline(table, line)) {
        const std::size_t at = line.find('/');
        if (at == std::string::npos || line.compare(at, std::string::npos, path) != 0)
            continue;
        std::istringstream fields(line);
        std::string number, references, protocol;
        unsigned long flags = 0;
        fields >> number >> references >> protocol >> std::hex >> flags;
        if (fields && (flags & accepts))
            return true;
    }
    return false;
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

bool is_network_file_system(long type) noexcept
{
    // f_type is a signed 32-bit number on some machines: compare what the kernel meant.
    const auto same = [type](long known) { return (type & 0xFFFFFFFF) == known; };
    return std::any_of(network_types.begin(), network_types.end(), same);
}

result<void> check_socket_folder(const std::string& path, uid_t own)
{
    struct stat st{};
    if (::stat(path.c_str(), &st) != 0)
        return fail(errc::denied, fmt::format("the socket's folder {}: {}", path, std::strerror(errno)));
    if (!S_ISDIR(st.st_mode))
        return fail(errc::denied, fmt::format("{} is no folder", path));
    if (st.st_uid != own && st.st_uid != 0)
        return fail(errc::denied, fmt::format("{} belongs to somebody else: use a folder of your own", path));
    if ((st.st_mode & 022) != 0 && (st.st_mode & S_ISVTX) == 0)
        return fail(errc::denied, fmt::format("others can write to {}: chmod go-w it, or use another", path));
    struct statfs fs{};
    if (::statfs(path.c_str(), &fs) != 0)
        return fail(errc::denied, fmt::format("the socket's folder {}: {}", path, std::strerror(errno)));
    if (is_network_file_system(static_cast<long>(fs.f_type)))
        return fail(
            errc::denied,
            fmt::format("{} is on a network file system: set SGAUTH_SOCKET to a path on a local one", path)
        );
    return {};
}

bool has_listener(const std::string& path)
{
    return is_listed_as_listening(path) || accepts_connection(path);
}

}  // namespace sgauth::ipc
