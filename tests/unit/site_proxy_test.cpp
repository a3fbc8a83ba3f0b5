// SPDX-License-Identifier: Apache-2.0
#include "src/site/http_text.hpp"
#include "src/site/proxy.hpp"

#include <doctest/doctest.h>

#include <map>
#include <string>

using namespace sgauth;

namespace {

site_url site(const char* text)
{
    return *site_url::parse(text);
}

// The proxy's host and port, "none", or "bad".
std::string way_to(const char* address, const site_options& options, const site_environment& environment)
{
    const auto found = proxy_for(site(address), options, environment);
    if (!found)
        return "bad";
    return *found ? (*found)->host + ':' + std::to_string((*found)->port) : "none";
}

site_options with_proxy(const char* text)
{
    site_options out;
    out.http_proxy = text;
    return out;
}

site_environment environment(const char* http, const char* https, const char* none)
{
    site_environment out;
    out.http_proxy = http;
    out.https_proxy = https;
    out.no_proxy = none;
    return out;
}

}  // namespace

TEST_CASE("a bad proxy is refused and never quoted")
{
    for (const char* text :
         {"",
          "@",
          "user:Secret@",
          "user@proxy",
          "proxy:0",
          "proxy:65536",
          "proxy:x",
          "proxy:",
          "https://proxy:3128",
          "socks5://u:Secret@proxy",
          "http://",
          "http:///",
          "pro xy",
          "[::1",
          "[::1]x",
          "proxy/path",
          "pro\nxy"}) {
        CAPTURE(text);
        const auto got = proxy::parse(text);
        REQUIRE_FALSE(got);
        CHECK(got.error().code == errc::invalid);
        CHECK(got.error().detail.find("Secret") == std::string::npos);
        CHECK(got.error().foreign.empty());
    }
}

TEST_CASE("proxies in all their spellings")
{
    struct row {
        const char* text;
        const char* host;
        std::uint16_t port;
        const char* user;
        const char* secret;
    };
    for (const row& r : {
             row{"proxy", "proxy", 8080, "", ""},
             row{"proxy:3128", "proxy", 3128, "", ""},
             row{"http://Proxy.Example:1/", "proxy.example", 1, "", ""},
             row{"HTTP://proxy:65535", "proxy", 65535, "", ""},
             row{"User:PassWord@Proxy:8080", "proxy", 8080, "User", "PassWord"},
             row{"u:p@ss@proxy", "proxy", 8080, "u", "p@ss"},
             row{"u:p:q@proxy", "proxy", 8080, "u", "p:q"},
             row{"u:%40@proxy", "proxy", 8080, "u", "%40"},
             row{"u:a://b@proxy", "proxy", 8080, "u", "a://b"},
             row{"http://u:p@proxy:3128/", "proxy", 3128, "u", "p"},
             row{"u:@proxy", "proxy", 8080, "", ""},
             row{":p@proxy", "proxy", 8080, "", ""},
             row{"[::1]:3128", "::1", 3128, "", ""},
             row{"10.0.0.1:80", "10.0.0.1", 80, "", ""},
         }) {
        CAPTURE(r.text);
        const auto got = proxy::parse(r.text);
        REQUIRE(got);
        CHECK(got->host == r.host);
        CHECK(got->port == r.port);
        CHECK(got->user == r.user);
        CHECK(got->secret.reveal() == r.secret);
    }
}

TEST_CASE("no_proxy names what it names and nothing that looks like it")
{
    struct row {
        const char* list;
        const char* host;
        std::uint16_t port;
        bool is_exempt;
    };
    for (const row& r : {
             row{"", "a.com", 443, false},
             row{",, ,", "a.com", 443, false},
             row{".", "a.com", 443, false},
             row{"com", "a.com", 443, true},
             row{"a.com", "ba.com", 443, false},
             row{"a.com", "a.com.evil", 443, false},
             row{"a.com", "x.a.com", 443, true},
             row{".a.com", "x.a.com", 443, true},
             row{".a.com", "a.com", 443, true},
             row{"A.COM", "a.com", 443, true},
             row{"b.com, a.com", "a.com", 443, true},
             row{"b.com a.com", "a.com", 443, true},
             row{"*", "a.com", 443, true},
             row{"*.a.com", "x.a.com", 443, false},
             row{"a.com:443", "a.com", 443, true},
             row{"a.com:8443", "a.com", 443, false},
             row{"a.com:", "a.com", 443, false},
             row{"10.0.0.1", "10.0.0.1", 443, true},
             row{"0.0.1", "10.0.0.1", 443, false},
             row{"10.0.0.0/8", "10.0.0.1", 443, false},
             row{"[::1]:443", "::1", 443, true},
             row{"2001:db8::1", "2001:db8::1", 443, true},
         }) {
        CAPTURE(r.list);
        CAPTURE(r.host);
        CHECK(is_exempt(r.list, r.host, r.port) == r.is_exempt);
    }
}

