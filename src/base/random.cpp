// SPDX-License-Identifier: Apache-2.0
#include "src/base/random.hpp"

#include "src/base/hex.hpp"

#include <cerrno>
#include <cstdint>
#include <span>
#include <sys/random.h>
#include <system_error>

namespace sgauth {

namespace {

void fill(std::span<unsigned char> out)
{
    while (!out.empty()) {
        const ssize_t got = ::getrandom(out.data(), out.size(), 0);
        if (got < 0 && errno != EINTR)
            throw std::system_error(errno, std::system_category(), "getrandom");
        if (got > 0)
            out = out.subspan(static_cast<std::size_t>(got));
    }
}

}  // namespace

std::string random_hex(std::size_t bytes)
{
    std::string raw(bytes, '\0');
    fill({reinterpret_cast<unsigned char*>(raw.data()), raw.size()});
    return to_hex(raw);
}

double random_jitter()
{
    std::uint32_t raw = 0;
    fill({reinterpret_cast<unsigned char*>(&raw), sizeof raw});
    return (static_cast<double>(raw) / static_cast<double>(UINT32_MAX) - 0.5) / 5;
}

}  // namespace sgauth
