// SPDX-License-Identifier: Apache-2.0
//
// Trust, proxies, kept connections and cancellation, over real TLS.
#include "tests/integration/site_world.hpp"

#include <boost/system/system_error.hpp>
#include <doctest/doctest.h>

#include <fstream>

using namespace sgauth;
using namespace sgauth::test;
using namespace std::chrono_literals;

namespace {

session_token bobs_token(client& c, const site_url& site)
{
    const password secret("bob-password");
    auto said = c.run(c.site.log_in(site, "bob", secret, nullptr));
    REQUIRE(said);
    REQUIRE(*said);
    return std::move(**said);
}

std::int64_t connections(const stand_in& world)
{
    return world.count({"counters", "connections_accepted"});
}

}  // namespace

TEST_CASE("a certificate that is not to be trusted is not")
{
    const stand_in world;
    for (const char* which : {"untrusted", "wrong_host", "expired"}) {
        CAPTURE(std::string(which));
        world.control("connections", R"({"certificate":")" + std::string(which) + "\"}");
        client c(trusting(world));
        const auto said = c.run(c.site.info(world.url()));
        REQUIRE_FALSE(said);
        CHECK(said.error().kind == trouble::untrusted);
        CHECK(said.error().detail.starts_with("the site's certificate is not trusted: "));
    }
    CHECK(world.count({"counters", "requests"}) == 0);
}

TEST_CASE("which authorities count: the setting, the environment, the system's")
{
    const stand_in world;
    client system({});
    CHECK(system.run(system.site.info(world.url())).error().kind == trouble::untrusted);

    site_environment environment;
    environment.ca_certs = world.ca_file();
    client from_environment({}, environment);
    CHECK(from_environment.run(from_environment.site.info(world.url())));

    const stand_in other;
    client setting_wins(trusting(other), environment);
    CHECK(setting_wins.run(setting_wins.site.info(world.url())).error().kind == trouble::untrusted);
}

TEST_CASE("a CA file that is none, and one that appears before a reload")
{
    const stand_in world;
    const scratch_folder folder;
    const auto file = folder.path() / "ca.pem";
    client c({});
    c.options.ca_file = file.string();
    const auto missing = c.run(c.site.info(world.url()));
    REQUIRE_FALSE(missing);
    CHECK(missing.error().kind == trouble::untrusted);
    CHECK(missing.error().foreign == file.string());
    std::ofstream(file) << "no certificate\n";
    CHECK(c.run(c.site.info(world.url())).error().kind == trouble::untrusted);
    std::filesystem::copy_file(world.ca_file(), file, std::filesystem::copy_options::overwrite_existing);
    CHECK(c.run(c.site.info(world.url())));
}

TEST_CASE("a reload trusts anew and keeps no connection")
{
    const stand_in world;
    const stand_in other;
    const scratch_folder folder;
    const auto file = folder.path() / "ca.pem";
    std::filesystem::copy_file(world.ca_file(), file);
    client c({});
    c.options.ca_file = file.string();
    const auto token = bobs_token(c, world.url());
    CHECK(c.run(c.site.life(world.url(), token)));
    CHECK(connections(world) == 1);
    std::filesystem::copy_file(other.ca_file(), file, std::filesystem::copy_options::overwrite_existing);
    CHECK(c.run(c.site.life(world.url(), token)));
    c.wire.reload();
    CHECK(c.run(c.site.life(world.url(), token)).error().kind == trouble::untrusted);
}

