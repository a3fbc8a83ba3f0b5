// SPDX-License-Identifier: Apache-2.0
#include "proto/secret.hpp"
#include "src/base/secret_arena.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <csignal>
#include <cstring>
#include <string>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

using namespace sgauth;

namespace {

bool all_zero(const char* data, std::size_t size)
{
    return std::all_of(data, data + size, [](char c) { return c == 0; });
}

// How a child ends that runs `what`: 0 if it lives through it, else the signal.
template <class What>
int ends_by(What what)
{
    const pid_t child = ::fork();
    if (child == 0) {
        ::signal(SIGSEGV, SIG_DFL);  // doctest's own would report it
        what();
        ::_exit(0);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status);
}

}  // namespace

TEST_SUITE("base.secret_arena")
{
    TEST_CASE("a full arena has nothing left, and has again what is released")
    {
        secret_arena arena(4096);
        std::vector<char*> all;
        while (char* piece = arena.allocate(32))
            all.push_back(piece);
        CHECK(all.size() == arena.capacity() / 32);
        CHECK(arena.used() == arena.capacity());
        CHECK(arena.allocate(1) == nullptr);
        arena.release(all[5], 32);
        CHECK(arena.allocate(33) == nullptr);
        CHECK(arena.allocate(32) == all[5]);
    }

    TEST_CASE("more than all of it is never there, all of it is")
    {
        secret_arena arena(4096);
        CHECK(arena.allocate(arena.capacity() + 1) == nullptr);
        char* whole = arena.allocate(arena.capacity());
        REQUIRE(whole);
        CHECK(arena.allocate(1) == nullptr);
        arena.release(whole, arena.capacity());
        CHECK(arena.used() == 0);
    }

    TEST_CASE("gaps too small are passed over, and neighbours that are released join")
    {
        secret_arena arena(4096);
        std::vector<char*> all;
        while (char* piece = arena.allocate(64))
            all.push_back(piece);
        for (std::size_t i = 0; i < all.size(); i += 2)
            arena.release(all[i], 64);
        CHECK(arena.allocate(65) == nullptr);
        arena.release(all[1], 64);
        CHECK(arena.allocate(192) == all[0]);
    }

    TEST_CASE("what is released is wiped, to the end of its last piece")
    {
        secret_arena arena(4096);
        char* piece = arena.allocate(40);
        std::memset(piece, 'x', 40);
        arena.release(piece, 40);
        CHECK(all_zero(piece, 64));
    }

    TEST_CASE("pieces do not overlap")
    {
        secret_arena arena(4096);
        char* a = arena.allocate(1);
        char* b = arena.allocate(100);
        char* c = arena.allocate(0);
        REQUIRE((a && b && c));
        CHECK(a + 1 <= b);
        CHECK(b + 100 <= c);
        CHECK((arena.holds(a) && arena.holds(b) && arena.holds(c)));
        CHECK_FALSE(arena.holds(nullptr));
        char outside = 0;
        CHECK_FALSE(arena.holds(&outside));
    }

    TEST_CASE("whoever runs over either end is killed, and a child has none of it")
    {
        secret_arena arena(4096);
        char* whole = arena.allocate(arena.capacity());
        REQUIRE(whole);
        std::memset(whole, 'x', arena.capacity());
#if !defined(__SANITIZE_ADDRESS__)
        CHECK(ends_by([&] { *const_cast<volatile char*>(whole - 1) = 'y'; }) != 0);
        CHECK(ends_by([&] { *const_cast<volatile char*>(whole + arena.capacity()) = 'y'; }) != 0);
#endif
        CHECK(ends_by([&] { ::_exit(all_zero(whole, arena.capacity()) ? 0 : 1); }) == 0);
    }

    TEST_CASE("secrets beyond what the arena holds live on the heap, and are as good")
    {
        std::vector<session_token> many;
        for (int i = 0; i < 5000; ++i)
            many.emplace_back("token-" + std::to_string(i));
        const session_token large(std::string(200'000, 'x'));
        for (int i = 0; i < 5000; i += 97)
            CHECK(many[static_cast<std::size_t>(i)].reveal() == "token-" + std::to_string(i));
        CHECK(large.size() == 200'000);
        many.clear();
        const session_token again("again");
        CHECK(again.reveal() == "again");
    }
}
