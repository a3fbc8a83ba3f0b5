// SPDX-License-Identifier: Apache-2.0
#include "src/ipc/socket_folder_unix.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <sys/stat.h>
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

}  // namespace sgauth::ipc
