// SPDX-License-Identifier: Apache-2.0
#include "proto/address.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <string>
#include <sys/stat.h>
#include <unistd.h>

using namespace sgauth::proto;

namespace {

// The places that the rules look at, in a folder of our own. To another uid they are somebody else's.
class places {
public:
    places()
    {
        char name[] = "/tmp/sgauth-address-XXXXXX";
        REQUIRE(::mkdtemp(name) != nullptr);
        root = name;
        env.uid = ::geteuid();
        env.run_user = root + "/run";
        env.tmp = root + "/tmp";
        folder("run", 0755);
        folder("tmp", 01777);
    }
    ~places() { std::filesystem::remove_all(root); }

    std::string folder(const std::string& name, mode_t mode) const
    {
        const std::string path = root + "/" + name;
        REQUIRE(::mkdir(path.c_str(), 0700) == 0);
        REQUIRE(::chmod(path.c_str(), mode) == 0);
        return path;
    }
    std::string uid() const { return std::to_string(env.uid); }
    bool find(make_directory make = make_directory::no)
    {
        why = {};
        return find_address(env, make, found, why);
    }

    std::string root;
    address_environment env;
    address found;
    address_error why;
};

}  // namespace

TEST_SUITE("proto.address")
{
    TEST_CASE("a folder of ours that is open to others, a link or a file is refused, not passed over")
    {
        places p;
        p.env.xdg_runtime_dir = p.folder("xdg", 0700);
        const std::string folder = p.folder("xdg/sgauth", 0700);
        CHECK(p.find());
        for (const mode_t mode : {0755u, 0710u, 0701u, 0770u}) {
            REQUIRE(::chmod(folder.c_str(), mode) == 0);
            CHECK_FALSE(p.find());
            CHECK(p.why.message.find(folder) != std::string::npos);
        }
        std::filesystem::remove(folder);
        std::filesystem::create_directory_symlink(p.folder("elsewhere", 0700), folder);
        CHECK_FALSE(p.find());
        CHECK_FALSE(p.find(make_directory::yes));
        std::filesystem::remove(folder);
        std::filesystem::create_symlink("/nowhere", folder);
        CHECK_FALSE(p.find(make_directory::yes));
    }

    TEST_CASE("a folder of ours that is somebody else's is refused")
    {
        places p;
        p.env.uid += 1;
        const std::string folder = p.folder("tmp/sgauth-" + p.uid(), 0700);
        CHECK_FALSE(p.find());
        CHECK_FALSE(p.find(make_directory::yes));
        CHECK(p.why.message.find(folder) != std::string::npos);
    }

    TEST_CASE("SGAUTH_SOCKET wins, and has to be an absolute path")
    {
        places p;
        p.env.xdg_runtime_dir = p.folder("xdg", 0700);
        p.env.sgauth_socket = "/some/where/s";
        REQUIRE(p.find());
        CHECK(p.found.socket == "/some/where/s");
        CHECK(p.found.directory == "/some/where");
        CHECK_FALSE(p.found.is_ours);
        p.env.sgauth_socket = "/s";
        REQUIRE(p.find());
        CHECK(p.found.directory == "/");
        for (const char* bad : {"s", "./s", ""}) {
            p.env.sgauth_socket = bad;
            CHECK_FALSE(p.find());
            CHECK_FALSE(p.why.message.empty());
        }
    }

    TEST_CASE("SGAUTH_SOCKET that names the usual place is the usual place")
    {
        places p;
        p.env.xdg_runtime_dir = p.folder("xdg", 0700);
        const std::string folder = *p.env.xdg_runtime_dir + "/sgauth";
        p.env.sgauth_socket = folder + "/agent.sock";
        REQUIRE(p.find(make_directory::yes));
        CHECK(p.found.socket == *p.env.sgauth_socket);
        CHECK(p.found.is_ours);
        CHECK(std::filesystem::is_directory(folder));
        REQUIRE(::chmod(folder.c_str(), 0755) == 0);
        CHECK_FALSE(p.find());
        for (const std::string& other :
             {folder + "/agent.sock2", folder + "//agent.sock", folder + "/x/agent.sock"}) {
            p.env.sgauth_socket = other;
            REQUIRE(p.find());
            CHECK(p.found.socket == other);
            CHECK_FALSE(p.found.is_ours);
        }
    }

    TEST_CASE("the runtime folder is used where it is ours and 0700")
    {
        places p;
        p.env.xdg_runtime_dir = p.folder("xdg", 0700);
        p.folder("run/" + p.uid(), 0700);
        REQUIRE(p.find());
        CHECK(p.found.socket == *p.env.xdg_runtime_dir + "/sgauth/agent.sock");
        CHECK(p.found.directory == *p.env.xdg_runtime_dir + "/sgauth");
        CHECK(p.found.is_ours);
        CHECK(lock_path(p.found) == *p.env.xdg_runtime_dir + "/sgauth/agent.sock.lock");
    }

    TEST_CASE("a runtime folder that is another user's, open, missing, a link or relative is passed over")
    {
        places p;
        const std::string good = p.folder("run/" + p.uid(), 0700);
        const std::string xdg = p.folder("xdg", 0755);
        const std::string real = p.folder("real", 0700);
        std::filesystem::create_directory_symlink(real, p.root + "/link");
        for (const std::string& passed_over :
             {xdg, p.root + "/none", p.root + "/link", std::string("."), std::string()}) {
            CAPTURE(passed_over);
            p.env.xdg_runtime_dir = passed_over;
            REQUIRE(p.find());
            CHECK(p.found.directory == good + "/sgauth");
        }
        p.env.xdg_runtime_dir.reset();
        REQUIRE(p.find());
        CHECK(p.found.directory == good + "/sgauth");
        p.env.xdg_runtime_dir = real;
        p.env.uid += 1;
        REQUIRE(p.find());
        CHECK(p.found.directory == p.env.tmp + "/sgauth-" + p.uid());
    }

    TEST_CASE("a relative runtime folder is passed over even where it would be a good one")
    {
        places p;
        const std::string here = p.folder("here", 0700);
        const std::filesystem::path before = std::filesystem::current_path();
        std::filesystem::current_path(here);
        p.env.xdg_runtime_dir = ".";
        CHECK(p.find());
        CHECK(p.found.directory == p.env.tmp + "/sgauth-" + p.uid());
        std::filesystem::current_path(before);
    }

    TEST_CASE("without a runtime folder it is the temporary one")
    {
        places p;
        REQUIRE(p.find());
        CHECK(p.found.socket == p.env.tmp + "/sgauth-" + p.uid() + "/agent.sock");
        CHECK(p.found.is_ours);
        p.folder("run/" + p.uid(), 0755);
        REQUIRE(p.find());
        CHECK(p.found.directory == p.env.tmp + "/sgauth-" + p.uid());
    }

    TEST_CASE("the folder is made 0700 where asked for, and only then")
    {
        places p;
        REQUIRE(p.find(make_directory::no));
        CHECK_FALSE(std::filesystem::exists(p.found.directory));
        const mode_t before = ::umask(0);
        CHECK(p.find(make_directory::yes));
        ::umask(before);
        struct stat st{};
        REQUIRE(::lstat(p.found.directory.c_str(), &st) == 0);
        CHECK((st.st_mode & 07777) == 0700);
        CHECK(p.find(make_directory::yes));
    }

    TEST_CASE("a folder that cannot be made is an error that says why")
    {
        places p;
        p.env.tmp = p.root + "/none";
        CHECK_FALSE(p.find(make_directory::yes));
        CHECK(p.why.message.find("No such file") != std::string::npos);
    }

    TEST_CASE("a path is allowed up to 107 bytes and not one beyond it")
    {
        places p;
        p.env.sgauth_socket = "/" + std::string(106, 's');
        CHECK(p.find());
        p.env.sgauth_socket = "/" + std::string(107, 's');
        CHECK_FALSE(p.find());
        CHECK(p.why.message.find("108 bytes") != std::string::npos);
        p.env.sgauth_socket.reset();
        const std::string tail = "/sgauth/agent.sock";
        const std::string stem = p.root + "/x";
        const std::string fits(107 - tail.size() - stem.size(), 'y');
        p.env.xdg_runtime_dir = p.folder("x" + fits, 0700);
        REQUIRE(p.find());
        CHECK(p.found.socket.size() == 107);
        p.env.xdg_runtime_dir = p.folder("x" + fits + "y", 0700);
        CHECK_FALSE(p.find());
    }

    TEST_CASE("this process's environment is read, an empty variable as none")
    {
        ::setenv("SGAUTH_SOCKET", "/a/b", 1);
        ::setenv("XDG_RUNTIME_DIR", "", 1);
        const address_environment env = this_environment();
        CHECK(env.sgauth_socket == "/a/b");
        CHECK_FALSE(env.xdg_runtime_dir);
        CHECK(env.uid == ::geteuid());
        ::unsetenv("SGAUTH_SOCKET");
        CHECK_FALSE(this_environment().sgauth_socket);
    }
}
