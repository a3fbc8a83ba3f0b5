// SPDX-License-Identifier: Apache-2.0
#include "src/base/atomic_file.hpp"
#include "src/base/lane.hpp"
#include "src/login/attempt_file.hpp"
#include "src/login/attempt_record.hpp"
#include "tests/support/fake_time.hpp"
#include "tests/support/run.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/unit/login_fixture.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <sys/stat.h>

using namespace sgauth;
using namespace std::chrono_literals;
namespace net = boost::asio;

namespace {

struct bench {
    net::io_context io{1};
    test::fake_time time;
    test::fake_record record;
    password_budget budget{{}, time, record.writer()};

    result<password_budget::spent_try> spend(const char* login = "jane")
    {
        return test::run(io, budget.spend(test::site_of(), login));
    }
    // A new daemon that finds what the old one wrote.
    void restart() { log_again = read_attempts(record.text, {time.now(), time.wall()}).value(); }
    attempt_log log_again;
};

}  // namespace

TEST_SUITE("login.password_budget")
{
    TEST_CASE("the sixth try is refused and says when the next one is allowed")
    {
        bench b;
        for (std::size_t i = 0; i < max_tries; ++i) {
            CHECK(b.budget.check(test::site_of(), "jane"));
            REQUIRE(b.spend());
            b.time.advance(1min);
        }
        const auto refused = b.spend();
        REQUIRE_FALSE(refused);
        CHECK(refused.error().code == errc::denied);
        CHECK(refused.error().detail.find("in 55 min, at 01:00:00 UTC") != std::string::npos);
        CHECK_FALSE(b.budget.check(test::site_of(), " JANE "));
        CHECK(b.spend("bob"));
    }

    TEST_CASE("a try that cannot be written is not allowed, and not counted")
    {
        bench b;
        b.record.fault = error{errc::failed, "cannot write it: no space left on device", {}};
        for (int i = 0; i < 10; ++i) {
            const auto spent = b.spend();
            REQUIRE_FALSE(spent);
            CHECK(spent.error().code == errc::failed);
            CHECK(spent.error().detail.find("no space left") != std::string::npos);
        }
        b.record.fault.reset();
        CHECK(b.spend());
    }

    TEST_CASE("a try is written down before it is allowed, a refund afterwards")
    {
        bench b;
        auto spent = b.spend();
        REQUIRE(spent);
        CHECK(b.record.writes == 1);
        CHECK(b.record.text.find("jane") != std::string::npos);
        test::run(b.io, b.budget.refund(*spent));
        CHECK(b.record.text.find("jane") == std::string::npos);
    }

    TEST_CASE("refunded tries do not add up")
    {
        bench b;
        for (int i = 0; i < 20; ++i) {
            auto spent = b.spend();
            REQUIRE(spent);
            test::run(b.io, b.budget.refund(*spent));
        }
    }

    TEST_CASE("setting the wall clock changes nothing while the daemon lives; a suspend counts")
    {
        bench b;
        for (std::size_t i = 0; i < max_tries; ++i)
            REQUIRE(b.spend());
        b.time.jump_wall(7200s);
        CHECK_FALSE(b.spend());
        b.time.jump_wall(-86400s);
        CHECK_FALSE(b.spend());
        b.time.suspend(1h);
        CHECK(b.spend());
    }

    TEST_CASE("a restart gives nothing back")
    {
        bench b;
        for (std::size_t i = 0; i < max_tries; ++i)
            REQUIRE(b.spend());
        b.restart();
        password_budget again(b.log_again, b.time, b.record.writer());
        CHECK_FALSE(again.check(test::site_of(), "jane"));
        b.time.advance(1h);
        CHECK(again.check(test::site_of(), "jane"));
    }
}

TEST_SUITE("login.attempt_file")
{
    TEST_CASE("a file that cannot be understood is set aside and leaves each login one try")
    {
        const test::temp_dir dir;
        test::fake_time time;
        const auto path = dir / attempt_file_name;
        REQUIRE(write_file(path, "{\"version\":1,"));
        const auto start = read_attempt_file(path, time);
        REQUIRE(start.problem);
        CHECK(start.problem->find(".bad-1") != std::string::npos);
        CHECK(start.log.unknown_before() == time.now());
        CHECK(std::filesystem::exists(dir / "password-budget.bad-1"));
        // The next start still knows.
        const auto next = read_attempt_file(path, time);
        CHECK_FALSE(next.problem);
        CHECK(next.log.unknown_before());
    }

    TEST_CASE("what a crash left half written is removed at the next start")
    {
        const test::temp_dir dir;
        test::fake_time time;
        const auto path = dir / attempt_file_name;
        REQUIRE(write_file(dir / (std::string(attempt_file_name) + ".new-00ff"), "half"));
        CHECK_FALSE(read_attempt_file(path, time).problem);
        CHECK(std::filesystem::is_empty(dir.path()));
    }

    TEST_CASE("a link or a huge file is no record of ours")
    {
        const test::temp_dir dir;
        test::fake_time time;
        const auto path = dir / attempt_file_name;
        std::filesystem::create_symlink("/dev/zero", path);
        CHECK(read_attempt_file(path, time).problem);
        REQUIRE(write_file(path, std::string(max_attempt_record_bytes + 1, ' ')));
        CHECK(read_attempt_file(path, time).problem);
        CHECK(std::filesystem::exists(dir / "password-budget.bad-2"));
    }

    TEST_CASE("no file is an empty record")
    {
        const test::temp_dir dir;
        test::fake_time time;
        const auto start = read_attempt_file(dir / attempt_file_name, time);
        CHECK_FALSE(start.problem);
        CHECK(start.log.tries().empty());
    }

    TEST_CASE("tries go through the disk lane into a private file and back")
    {
        const test::temp_dir dir;
        test::fake_time time;
        net::io_context io(1);
        lane disk(io.get_executor(), "disk");
        const auto path = dir / attempt_file_name;
        password_budget budget({}, time, attempt_file_writer(disk, path));
        for (std::size_t i = 0; i < max_tries; ++i)
            REQUIRE(test::run(io, budget.spend(test::site_of(), "jane")));
        struct stat about{};
        REQUIRE(::stat(path.c_str(), &about) == 0);
        CHECK((about.st_mode & 07777) == 0600);

        const auto start = read_attempt_file(path, time);
        CHECK_FALSE(start.problem);
        CHECK(start.log.refused_until({test::site_of().text(), "jane"}, time.now()));
    }
}
