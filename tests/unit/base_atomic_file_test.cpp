// SPDX-License-Identifier: Apache-2.0
#include "src/base/atomic_file.hpp"
#include "tests/support/temp_dir.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <iterator>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace sgauth;
namespace fs = std::filesystem;

namespace {

constexpr std::size_t plenty = 1024;

std::size_t entries_in(const fs::path& folder)
{
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

mode_t mode_of(const fs::path& path)
{
    struct stat about{};
    REQUIRE(::lstat(path.c_str(), &about) == 0);
    return about.st_mode & 07777;
}

std::optional<std::string> content_of(const fs::path& path)
{
    auto read = read_file(path, plenty);
    REQUIRE(read);
    return *read;
}

// A full disk without one: no file of this process may grow over `bytes`.
class small_files {
public:
    explicit small_files(rlim_t bytes)
    {
        ::getrlimit(RLIMIT_FSIZE, &before_);
        handler_ = ::signal(SIGXFSZ, SIG_IGN);
        const rlimit low{bytes, before_.rlim_max};
        ::setrlimit(RLIMIT_FSIZE, &low);
    }
    ~small_files()
    {
        ::setrlimit(RLIMIT_FSIZE, &before_);
        ::signal(SIGXFSZ, handler_);
    }
    small_files(const small_files&) = delete;
    small_files& operator=(const small_files&) = delete;

private:
    rlimit before_{};
    void (*handler_)(int) = nullptr;
};

}  // namespace

TEST_SUITE("base.atomic_file")
{
    TEST_CASE("a write that fails midway leaves the old content and nothing else")
    {
        const test::temp_dir dir;
        REQUIRE(write_file(dir / "f", "old"));
        result<void> written;
        {
            const small_files limit(100);  // a short write first, then an error
            written = write_file(dir / "f", std::string(5000, 'x'));
        }
        REQUIRE_FALSE(written);
        CHECK(written.error().code == errc::failed);
        CHECK(written.error().detail.find("cannot write") == 0);
        CHECK(content_of(dir / "f") == "old");
        CHECK(entries_in(dir.path()) == 1);
    }

    TEST_CASE("what cannot be written is said, with the path")
    {
        const test::temp_dir dir;
        const auto missing = write_file(dir / "no" / "f", "x");
        REQUIRE_FALSE(missing);
        CHECK(missing.error().detail.find("no/f") != std::string::npos);

        fs::create_directory(dir / "f");
        CHECK_FALSE(write_file(dir / "f", "x"));
        CHECK(entries_in(dir.path()) == 1);
    }

    TEST_CASE("a folder without leave to write says what to do")
    {
        const test::temp_dir dir;
        ::chmod(dir.path().c_str(), 0500);
        const bool is_root = ::geteuid() == 0;  // who may write anywhere, so somebody else has to try
        REQUIRE((!is_root || ::seteuid(65534) == 0));
        const auto written = write_file(dir / "f", "x");
        REQUIRE((!is_root || ::seteuid(0) == 0));
        ::chmod(dir.path().c_str(), 0700);
        REQUIRE_FALSE(written);
        CHECK(written.error().detail.find("make it writable") != std::string::npos);
    }

    TEST_CASE("what is written is read, and private")
    {
        const test::temp_dir dir;
        CHECK(content_of(dir / "f") == std::nullopt);
        REQUIRE(write_file(dir / "f", "one"));
        REQUIRE(write_file(dir / "f", std::string_view("\0two", 4)));
        CHECK(content_of(dir / "f") == std::string("\0two", 4));
        REQUIRE(write_file(dir / "f", ""));
        CHECK(content_of(dir / "f") == "");
        CHECK(mode_of(dir / "f") == 0600);
        CHECK(entries_in(dir.path()) == 1);
    }

    TEST_CASE("a file with wider rights is replaced by a private one, a link by a file")
    {
        const test::temp_dir dir;
        std::ofstream(dir / "target") << "target";
        fs::create_symlink(dir / "target", dir / "f");
        REQUIRE(write_file(dir / "f", "mine"));
        CHECK(mode_of(dir / "f") == 0600);
        CHECK(content_of(dir / "f") == "mine");
        CHECK(content_of(dir / "target") == "target");
    }

    TEST_CASE("a file is read up to the limit and not one byte beyond it")
    {
        const test::temp_dir dir;
        REQUIRE(write_file(dir / "f", std::string(plenty, 'x')));
        CHECK(read_file(dir / "f", plenty));
        CHECK_FALSE(read_file(dir / "f", plenty - 1));
    }

    TEST_CASE("a file that holds more than its size says is read whole, and has the same limit")
    {
        const std::filesystem::path grown = "/proc/self/status";  // its size is 0
        const auto whole = read_file(grown, 64 * 1024);
        REQUIRE(whole);
        CHECK(whole->value().find("\nThreads:") != std::string::npos);
        CHECK_FALSE(read_file(grown, 100));
    }

    TEST_CASE("only regular files are read")
    {
        const test::temp_dir dir;
        fs::create_directory(dir / "folder");
        REQUIRE(write_file(dir / "real", "x"));
        fs::create_symlink(dir / "real", dir / "link");
        REQUIRE(::mkfifo((dir / "pipe").c_str(), 0600) == 0);
        CHECK_FALSE(read_file(dir / "folder", plenty));
        CHECK_FALSE(read_file(dir / "link", plenty));
        CHECK_FALSE(read_file(dir / "pipe", plenty));
    }

    TEST_CASE("setting aside never overwrites what was set aside before")
    {
        const test::temp_dir dir;
        CHECK_FALSE(set_aside(dir / "f"));
        REQUIRE(write_file(dir / "f", "first"));
        CHECK(set_aside(dir / "f").value() == dir / "f.bad-1");
        REQUIRE(write_file(dir / "f", "second"));
        CHECK(set_aside(dir / "f").value() == dir / "f.bad-2");
        CHECK(content_of(dir / "f.bad-1") == "first");
        CHECK(content_of(dir / "f.bad-2") == "second");
        CHECK_FALSE(fs::exists(dir / "f"));
    }

    TEST_CASE("a private folder that is not private, not ours or no folder is refused")
    {
        const test::temp_dir dir;
        fs::create_directory(dir / "open");
        ::chmod((dir / "open").c_str(), 0750);
        fs::create_directory_symlink(dir.path(), dir / "link");
        REQUIRE(write_file(dir / "file", "x"));
        for (const char* bad : {"open", "link", "file"}) {
            CAPTURE(bad);
            const auto made = create_private_directory(dir / bad);
            REQUIRE_FALSE(made);
            CHECK(made.error().code == errc::denied);
        }
        if (::geteuid() == 0) {
            fs::create_directory(dir / "theirs");
            ::chmod((dir / "theirs").c_str(), 0700);
            REQUIRE(::chown((dir / "theirs").c_str(), 12345, 12345) == 0);
            CHECK_FALSE(create_private_directory(dir / "theirs"));
        }
    }

    TEST_CASE("a private folder is made with its parents, and once")
    {
        const test::temp_dir dir;
        REQUIRE(create_private_directory(dir / "a" / "b"));
        CHECK(mode_of(dir / "a" / "b") == 0700);
        CHECK(create_private_directory(dir / "a" / "b"));
    }
}
