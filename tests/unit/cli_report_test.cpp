// SPDX-License-Identifier: Apache-2.0
#include "client/cli/report.hpp"
#include "client/cli/terminal.hpp"
#include "client/cli/time_text.hpp"
#include "proto/json.hpp"

#include <doctest/doctest.h>

#include <string>
#include <unistd.h>

namespace sgauth::cli {

namespace {

client::call_failure of(std::string_view name, std::string message)
{
    return failure(proto::status_of(name), name, std::move(message));
}

// What read_line makes of bytes on a pipe; `rest` gets what it left there.
reading read_from(std::string_view bytes, secret& out, std::string& rest)
{
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    REQUIRE(::write(ends[1], bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()));
    ::close(ends[1]);
    const reading how = read_line(ends[0], out);
    char buffer[4096];
    const ssize_t left = ::read(ends[0], buffer, sizeof buffer);
    rest.assign(buffer, static_cast<std::size_t>(left));
    ::close(ends[0]);
    return how;
}

}  // namespace

TEST_CASE("a failure is one line with what to do")
{
    CHECK(
        failure_line(of("NoSession", "no session for https://x"), 0) ==
        "no session for https://x; run `sgauth login`"
    );
    CHECK(failure_line(of("Failed", "it broke"), 0) == "it broke");
    CHECK(failure_line(of("Refused", "the site refused the password"), 0) == "the site refused the password");
    // A message with a command in it needs no more advice.
    CHECK(
        failure_line(of("NoSession", "no such session; `sgauth list` shows them"), 0).find("login") ==
        std::string::npos
    );
}

TEST_CASE("advice is given where it can help")
{
    auto short_lived = of("CannotLastThatLong", "it lasts 1 d at the most");
    short_lived.error.longest_s = 86'400;
    CHECK(failure_line(short_lived, 0) == "it lasts 1 d at the most");
    short_lived.error.message.clear();
    CHECK(failure_line(short_lived, 0) == "CannotLastThatLong; the longest to be had is 1 d");
    auto nobody = of("NoDaemon", "no daemon listens");
    nobody.status = proto::status::no_daemon;
    CHECK(failure_line(nobody, 0).find("start the daemon") != std::string::npos);
    CHECK(failure_line(nobody, 0, advice::none) == "no daemon listens");
}

TEST_CASE("foreign text cannot write on the terminal")
{
    auto why = of("Refused", "no\x1b[2J");
    why.error.foreign = "bad\nlogin \xe2\x80\xae";
    CHECK(failure_line(why, 0) == "no\\u{1b}[2J; the site says \"bad\\u{0a}login \\u{202e}\"");
}

TEST_CASE("an error's parameters are said where the message does not")
{
    auto several = of("Ambiguous", "which site: https://a");
    several.error.items = {"https://a", "https://b", "https://c"};
    CHECK(failure_line(several, 0) == "which site: https://a; one of https://b, https://c");
    auto denied = of("Denied", "too many wrong passwords");
    denied.error.retry_at = 1000 + 1380;
    const std::string line = failure_line(denied, 1000);
    CHECK(line.find("the next try is allowed at " + moment_text(2380)) != std::string::npos);
    CHECK(line.find("(in 23 min)") != std::string::npos);
    auto standard = of("MethodNotFound", "");
    standard.error.subject = "Nope";
    CHECK(failure_line(standard, 0) == "MethodNotFound: Nope");
}

TEST_CASE("the document has the name and the message, whatever is in them")
{
    proto::json_document d;
    REQUIRE(d.parse(failure_document(of("NoSession", "say \"x\"\n\xff"))) == proto::json_fault::none);
    CHECK(d.root().size() == 2);
    CHECK(d.root()["error"].as_string() == "NoSession");
    CHECK(d.root()["message"].as_string() == "say \"x\"\\u{0a}\\xff");
}

TEST_CASE("a line is read to its end and not a byte further")
{
    secret out;
    std::string rest;
    CHECK(read_from("password\ncode\n", out, rest) == reading::line);
    CHECK(out.reveal() == "password");
    CHECK(rest == "code\n");
    CHECK(read_from(" without end ", out, rest) == reading::line);
    CHECK(out.reveal() == " without end ");
    CHECK(read_from("\nx", out, rest) == reading::nothing);
    CHECK(out.empty());
    CHECK(rest == "x");
    CHECK(read_from("", out, rest) == reading::nothing);
}

TEST_CASE("a line may be as long as the limit and not a byte longer")
{
    secret out;
    std::string rest;
    CHECK(read_from(std::string(max_answer_bytes, 'x') + "\nnext", out, rest) == reading::line);
    CHECK(out.size() == max_answer_bytes);
    CHECK(rest == "next");
    CHECK(read_from(std::string(max_answer_bytes + 1, 'x') + "\nnext", out, rest) == reading::too_long);
    CHECK(rest == "next");
}

}  // namespace sgauth::cli
