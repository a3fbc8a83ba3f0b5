// SPDX-License-Identifier: Apache-2.0
#include "daemon/options.hpp"

#include <doctest/doctest.h>

#include <vector>

using namespace sgauth;

namespace {

result<options> read(std::vector<const char*> arguments, const char* log = nullptr)
{
    return read_options(arguments, [log](const char* name) {
        return std::string_view(name) == "SGAUTH_LOG" ? log : nullptr;
    });
}

}  // namespace

TEST_SUITE("daemon.options")
{
    TEST_CASE("what is not understood is named")
    {
        const auto text = [](std::vector<const char*> arguments) {
            const auto made = read(std::move(arguments));
            REQUIRE_FALSE(made);
            CHECK(made.error().code == errc::invalid);
            return made.error().detail;
        };
        CHECK(text({"--sockte", "/x"}) == "no such option: --sockte");
        CHECK(text({"extra"}) == "no such option: extra");
        CHECK(text({""}) == "no such option: ");
        CHECK(text({"--socket"}) == "a value has to follow --socket");
        CHECK(text({"--config"}) == "a value has to follow --config");
        CHECK(text({"--socket", "agent.sock"}) == "--socket wants an absolute path, not agent.sock");
        CHECK(text({"--config="}) == "--config wants an absolute path, not ");
        for (const char* fd : {"", "x", "2", "-1", "3x", "99999999999"})
            CHECK(text({"--ready-fd", fd}).starts_with("--ready-fd wants an open descriptor's number, not"));
        CHECK(text({"\x1b[31m"}).find('\x1b') == std::string::npos);
    }

    TEST_CASE("each option, in both spellings, and what is there without any")
    {
        const auto none = read({});
        REQUIRE(none);
        CHECK(none->socket.empty());
        CHECK(none->config.empty());
        CHECK(none->ready_fd == -1);
        CHECK(none->log_level == "info");
        CHECK_FALSE((none->version || none->help));
        const auto all =
            read({"--socket", "/a", "--config=/b", "--ready-fd", "3", "--version", "--help"}, "debug");
        REQUIRE(all);
        CHECK(all->socket == "/a");
        CHECK(all->config == "/b");
        CHECK(all->ready_fd == 3);
        CHECK(all->log_level == "debug");
        CHECK((all->version && all->help));
    }
}
