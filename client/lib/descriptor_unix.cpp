// SPDX-License-Identifier: Apache-2.0
#include "client/lib/descriptor_unix.hpp"

#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

namespace sgauth::client {

int above_standard(int made) noexcept
{
    if (made < 0 || made > STDERR_FILENO)
        return made;
    const int moved = ::fcntl(made, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    const int fault = errno;
    ::close(made);
    errno = fault;
    return moved;
}

}  // namespace sgauth::client
