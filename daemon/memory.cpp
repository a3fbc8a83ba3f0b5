// SPDX-License-Identifier: Apache-2.0
#include "daemon/memory.hpp"

#include <openssl/crypto.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <malloc.h>
#include <pthread.h>
#include <string.h>

namespace sgauth {

namespace {

// Lanes resolve names, derive keys and write files. A name service module is the deepest of it.
constexpr std::size_t thread_stack = 512 * 1024;
// Fixed, as glibc else raises them with the largest block that was ever freed, and keeps that much for good.
constexpr int own_mapping_from = 128 * 1024;
constexpr int trim_above = 128 * 1024;

void* take(std::size_t size, const char*, int)
{
    return std::malloc(size);
}

void give_back(void* memory, const char*, int)
{
    if (!memory)
        return;
    explicit_bzero(memory, malloc_usable_size(memory));
    std::free(memory);
}

// Not std::realloc: that leaves the old place as it is.
void* move(void* memory, std::size_t size, const char* file, int line)
{
    if (size == 0) {
        give_back(memory, file, line);
        return nullptr;
    }
    void* made = take(size, file, line);
    if (made && memory) {
        std::memcpy(made, memory, std::min(size, malloc_usable_size(memory)));
        give_back(memory, file, line);
    }
    return made;
}

}  // namespace

bool arrange_memory()
{
    ::mallopt(M_ARENA_MAX, 1);
    ::mallopt(M_MMAP_THRESHOLD, own_mapping_from);
    ::mallopt(M_TRIM_THRESHOLD, trim_above);
    pthread_attr_t attributes;
    if (::pthread_attr_init(&attributes) == 0) {
        ::pthread_attr_setstacksize(&attributes, thread_stack);
        ::pthread_setattr_default_np(&attributes);
        ::pthread_attr_destroy(&attributes);
    }
    return CRYPTO_set_mem_functions(take, move, give_back) == 1;
}

void give_memory_back() noexcept
{
    ::malloc_trim(0);
}

}  // namespace sgauth