TEST_CASE("the name is sent, an address is not")
{
    const stand_in world;
    client c(trusting(world));
    CHECK(c.run(c.site.info(world.url())));
    const auto state = world.control("state");
    CHECK(state.find(R"("server_name":"localhost")") != std::string::npos);
    world.control("reset_counters");
    const auto by_address = *site_url::parse("https://127.0.0.1:" + std::to_string(world.url().port()));
    CHECK(c.run(c.site.info(by_address)));
    CHECK(world.control("state").find(R"("server_name":"127)") == std::string::npos);
}

TEST_CASE("one connection for many calls")
{
    const stand_in world;
    client c(trusting(world));
    CHECK(c.run(c.site.info(world.url())));
    const auto token = bobs_token(c, world.url());
    for (int i = 0; i < 20; ++i)
        CHECK(c.run(c.site.probe(world.url(), token)).value());
    CHECK(connections(world) == 1);
}

TEST_CASE("a kept connection that the site drops: a probe is sent again, a password is not")
{
    const stand_in world;
    client c(trusting(world));
    const auto token = bobs_token(c, world.url());
    CHECK(c.run(c.site.probe(world.url(), token)).value());
    world.fault(R"("kind":"drop","method":"read")");
    CHECK(c.run(c.site.probe(world.url(), token)).value());
    CHECK(connections(world) == 2);

    const password secret("bob-password");
    for (const char* kind : {R"("kind":"drop")", R"("kind":"drop_after")"}) {
        const auto before = world.count({"counters", "methods", "get_session_token"});
        world.fault(std::string(kind) + R"(,"method":"get_session_token")");
        CHECK(c.run(c.site.log_in(world.url(), "bob", secret, nullptr)).error().kind == trouble::offline);
        CHECK(world.count({"counters", "methods", "get_session_token"}) == before + 1);
    }
    CHECK(c.run(c.site.log_in(world.url(), "bob", secret, nullptr)).value());
}

TEST_CASE("a password over a fresh connection that is dropped is not sent again either")
{
    const stand_in world;
    client c(trusting(world));
    world.fault(R"("kind":"drop","method":"get_session_token","count":"all")");
    const password secret("bob-password");
    const auto lost = c.run(c.site.log_in(world.url(), "bob", secret, nullptr));
    CHECK(lost.error().kind == trouble::offline);
    CHECK(lost.error().may_have_been_sent);
    CHECK(world.count({"counters", "methods", "get_session_token"}) == 1);
}

TEST_CASE("nobody there, a name that nobody has, a connection that closes at once")
{
    std::optional<stand_in> world(std::in_place);
    const auto url = world->url();
    client c(trusting(*world));
    world->control("connections", R"({"on_accept":"close","count":1})");
    CHECK(c.run(c.site.info(url)).error().kind == trouble::offline);
    world.reset();
    client d({});
    CHECK(d.run(d.site.info(url)).error().kind == trouble::offline);
    CHECK_FALSE(d.run(d.site.info(url)).error().may_have_been_sent);
    CHECK(d.run(d.site.info(*site_url::parse("nobody.invalid"))).error().kind == trouble::offline);
}

TEST_CASE("plain http, on this machine only")
{
    const stand_in world({"--plain"});
    REQUIRE_FALSE(world.url().is_tls());
    client c({});
    const auto token = bobs_token(c, world.url());
    CHECK(c.run(c.site.probe(world.url(), token)).value());
    CHECK(connections(world) == 1);
    const auto as_tls = *site_url::parse("https://localhost:" + std::to_string(world.url().port()));
    CHECK(c.run(c.site.info(as_tls)).error().kind == trouble::offline);
}

TEST_CASE("through a proxy")
{
    const stand_in world;
    const proxy_process open;
    client c(trusting(world));
    c.options.http_proxy = open.where();
    const auto token = bobs_token(c, world.url());
    CHECK(c.run(c.site.probe(world.url(), token)).value());
    CHECK(connections(world) == 1);
    CAPTURE(open.counts());
    CHECK(open.counts().find(":" + std::to_string(world.url().port())) != std::string::npos);
}

TEST_CASE("through a proxy that wants credentials")
{
    const stand_in world;
    const proxy_process guarded({"--user", "Pat", "--password", "Se:cr@et"});
    for (const char* bad : {"", "Pat:wrong@", "pat:Se:cr@et@"}) {
        client c(trusting(world));
        c.options.http_proxy = bad + guarded.where();
        const auto said = c.run(c.site.info(world.url()));
        REQUIRE_FALSE(said);
        CHECK(said.error().kind == trouble::proxy);
        CHECK(said.error().detail.find("HTTP 407") != std::string::npos);
    }
    CHECK(connections(world) == 0);
    client c(trusting(world));
    c.options.http_proxy = "http://Pat:Se:cr@et@" + guarded.where() + '/';
    CHECK(c.run(c.site.info(world.url())));
}

TEST_CASE("a proxy that is not there, a bad setting, and a proxy that finds no site")
{
    const stand_in world;
    client c(trusting(world));
    c.options.http_proxy = "127.0.0.1:1";
    CHECK(c.run(c.site.info(world.url())).error().kind == trouble::proxy);
    c.options.http_proxy = "Pat@proxy";
    const auto bad = c.run(c.site.info(world.url()));
    CHECK(bad.error().kind == trouble::proxy);
    CHECK(bad.error().detail.find("user:password@host") != std::string::npos);
    const proxy_process open;
    c.options.http_proxy = open.where();
    CHECK(c.run(c.site.info(*site_url::parse("https://127.0.0.1:1"))).error().kind == trouble::offline);
    CHECK(connections(world) == 0);
}

TEST_CASE("the environment's proxy does not lead to this machine")
{
    const stand_in world;
    site_environment environment;
    environment.https_proxy = "127.0.0.1:1";
    client c(trusting(world), environment);
    CHECK(c.run(c.site.info(world.url())));
}

TEST_CASE("a cancelled call closes its connection and ends at once")
{
    const stand_in world;
    client c(trusting(world));
    const auto token = bobs_token(c, world.url());
    CHECK(c.run(c.site.life(world.url(), token)));
    world.fault(R"("kind":"never","path":"/internal_api/session","count":"all")");
    const auto began = std::chrono::steady_clock::now();
    CHECK_THROWS_AS(c.run(c.site.life(world.url(), token), 100ms), boost::system::system_error);
    CHECK(std::chrono::steady_clock::now() - began < 3s);
    for (int i = 0; i < 100 && world.count({"counters", "connections_live"}) != 0; ++i)
        c.io.run_for(20ms);
    CHECK(world.count({"counters", "connections_live"}) == 0);
    world.control("clear_faults");
    CHECK(c.run(c.site.life(world.url(), token)));
}

TEST_CASE("a call is cancelled in the midst of its handshake too")
{
    const stand_in world;
    client c(trusting(world));
    const session_token token("tok-FAKE");
    world.control("connections", R"({"on_accept":"silent","count":1})");
    CHECK_THROWS_AS(c.run(c.site.life(world.url(), token), 100ms), boost::system::system_error);
    CHECK(c.run(c.site.life(world.url(), token)));
}
