// SPDX-License-Identifier: Apache-2.0
//
// Global new and delete that wipe what is given back: the copies of a secret that parsers, strings and
// coroutine frames leave behind are gone with them. Replaced together: a delete that wipes by malloc's size
// is only right for memory that this new took. The sanitizers bring their own, and want it.

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <malloc.h>
#include <new>
#include <string.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define SGAUTH_OWN_ALLOCATOR 0
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SGAUTH_OWN_ALLOCATOR 0
#endif
#ifndef SGAUTH_OWN_ALLOCATOR
#define SGAUTH_OWN_ALLOCATOR 1
#endif

#if SGAUTH_OWN_ALLOCATOR

namespace {

void* take(std::size_t size) noexcept
{
    return std::malloc(std::max<std::size_t>(size, 1));
}

void* take(std::size_t size, std::align_val_t alignment) noexcept
{
    const auto align = static_cast<std::size_t>(alignment);
    return std::aligned_alloc(align, (std::max<std::size_t>(size, 1) + align - 1) / align * align);
}

void* or_throw(void* memory)
{
    if (!memory)
        throw std::bad_alloc();
    return memory;
}

void give_back(void* memory) noexcept
{
    if (!memory)
        return;
    explicit_bzero(memory, malloc_usable_size(memory));
    std::free(memory);
}

}  // namespace

void* operator new(std::size_t n)
{
    return or_throw(take(n));
}
void* operator new[](std::size_t n)
{
    return or_throw(take(n));
}
void* operator new(std::size_t n, std::align_val_t a)
{
    return or_throw(take(n, a));
}
void* operator new[](std::size_t n, std::align_val_t a)
{
    return or_throw(take(n, a));
}
void* operator new(std::size_t n, const std::nothrow_t&) noexcept
{
    return take(n);
}
void* operator new[](std::size_t n, const std::nothrow_t&) noexcept
{
    return take(n);
}
void* operator new(std::size_t n, std::align_val_t a, const std::nothrow_t&) noexcept
{
    return take(n, a);
}
void* operator new[](std::size_t n, std::align_val_t a, const std::nothrow_t&) noexcept
{
    return take(n, a);
}

void operator delete(void* p) noexcept
{
    give_back(p);
}
void operator delete[](void* p) noexcept
{
    give_back(p);
}
void operator delete(void* p, std::size_t) noexcept
{
    give_back(p);
}
void operator delete[](void* p, std::size_t) noexcept
{
    give_back(p);
}
void operator delete(void* p, std::align_val_t) noexcept
{
    give_back(p);
}
void operator delete[](void* p, std::align_val_t) noexcept
{
    give_back(p);
}
void operator delete(void* p, std::size_t, std::align_val_t) noexcept
{
    give_back(p);
}
void operator delete[](void* p, std::size_t, std::align_val_t) noexcept
{
    give_back(p);
}
void operator delete(void* p, const std::nothrow_t&) noexcept
{
    give_back(p);
}
void operator delete[](void* p, const std::nothrow_t&) noexcept
{
    give_back(p);
}
void operator delete(void* p, std::align_val_t, const std::nothrow_t&) noexcept
{
    give_back(p);
}
void operator delete[](void* p, std::align_val_t, const std::nothrow_t&) noexcept
{
    give_back(p);
}

#endif
