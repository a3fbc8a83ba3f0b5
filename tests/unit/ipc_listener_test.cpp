// SPDX-License-Identifier: Apache-2.0
#include "src/ipc/listener_unix.hpp"
#include "src/ipc/socket_folder_unix.hpp"
#include "tests/support/temp_dir.hpp"

#include <doctest/doctest.h>

#include <array>
#include <csignal>
#include <fcntl.h>
#include <fstream>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace sgauth;
using namespace sgauth::ipc;
using sgauth::test::temp_dir;

namespace {

proto::address in(const temp_dir& folder)
{
    proto::address where;
    where.directory = folder.path().string();
    where.socket = folder.path().string() + "/agent.sock";
    return where;
}

bool connects(const std::string& path)
{
    sockaddr_un to{};
    to.sun_family = AF_UNIX;
    path.copy(to.sun_path, path.size());
    const unique_fd client(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    return ::connect(client.get(), reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0;
}

mode_t mode_of(const std::string& path)
{
    struct stat st{};
    return ::lstat(path.c_str(), &st) == 0 ? st.st_mode & 07777 : 0;
}

bool exists(const std::string& path)
{
    return ::access(path.c_str(), F_OK) == 0;
}

// A socket file that nobody listens on any more, as a daemon leaves it that was killed.
void leave_stale_socket(const std::string& path)
{
    sockaddr_un at{};
    at.sun_family = AF_UNIX;
    path.copy(at.sun_path, path.size());
    const unique_fd dead(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    REQUIRE(::bind(dead.get(), reinterpret_cast<const sockaddr*>(&at), sizeof at) == 0);
}

unique_fd listening_at(const std::string& path)
{
    sockaddr_un at{};
    at.sun_family = AF_UNIX;
    path.copy(at.sun_path, path.size());
    unique_fd made(::socket(AF_UNIX, SOCK_STREAM, 0));
    REQUIRE(::bind(made.get(), reinterpret_cast<const sockaddr*>(&at), sizeof at) == 0);
    REQUIRE(::listen(made.get(), 1) == 0);
    return made;
}

}  // namespace

TEST_SUITE("ipc.listener")
{
    TEST_CASE("a second daemon is told the first's pid")
    {
        const temp_dir folder;
        const auto first = listener::bind(in(folder), ::geteuid());
        REQUIRE(first);
        const auto second = listener::bind(in(folder), ::geteuid());
        REQUIRE_FALSE(second);
        CHECK(second.error().code == errc::busy);
        CHECK(second.error().detail.find("pid " + std::to_string(::getpid())) != std::string::npos);
        CHECK(connects(first->path()));
    }

    TEST_CASE("a folder that others can write to, is somebody else's, or is none, is refused")
    {
        const temp_dir folder;
        const auto where = in(folder);
        ::chmod(folder.path().c_str(), 0777);
        auto made = listener::bind(where, ::geteuid());
        REQUIRE_FALSE(made);
        CHECK(made.error().code == errc::denied);
        ::chmod(folder.path().c_str(), 01777);
        CHECK(listener::bind(where, ::geteuid()));
        ::chmod(folder.path().c_str(), 0700);
        if (::geteuid() == 0) {
            REQUIRE(::chown(folder.path().c_str(), 4242, 4242) == 0);
            CHECK_FALSE(listener::bind(where, ::geteuid()));
            REQUIRE(::chown(folder.path().c_str(), 0, 0) == 0);
        }
        proto::address nowhere = where;
        nowhere.directory = folder.path().string() + "/missing";
        CHECK_FALSE(listener::bind(nowhere, ::geteuid()));
    }

    TEST_CASE("network file systems are known by their number, local ones are let be")
    {
        for (const long type :
             {0x6969L, 0x517BL, 0xFF534D42L, 0xFE534D42L, 0x5346414FL, 0x00C36400L, 0x0BD00BD0L})
            CHECK(is_network_file_system(type));
        CHECK(is_network_file_system(static_cast<long>(static_cast<int>(0xFF534D42))));  // sign-extended
        for (const long type : {0x01021994L, 0xEF53L, 0x58465342L, 0x9123683EL, 0x794C7630L, 0x65735546L})
            CHECK_FALSE(is_network_file_system(type));
    }

    TEST_CASE("what is in the way and no socket of ours is left alone")
    {
        const temp_dir folder;
        const auto where = in(folder);
        std::ofstream(where.socket) << "precious";
        const auto made = listener::bind(where, ::geteuid());
        REQUIRE_FALSE(made);
        CHECK(made.error().code == errc::denied);
        CHECK(exists(where.socket));
        ::unlink(where.socket.c_str());
        REQUIRE(::symlink("/dev/null", where.socket.c_str()) == 0);
        CHECK_FALSE(listener::bind(where, ::geteuid()));
    }

    TEST_CASE("a lock that is a link, or not ours, is refused")
    {
        const temp_dir folder;
        const auto where = in(folder);
        REQUIRE(::symlink("/dev/null", proto::lock_path(where).c_str()) == 0);
        CHECK_FALSE(listener::bind(where, ::geteuid()));
        ::unlink(proto::lock_path(where).c_str());
        REQUIRE(::mkfifo(proto::lock_path(where).c_str(), 0600) == 0);
        CHECK_FALSE(listener::bind(where, ::geteuid()));
    }

    TEST_CASE("a socket that somebody else listens on is not taken away, though the lock is free")
    {
        const temp_dir folder;
        const auto where = in(folder);
        const unique_fd systemd = listening_at(where.socket);
        const auto made = listener::bind(where, ::geteuid());
        REQUIRE_FALSE(made);
        CHECK(made.error().code == errc::busy);
        CHECK(made.error().detail.find("systemctl") != std::string::npos);
        // Nobody was connected to find out: systemd would have started a daemon.
        CHECK(::fcntl(systemd.get(), F_SETFL, O_NONBLOCK) == 0);
        CHECK(::accept(systemd.get(), nullptr, nullptr) == -1);
        CHECK(connects(where.socket));
    }

    TEST_CASE("a name that others can take as well does not keep a stale socket in its place")
    {
        const temp_dir folder;
        const auto where = in(folder);
        leave_stale_socket(where.socket);
        // In no folder, so anybody may have it; /proc/net/unix shows it as '@' and the name.
        sockaddr_un at{};
        at.sun_family = AF_UNIX;
        where.socket.copy(at.sun_path + 1, where.socket.size());
        const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + where.socket.size());
        const unique_fd squatter(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
        REQUIRE(::bind(squatter.get(), reinterpret_cast<const sockaddr*>(&at), size) == 0);
        REQUIRE(::listen(squatter.get(), 1) == 0);
        CHECK(listener::bind(where, ::geteuid()));
    }

    TEST_CASE("who has stopped listening has the lock until it is gone")
    {
        const temp_dir folder;
        const auto where = in(folder);
        {
            auto first = listener::bind(where, ::geteuid());
            REQUIRE(first);
            first->close();
            CHECK_FALSE(exists(where.socket));
            const auto second = listener::bind(where, ::geteuid());
            REQUIRE_FALSE(second);
            CHECK(second.error().code == errc::busy);
        }
        CHECK(listener::bind(where, ::geteuid()));
    }

    TEST_CASE("a stale socket is replaced; the new one is for its owner alone and goes with its maker")
    {
        const temp_dir folder;
        const auto where = in(folder);
        leave_stale_socket(where.socket);
        CHECK_FALSE(connects(where.socket));
        {
            const auto made = listener::bind(where, ::geteuid());
            REQUIRE(made);
            CHECK(connects(where.socket));
            CHECK(mode_of(where.socket) == 0600);
            CHECK(mode_of(proto::lock_path(where)) == 0600);
            CHECK((::fcntl(made->descriptor(), F_GETFD) & FD_CLOEXEC) != 0);
        }
        CHECK_FALSE(exists(where.socket));
        CHECK(listener::bind(where, ::geteuid()));
    }

    TEST_CASE("a socket file that somebody put in our place is left to him")
    {
        const temp_dir folder;
        const auto where = in(folder);
        {
            const auto made = listener::bind(where, ::geteuid());
            REQUIRE(made);
            ::unlink(where.socket.c_str());
            leave_stale_socket(where.socket);
        }
        CHECK(exists(where.socket));
    }

    TEST_CASE("a path that fits and one byte more")
    {
        const temp_dir folder;
        auto where = in(folder);
        const std::size_t left = proto::max_socket_path - folder.path().string().size() - 1;
        where.socket = folder.path().string() + "/" + std::string(left + 1, 'x');
        CHECK_FALSE(listener::bind(where, ::geteuid()));
        where.socket.pop_back();
        const auto made = listener::bind(where, ::geteuid());
        REQUIRE(made);
        CHECK(connects(where.socket));
    }

    TEST_CASE("what is passed must be a listening Unix socket with a path")
    {
        CHECK_FALSE(listener::adopt(unique_fd(), ::geteuid()));
        CHECK_FALSE(listener::adopt(unique_fd(::open("/dev/null", O_RDONLY)), ::geteuid()));
        CHECK_FALSE(listener::adopt(unique_fd(::socket(AF_UNIX, SOCK_STREAM, 0)), ::geteuid()));
        CHECK_FALSE(listener::adopt(unique_fd(::socket(AF_UNIX, SOCK_DGRAM, 0)), ::geteuid()));
        CHECK_FALSE(listener::adopt(unique_fd(::socket(AF_INET, SOCK_STREAM, 0)), ::geteuid()));
        std::array<int, 2> pair{};
        REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM, 0, pair.data()) == 0);
        const unique_fd other(pair[1]);
        CHECK_FALSE(listener::adopt(unique_fd(pair[0]), ::geteuid()));
    }

    TEST_CASE("a daemon that systemd's socket has cut off is asked to go, and its lock taken over")
    {
        const temp_dir folder;
        const auto where = in(folder);
        std::array<int, 2> ready{};
        REQUIRE(::pipe2(ready.data(), O_CLOEXEC) == 0);
        const pid_t cut_off = ::fork();
        if (cut_off == 0) {
            ::signal(SIGTERM, SIG_DFL);  // doctest's would take it for a crash
            const auto older = listener::bind(where, ::geteuid());
            if (older && ::write(ready[1], "1", 1) == 1)
                ::pause();
            ::_exit(1);
        }
        char byte = 0;
        REQUIRE(::read(ready[0], &byte, 1) == 1);
        ::close(ready[0]);
        ::close(ready[1]);
        ::unlink(where.socket.c_str());
        const auto made = listener::adopt(listening_at(where.socket), ::geteuid());
        int status = 0;
        CHECK(::waitpid(cut_off, &status, made ? 0 : WNOHANG) == cut_off);
        CHECK(WIFSIGNALED(status));
        CHECK(made);
        CHECK_FALSE(listener::bind(where, ::geteuid()));
    }

    TEST_CASE("a socket that was passed is served under the lock and stays where it is")
    {
        const temp_dir folder;
        const auto where = in(folder);
        unique_fd passed = listening_at(where.socket);
        const unique_fd again(::dup(passed.get()));
        {
            const auto made = listener::adopt(std::move(passed), ::geteuid());
            REQUIRE(made);
            CHECK(made->path() == where.socket);
            CHECK((::fcntl(made->descriptor(), F_GETFD) & FD_CLOEXEC) != 0);
            CHECK((::fcntl(made->descriptor(), F_GETFL) & O_NONBLOCK) != 0);
            const auto second = listener::adopt(unique_fd(::dup(again.get())), ::geteuid());
            REQUIRE_FALSE(second);
            CHECK(second.error().code == errc::busy);
        }
        CHECK(exists(where.socket));
        CHECK(connects(where.socket));
    }
}
