// SPDX-License-Identifier: Apache-2.0
#include "src/base/secret_arena.hpp"

#include "proto/secret.hpp"

#include <algorithm>
#include <mutex>
#include <new>
#include <sys/mman.h>
#include <unistd.h>

namespace sgauth {

secret_arena::secret_arena(std::size_t bytes)
{
    const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
    const std::size_t size = (bytes + page - 1) / page * page;
    void* mapping = ::mmap(nullptr, size + 2 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (mapping == MAP_FAILED)
        return;
    mapping_ = static_cast<char*>(mapping);
    mapped_ = size + 2 * page;
    char* begin = mapping_ + page;
    if (::mprotect(begin, size, PROT_READ | PROT_WRITE) != 0)
        return;
    // Each best effort: a secret in memory that may be swapped is still wiped when it ends.
    locked_ = ::mlock2(begin, size, MLOCK_ONFAULT) == 0;
    ::madvise(begin, size, MADV_DONTDUMP);
    ::madvise(begin, size, MADV_WIPEONFORK);
    taken_.resize(size / unit);
    begin_ = begin;
    size_ = size;
}

secret_arena::~secret_arena()
{
    if (begin_)
        wipe(begin_, size_);
    if (mapping_)
        ::munmap(mapping_, mapped_);
}

char* secret_arena::allocate(std::size_t size) noexcept
{
    const std::size_t wanted = units(std::max<std::size_t>(size, 1));
    auto from = taken_.begin();
    while (true) {
        from = std::find(from, taken_.end(), false);
        if (static_cast<std::size_t>(taken_.end() - from) < wanted)
            return nullptr;
        const auto end = std::find(from, from + static_cast<std::ptrdiff_t>(wanted), true);
        if (static_cast<std::size_t>(end - from) == wanted)
            break;
        from = end;
    }
    const auto first = static_cast<std::size_t>(from - taken_.begin());
    mark(first, wanted, true);
    return begin_ + first * unit;
}

void secret_arena::release(char* data, std::size_t size) noexcept
{
    const std::size_t count = units(std::max<std::size_t>(size, 1));
    wipe(data, count * unit);
    mark(static_cast<std::size_t>(data - begin_) / unit, count, false);
}

bool secret_arena::holds(const char* data) const noexcept
{
    return begin_ && data >= begin_ && data < begin_ + size_;
}

void secret_arena::mark(std::size_t first, std::size_t count, bool taken) noexcept
{
    const auto begin = taken_.begin() + static_cast<std::ptrdiff_t>(first);
    std::fill(begin, begin + static_cast<std::ptrdiff_t>(count), taken);
    used_ = taken ? used_ + count * unit : used_ - count * unit;
}

namespace {

// A lane may hold the last of a secret that it worked on, so the daemon's second mutex stands here.
struct process_arena {
    std::mutex lock;
    secret_arena arena;
};

// Never destroyed: secrets of static duration may end after it.
process_arena& the_arena()
{
    static auto* const one = new process_arena;
    return *one;
}

}  // namespace

namespace detail {

char* allocate_secret(std::size_t size)
{
    process_arena& of = the_arena();
    const std::lock_guard hold(of.lock);
    if (char* data = of.arena.allocate(size))
        return data;
    return static_cast<char*>(::operator new(size));
}

void release_secret(char* data, std::size_t size) noexcept
{
    process_arena& of = the_arena();
    const std::lock_guard hold(of.lock);
    if (of.arena.holds(data)) {
        of.arena.release(data, size);
        return;
    }
    wipe(data, size);
    ::operator delete(data);
}

}  // namespace detail

}  // namespace sgauth
