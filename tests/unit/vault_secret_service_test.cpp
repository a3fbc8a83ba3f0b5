// SPDX-License-Identifier: Apache-2.0
//
// How often a helper program is started that is of no use.
#include "src/vault/secret_service.hpp"
#include "tests/support/fake_time.hpp"
#include "tests/support/run.hpp"
#include "tests/support/temp_dir.hpp"

#include <boost/asio/steady_timer.hpp>
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <string>

using namespace sgauth;
using namespace sgauth::test;
using namespace std::chrono_literals;

namespace {

// Until the helper has ended and its pause is slept.
void await_sleeper(boost::asio::io_context& io, fake_time& time)
{
    const auto end = std::chrono::steady_clock::now() + watchdog_limit;
    while (time.sleepers() == 0 && std::chrono::steady_clock::now() < end) {
        io.restart();
        io.run_one_for(100ms);
    }
    REQUIRE(time.sleepers() == 1);
}

}  // namespace

TEST_SUITE("vault.secret_service")
{
    TEST_CASE("a wait that is over at once does not spin: each lasts longer, up to a minute")
    {
        for (const char* helper : {"/bin/true", "/bin/false", "/nowhere/sgauth-keyring"}) {
            CAPTURE(helper);
            boost::asio::io_context io{1};
            fake_time time;
            secret_service keyring("tag", helper, {}, time);
            for (const auto pause : {1s, 2s, 4s, 8s, 16s, 32s, 60s, 60s}) {
                auto waiting = start(io, keyring.changed("a1"));
                await_sleeper(io, time);
                time.advance(pause - 1ms);
                pump(io);
                CHECK_FALSE(waiting.done());
                time.advance(1ms);
                pump(io);
                CHECK(waiting.done());
            }
        }
    }

    TEST_CASE("a locked keyring's dialog has a limit, and how it ended is told")
    {
        const temp_dir scratch;
        const std::string helper = (scratch / "helper").string();
        const auto answers = [&](const char* script) {
            std::ofstream(helper) << "#!/bin/sh\n" << script << "\n";
            std::filesystem::permissions(helper, std::filesystem::perms::owner_all);
            boost::asio::io_context io{1};
            fake_time time;
            secret_service keyring("tag", helper, {}, time);
            const auto told = run(io, keyring.probe(prompting::allowed));
            return told ? std::string("open") : told.error().detail;
        };
        CHECK(answers("[ \"$*\" = 'unlock tag 60' ]") == "open");
        CHECK(answers("exit 7") == "the dialog of the desktop's keyring was closed, or could not be shown");
        CHECK(answers("exit 8") == "nobody answered the dialog of the desktop's keyring in time");
    }

    TEST_CASE("one that lasted makes the next pause short again")
    {
        retry_pauses pauses;
        CHECK(pauses.after(0s) == 1s);
        CHECK(pauses.after(0s) == 2s);
        CHECK(pauses.after(3999ms) == 4s);
        CHECK(pauses.after(8s) == 8s);
        CHECK(pauses.after(0s) == 1s);
    }
}
