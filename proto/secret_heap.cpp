// SPDX-License-Identifier: Apache-2.0
//
// Secrets on the ordinary heap, for programs whose memory is not ours to arrange (libsgauth, the command
// line).

#include "proto/secret.hpp"

#include <new>

namespace sgauth::detail {

char* allocate_secret(std::size_t size)
{
    return static_cast<char*>(::operator new(size));
}

void release_secret(char* data, std::size_t size) noexcept
{
    wipe(data, size);
    ::operator delete(data);
}

}  // namespace sgauth::detail
