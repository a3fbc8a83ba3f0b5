// SPDX-License-Identifier: Apache-2.0
#include "src/base/helper_stream.hpp"
#include "tests/support/run.hpp"

#include <doctest/doctest.h>

using namespace sgauth;
using namespace sgauth::test;
using namespace std::chrono_literals;

namespace {

result<helper_stream> shell(boost::asio::io_context& io, std::string script)
{
    return helper_stream::start(io.get_executor(), {"/bin/sh", {"-c", std::move(script)}, {"WORD=wombat"}});
}

}  // namespace

TEST_SUITE("base.helper_stream")
{
    TEST_CASE("what cannot be started says so")
    {
        boost::asio::io_context io{1};
        const auto none = helper_stream::start(io.get_executor(), {"/nowhere/at all", {}, {}});
        REQUIRE_FALSE(none);
        CHECK(none.error().detail.find("/nowhere/at all") != std::string::npos);
    }

    TEST_CASE("lines go to and fro; it has the environment that it was given, and no other")
    {
        boost::asio::io_context io{1};
        auto helper =
            shell(io, R"(echo "$WORD.$HOME"; while read -r line; do echo "got $line"; done; echo end)");
        REQUIRE(helper);
        CHECK(run(io, helper->line(10s)) == "wombat.");
        CHECK(helper->say("quoll"));
        CHECK(run(io, helper->line(10s)) == "got quoll");
    }

    TEST_CASE("its end, and a line without one, are told")
    {
        boost::asio::io_context io{1};
        auto ends = shell(io, "echo last");
        CHECK(run(io, ends->line(10s)) == "last");
        CHECK(run(io, ends->line(10s)).error().code == errc::failed);
        auto babbles = shell(io, "while :; do printf xxxxxxxxxxxxxxxx; done");
        CHECK(run(io, babbles->line(10s)).error().detail == "a helper program says too much");
    }

    TEST_CASE("no line in time is no loss")
    {
        boost::asio::io_context io{1};
        auto helper = shell(io, "printf ha; read -r line; echo lf; read -r line");
        CHECK(run(io, helper->line(1ms)).error().code == errc::timed_out);
        CHECK(helper->say("go on"));
        CHECK(run(io, helper->line(10s)) == "half");
    }
}
