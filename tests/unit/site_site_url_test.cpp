// SPDX-License-Identifier: Apache-2.0
#include "src/site/site_url.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace sgauth;

namespace {

void refuses(std::string_view typed, std::string_view reason)
{
    CAPTURE(typed);
    const auto got = site_url::parse(typed);
    REQUIRE_FALSE(got);
    CHECK(got.error().code == errc::invalid);
    CHECK(got.error().foreign.empty());
    CHECK(got.error().detail.find(reason) != std::string::npos);
}

void reads(std::string_view typed, std::string_view text)
{
    CAPTURE(typed);
    const auto got = site_url::parse(typed);
    REQUIRE(got);
    CHECK(got->text() == text);
    // A stored spelling is read as itself.
    const auto again = site_url::parse(got->text());
    REQUIRE(again);
    CHECK(*again == *got);
}

}  // namespace

TEST_CASE("an address without a host is refused")
{
    for (const char* typed :
         {"", "  ", "https://", "http://", "https:///path", "//", "/", ":8080", "https://?x"})
        refuses(typed, "no host");
}

TEST_CASE("an address that would hide something is refused")
{
    refuses("https://jane@studio.com", "no user or password");
    refuses("https://u:PW@h:8443/x", "no user or password");
    refuses("jane:pw@studio.com", "no user or password");
    refuses("mailto:jane@studio.com", "no user or password");
    refuses("studio .com", "white space");
    refuses("stu\tdio.com", "white space");
    refuses("studio.com/a b", "white space");
    refuses(std::string_view("studio.com\0x", 12), "control character");
    refuses("https://studio.com\\@evil.com", "no user or password");
    refuses("https://studio.com\\evil", "no host name has");
    refuses("stüdio.com", "xn--");
    refuses("studio%2ecom", "no host name has");
}

TEST_CASE("other schemes are refused, and http but for this machine")
{
    refuses("invalid-scheme://h", "scheme must be https");
    refuses("ftp://studio.com", "scheme must be https");
    refuses("://studio.com", "scheme must be https");
    refuses("javascript:alert(1)", "port must be");
    refuses("http://studio.com", "plain http");
    refuses("http://10.0.0.1:80", "plain http");
    refuses("http://127.0.0.1.evil.com", "plain http");
    refuses("http://localhost.evil.com", "plain http");
    refuses("http://[::2]", "plain http");
    refuses("http://[::ffff:127.0.0.1]", "plain http");
    refuses("http://128.0.0.1", "plain http");
}

TEST_CASE("bad ports, and the limits of good ones")
{
    for (const char* typed :
         {"h:0", "h:65536", "h:-1", "h:80x", "h:x", "h:+80", "h:99999999999999999999", "h:1:2"})
        refuses(typed, "port must be");
    reads("h:1", "https://h:1");
    reads("h:65535", "https://h:65535");
    reads("h:", "https://h");
}

TEST_CASE("bad host names, at and beyond their limits")
{
    refuses("a..b", "empty part");
    refuses(".", "empty part");
    refuses(".studio.com", "empty part");
    refuses(std::string(64, 'a') + ".com", "too long");
    reads(std::string(63, 'a') + ".com", "https://" + std::string(63, 'a') + ".com");
    std::string longest;
    while (longest.size() < 252)
        longest += "a.";
    reads(longest + "b", "https://" + longest + "b");
    refuses(longest + "bc", "too long");
    refuses("[::1", "closing bracket");
    refuses("[::g]", "not an IPv6");
    refuses("[fe80::1%eth0]", "not an IPv6");
    refuses("[::1]x", "behind the IPv6");
    refuses("::1", "no host");
}

TEST_CASE("numbers that a resolver takes for an address have one spelling or none")
{
    for (const char* typed : {"127.1", "2130706433", "0x7f000001", "10.0.0.1.2", "10.0.0.256", "010.0.0.1"})
        refuses(typed, "IPv4");
    reads("10.0.0.1", "https://10.0.0.1");
}

TEST_CASE("the documented table of facts A.10")
{
    reads("host.com", "https://host.com");
    reads("https://host.com/path?x", "https://host.com");
    reads("HOST.com/", "https://host.com");
    reads("http://localhost", "http://localhost");
    reads("host.com:8080", "https://host.com:8080");
    reads("localhost:3000", "https://localhost:3000");
    reads("10.0.0.1:80", "https://10.0.0.1:80");
    reads("//host.com/p", "https://host.com");
    reads("  https://studio.shotgrid.autodesk.com/\n", "https://studio.shotgrid.autodesk.com");
}

TEST_CASE("spellings of one site are one site, another domain is another")
{
    reads("HTTPS://Studio.ShotGrid.Autodesk.COM:443/#x", "https://studio.shotgrid.autodesk.com");
    reads("https://studio.com.", "https://studio.com");
    reads("https://studio.com?a=b://c", "https://studio.com");
    reads("studio.com/x@y", "https://studio.com");
    reads("http://localhost:80", "http://localhost");
    reads("http://localhost:443", "http://localhost:443");
    reads("https://h:80", "https://h:80");
    reads("h:0443", "https://h");
    reads("http://127.8.9.1:3000/x", "http://127.8.9.1:3000");
    reads("https://[2001:DB8:0:0::1]:8443/x", "https://[2001:db8::1]:8443");
    reads("http://[0:0:0:0:0:0:0:1]", "http://[::1]");
    CHECK(*site_url::parse("a.com") != *site_url::parse("b.com"));
    CHECK(*site_url::parse("http://localhost:443") != *site_url::parse("https://localhost"));
}

TEST_CASE("the parts of an address")
{
    const auto v6 = *site_url::parse("https://[::1]:8443");
    CHECK(v6.host() == "::1");
    CHECK(v6.port() == 8443);
    CHECK(v6.is_tls());
    const auto plain = *site_url::parse("http://localhost");
    CHECK(plain.host() == "localhost");
    CHECK(plain.port() == 80);
    CHECK_FALSE(plain.is_tls());
}
