#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// Where the daemon's secrets live: one small mapping between two guard pages, locked into memory, left out of
// core dumps and of forked children. secret.hpp uses the process's arena (secret_arena.cpp is the daemon's
// side of its link-time seam); the class is public so that tests can fill one of their own.

#include <cstddef>
#include <cstdint>
#include <vector>

namespace sgauth {

class secret_arena {
public:
    // Under the usual limit for locked memory (8 MiB, often 64 KiB) with room to spare: some 500 tokens.
    static constexpr std::size_t usual_bytes = 64 * 1024;

    // `bytes` is rounded up to whole pages. An arena that cannot be mapped is always full.
    explicit secret_arena(std::size_t bytes = usual_bytes);
    ~secret_arena();
    secret_arena(const secret_arena&) = delete;
    secret_arena& operator=(const secret_arena&) = delete;

    // At least `size` bytes, aligned for nothing; null if there is no such gap.
    char* allocate(std::size_t size) noexcept;
    // Wipes and frees what allocate(size) gave.
    void release(char* data, std::size_t size) noexcept;
    // Whether `data` came from here.
    bool holds(const char* data) const noexcept;

    bool is_locked() const noexcept { return locked_; }
    std::size_t used() const noexcept { return used_; }
    std::size_t capacity() const noexcept { return size_; }

private:
    // The smallest piece: a bit in the map stands for each.
    static constexpr std::size_t unit = 32;

    static std::size_t units(std::size_t bytes) noexcept { return (bytes + unit - 1) / unit; }
    void mark(std::size_t first, std::size_t count, bool taken) noexcept;

    char* mapping_ = nullptr;  // with the guard pages
    std::size_t mapped_ = 0;
    char* begin_ = nullptr;
    std::size_t size_ = 0;
    std::size_t used_ = 0;
    bool locked_ = false;
    std::vector<bool> taken_;  // outside: an overrun of a secret must not reach it
};

}  // namespace sgauth
