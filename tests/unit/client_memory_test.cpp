// SPDX-License-Identifier: Apache-2.0
//
// What the library leaves of a credential in its host's memory once everything is freed. The daemon is
// another process, for its copies are its own, and nothing here ever holds the credential in clear but the
// library.
#include "client/lib/channel.hpp"
#include "client/lib/include/sgauth.hpp"
#include "client_fake_daemon.hpp"

#include <doctest/doctest.h>

#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <string>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

using namespace sgauth::test;

namespace {

// How much of a credential is as bad as all of it.
constexpr std::size_t piece_size = 12;

constexpr unsigned char mask = 0x55;

// The credential's bytes, masked: no two pieces are alike, and none stands in memory by chance.
char masked(std::size_t at) noexcept
{
    const auto mixed = static_cast<unsigned>(at + 1) * 2654435761u;
    return static_cast<char>(('a' + static_cast<char>((mixed >> 24) % 26)) ^ mask);
}

bool is_piece(const char* bytes, std::size_t at) noexcept
{
    for (std::size_t i = 0; i < piece_size; ++i)
        if (bytes[i] != (masked(at + i) ^ mask))
            return false;
    return true;
}

// Reads by the kernel, from what may vanish meanwhile, into a mapping that is wiped and looked at by nobody.
class memory_scan {
public:
    explicit memory_scan(std::size_t credential_size)
        : size_(credential_size),
          room_(static_cast<char*>(map())),
          memory_(::open("/proc/self/mem", O_RDONLY))
    {
    }
    ~memory_scan()
    {
        ::munmap(room_, room_size);
        ::close(memory_);
    }
    memory_scan(const memory_scan&) = delete;
    memory_scan& operator=(const memory_scan&) = delete;

    // How many pieces of the credential stand in what this process can write.
    int pieces() const
    {
        int found = 0;
        std::ifstream maps("/proc/self/maps");
        for (std::string line; std::getline(maps, line);) {
            std::size_t end_at = 0;
            const auto start = std::stoull(line, &end_at, 16);
            const auto end = std::stoull(line.substr(end_at + 1), &end_at, 16);
            if (line.find(" rw") != std::string::npos && start != reinterpret_cast<std::uintptr_t>(room_))
                found += pieces_between(start, end);
        }
        return found;
    }

private:
    static constexpr std::size_t room_size = std::size_t{1} << 20;
    // A page that cannot be read between it and others, so that it stays a mapping of its own.
    static void* map()
    {
        void* all =
            ::mmap(nullptr, room_size + 8192, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        void* inner = static_cast<char*>(all) + 4096;
        REQUIRE(::mprotect(inner, room_size, PROT_READ | PROT_WRITE) == 0);
        return inner;
    }
    int pieces_between(unsigned long long from, unsigned long long to) const
    {
        int found = 0;
        for (; from < to; from += room_size - 4096) {  // a piece may lie on the border
            const auto want = std::min<unsigned long long>(room_size, to - from);
            const ssize_t got = ::pread(memory_, room_, want, static_cast<off_t>(from));
            if (got >= static_cast<ssize_t>(piece_size))
                found += pieces_in(static_cast<std::size_t>(got));
        }
        std::memset(room_, 0, room_size);
        return found;
    }
    int pieces_in(std::size_t bytes) const
    {
        int found = 0;
        for (std::size_t at = 0; at + piece_size <= size_; at += piece_size) {
            const char first = static_cast<char>(masked(at) ^ mask);
            const char* const end = room_ + bytes - piece_size + 1;
            for (const char* one = room_; one < end; ++one) {
                one = static_cast<const char*>(std::memchr(one, first, static_cast<std::size_t>(end - one)));
                if (!one)
                    break;
                found += is_piece(one, at) ? 1 : 0;
            }
        }
        return found;
    }

    std::size_t size_;
    char* room_;
    int memory_;
};

// A daemon in a process of its own, which hands the credential out.
class other_process {
public:
    other_process(const std::string& socket, std::size_t size) : pid_(::fork())
    {
        if (pid_ != 0)
            return;
        std::string token;
        for (std::size_t at = 0; at < size; ++at)
            token += static_cast<char>(masked(at) ^ mask);
        std::string reply = R"({"parameters":{"session":{"id":"i","site":"https://x.test","kind":"human",)"
                            R"("user":"jane","state":"valid","default":true,"created_at":1,"generation":1},)"
                            R"("form":"session_token","credential":{"token":")" +
                            token + "\"}}}";
        reply += '\0';
        const fake_daemon daemon(socket, [&](int peer, int) { answer_all(peer, reply); });
        while (true)
            ::pause();
    }
    ~other_process()
    {
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
    }
    other_process(const other_process&) = delete;
    other_process& operator=(const other_process&) = delete;

private:
    pid_t pid_;
};

// Runs `use` in a process that has nothing else to do, and returns how many pieces it leaves; -1: it failed.
template <class Use>
int left_by(std::size_t size, Use use)
{
    scratch_folder folder;
    const std::string socket = folder.path() + "/agent.sock";
    const other_process daemon(socket, size);
    while (!sgauth::client::is_listening(target_at(socket)))
        ::usleep(1000);
    const memory_scan scan(size);
    return use(socket) ? scan.pieces() : -1;
}

bool ask(const std::string& socket, std::size_t size)
{
    sgauth::options how;
    how.socket = socket;
    how.no_start = true;
    sgauth::agent agent(how);
    sgauth::credential_query query;
    query.forms = {sgauth::form::session_token};
    const auto got = agent.get_credential(query);
    return got && got->token().size() == size;
}

}  // namespace

TEST_CASE("the scan finds a credential that is held")
{
    alignas(512) static char held[300];  // in one page, so in one mapping
    const auto hold = [](const std::string&) {
        for (std::size_t at = 0; at < sizeof held; ++at)
            held[at] = static_cast<char>(masked(at) ^ mask);
        return true;
    };
    CHECK(left_by(sizeof held, hold) == sizeof held / piece_size);
    sgauth::wipe(held, sizeof held);
    CHECK(left_by(sizeof held, [](const std::string&) { return true; }) == 0);
}

TEST_CASE("no piece of a credential stays behind what was freed")
{
    for (const std::size_t size : {20u, 300u, 5000u, 100'000u}) {
        CAPTURE(size);
        CHECK(left_by(size, [&](const std::string& socket) { return ask(socket, size); }) == 0);
    }
}

TEST_CASE("a raw call leaves none either, once its reply is wiped")
{
    for (const std::size_t size : {20u, 300u, 5000u, 100'000u}) {
        CAPTURE(size);
        const auto call = [](const std::string& socket) {
            sgauth::client::channel line(target_at(socket));
            sgauth::client::call_failure why;
            std::string reply;
            const bool good = line.call_raw("GetCredential", R"({"forms":[]})", reply, later(), why);
            sgauth::wipe(reply);
            return good;
        };
        CHECK(left_by(size, call) == 0);
    }
}