TEST_CASE("which proxy leads to a site")
{
    const site_options unset;
    const auto none = with_proxy("");
    const auto chosen = with_proxy("mine:1");
    const auto broken = with_proxy("user@mine");
    const auto both = environment("plain:2", "tls:3", "");
    const auto plain = environment("plain:2", "", "");
    const auto exempting = environment("", "tls:3", "studio.com");

    CHECK(way_to("studio.com", broken, {}) == "bad");
    CHECK(way_to("studio.com", unset, environment("a:b:c@", "", "")) == "bad");
    CHECK(way_to("studio.com", unset, {}) == "none");
    CHECK(way_to("studio.com", none, both) == "none");
    CHECK(way_to("studio.com", chosen, both) == "mine:1");
    CHECK(way_to("studio.com", chosen, exempting) == "mine:1");
    CHECK(way_to("studio.com", unset, both) == "tls:3");
    CHECK(way_to("studio.com", unset, plain) == "plain:2");
    CHECK(way_to("studio.com", unset, exempting) == "none");
    CHECK(way_to("other.com", unset, exempting) == "tls:3");
    for (const char* local :
         {"https://localhost", "http://127.0.0.1:3000", "https://[::1]", "https://127.9.9.9"}) {
        CHECK(way_to(local, unset, both) == "none");
        CHECK(way_to(local, chosen, both) == (site(local).is_tls() ? "mine:1" : "none"));
    }
}

TEST_CASE("what is sent in clear is sent through no proxy, whatever the setting")
{
    const auto chosen = with_proxy("mine:1");
    for (const char* local : {"http://localhost", "http://127.0.0.1:3000", "http://[::1]:81"})
        CHECK(way_to(local, chosen, environment("plain:2", "tls:3", "")) == "none");
}

TEST_CASE("the environment: the lower-case spelling wins")
{
    std::map<std::string, const char*> variables{
        {"http_proxy", "lower"},
        {"HTTP_PROXY", "upper"},
        {"HTTPS_PROXY", "upper"},
        {"no_proxy", ""},
        {"NO_PROXY", "x"}
    };
    const auto get = [&variables](const char* name) -> const char* {
        const auto at = variables.find(name);
        return at == variables.end() ? nullptr : at->second;
    };
    const auto got = site_environment::read(get);
    CHECK(got.http_proxy == "lower");
    CHECK(got.https_proxy == "upper");
    CHECK(got.no_proxy == "x");
    CHECK(got.ca_certs.empty());
    variables["SHOTGUN_API_CACERTS"] = "/ca.pem";
    CHECK(site_environment::read(get).ca_certs == "/ca.pem");
}

TEST_CASE("a tunnel is asked for with the port, and with credentials where there are any")
{
    CHECK(
        connect_text(site("studio.com"), *proxy::parse("proxy")).get() ==
        "CONNECT studio.com:443 HTTP/1.1\r\nHost: studio.com:443\r\nUser-Agent: sgauth/" SGAUTH_VERSION
        "\r\n\r\n"
    );
    CHECK(
        connect_text(site("http://[::1]:81"), *proxy::parse("Aladdin:open sesame@proxy")).get() ==
        "CONNECT [::1]:81 HTTP/1.1\r\nHost: [::1]:81\r\nUser-Agent: sgauth/" SGAUTH_VERSION
        "\r\nProxy-Authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==\r\n\r\n"
    );
    CHECK(connect_text(site("http://[::1]"), *proxy::parse("p")).get().starts_with("CONNECT [::1]:80 "));
}
