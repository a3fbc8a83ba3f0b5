// SPDX-License-Identifier: Apache-2.0
#include "src/site/fpt_site.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <doctest/doctest.h>

#include <deque>
#include <string>
#include <vector>

using namespace sgauth;
using namespace std::chrono_literals;
namespace net = boost::asio;

namespace {

const char* const info_body = R"({"version":[8,89,0],"user_authentication_method":"default"})";
const char* const no_rows = R"({"results":{"entities":[]}})";
const char* const dead = R"({"exception":true,"error_code":102,"message":"expired"})";

// Time that stands until somebody sleeps; then it is later, at once.
class jumping_time final : public time_source {
public:
    boot_time now() const noexcept override { return now_; }
    wall_time wall() const noexcept override { return wall_time(1'700'000'000s); }
    boot_clock::duration suspended() const noexcept override { return {}; }
    net::awaitable<void> sleep_until(boot_time when) override
    {
        slept.push_back(std::chrono::duration_cast<std::chrono::milliseconds>(when - now_));
        now_ = when;
        co_return;
    }
    void pass(boot_clock::duration time) { now_ += time; }

    std::vector<std::chrono::milliseconds> slept;

private:
    boot_time now_{1h};
};

struct planned {
    unsigned status = 200;
    std::string body = {};
    std::optional<trouble> trouble_instead = {};
};

// Answers in order; the last plan repeats. Waits while it is held.
class scripted_transport final : public transport {
public:
    scripted_transport(net::io_context& io, jumping_time& time)
        : gate_(io, net::steady_timer::time_point::max()), time_(time)
    {
    }
    net::awaitable<site_answer<http_reply>> send(
        site_url, const http_request& request, std::chrono::milliseconds limit
    ) override
    {
        sent.push_back(request.target + ' ' + request.body);
        limits.push_back(limit);
        boost::system::error_code ec;
        if (is_held)
            co_await gate_.async_wait(net::redirect_error(net::use_awaitable, ec));
        time_.pass(takes);
        planned plan = plans.front();
        if (plans.size() > 1)
            plans.pop_front();
        if (plan.trouble_instead)
            co_return in_trouble(*plan.trouble_instead, "planned");
        http_reply out;
        out.status = plan.status;
        out.body = plan.body;
        co_return out;
    }
    void release()
    {
        is_held = false;
        gate_.cancel();
    }

    std::deque<planned> plans;
    std::vector<std::string> sent;
    std::vector<std::chrono::milliseconds> limits;
    std::chrono::milliseconds takes{};
    bool is_held = false;

private:
    net::steady_timer gate_;
    jumping_time& time_;
};

struct scene {
    net::io_context io{1};
    jumping_time time;
    task_group tasks{io.get_executor()};
    scripted_transport wire{io, time};
    site_options options;
    fpt_site client{wire, time, tasks, [this](const site_url&) { return options; }};
    site_url site = *site_url::parse("studio.com");
    session_token token{std::string_view("tok-FAKE")};

    scene(std::initializer_list<planned> plans) { wire.plans = plans; }

    template <class T>
    T run(net::awaitable<T> call)
    {
        std::optional<T> out;
        net::co_spawn(io, fill(std::move(call), out), [](std::exception_ptr e) {
            if (e)
                std::rethrow_exception(e);
        });
        io.restart();
        io.run();
        REQUIRE(out);
        return std::move(*out);
    }
    template <class T>
    static net::awaitable<void> fill(net::awaitable<T> call, std::optional<T>& out)
    {
        out.emplace(co_await std::move(call));
    }
};

}  // namespace

TEST_CASE("a password is sent once, whatever comes back")
{
    for (const unsigned status : {500U, 502U, 503U, 504U, 408U, 302U}) {
        scene s{planned{.status = status}};
        const password secret("pw-FAKE");
        CHECK_FALSE(s.run(s.client.log_in(s.site, "jane", secret, nullptr)));
        CHECK(s.wire.sent.size() == 1);
        CHECK(s.time.slept.empty());
    }
    scene s{planned{.trouble_instead = trouble::offline}};
    const password secret("pw-FAKE");
    const one_time_code code("123456");
    CHECK(s.run(s.client.log_in(s.site, "jane", secret, &code)).error().kind == trouble::offline);
    CHECK(s.wire.sent.size() == 1);
}

TEST_CASE("no secret comes back in foreign text")
{
    scene s{planned{.status = 403, .body = "blocked: pw-FAKE and 123456 and pw-FAKE"}};
    const password secret("pw-FAKE");
    const one_time_code code("123456");
    const auto said = s.run(s.client.log_in(s.site, "jane", secret, &code));
    CHECK(said.error().foreign == "blocked: [removed] and [removed] and [removed]");

    scene t{planned{.body = R"({"exception":true,"error_code":102,"message":"no key-FAKE"})"}};
    const script_key key("key-FAKE");
    CHECK(t.run(t.client.check_script(t.site, "farm", key))->error().foreign == "no [removed]");

    scene u{planned{.status = 403, .body = "cookie tok-FAKE"}};
    CHECK(u.run(u.client.log_out(u.site, u.token)).error().foreign == "cookie [removed]");
}

TEST_CASE("log in: the token, and without info before it")
{
    scene s{planned{.body = R"({"results":{"session_id":"tok-NEW"}})"}};
    const password secret("pw-FAKE");
    const auto said = s.run(s.client.log_in(s.site, "jane", secret, nullptr));
    CHECK(said->value().reveal() == "tok-NEW");
    CHECK(s.wire.sent.size() == 1);
}

TEST_CASE("a gateway's errors: three attempts in all, and the last answer counts")
{
    scene s{
        planned{.body = info_body}, planned{.status = 502}, planned{.status = 504}, planned{.body = no_rows}
    };
    CHECK(s.run(s.client.probe(s.site, s.token)).value());
    CHECK(s.wire.sent.size() == 4);
    CHECK(s.time.slept == std::vector<std::chrono::milliseconds>{750ms, 1500ms});

    scene t{planned{.body = info_body}, planned{.status = 502}};
    CHECK(t.run(t.client.probe(t.site, t.token)).error().kind == trouble::server_error);
    CHECK(t.wire.sent.size() == 4);

    scene u{planned{.status = 504}};
    CHECK(u.run(u.client.info(u.site)).error().kind == trouble::server_error);
    CHECK(u.wire.sent.size() == 3);
}

TEST_CASE("calls that are not repeated: a script's check, prolonging, logging out")
{
    const script_key key("key-FAKE");
    scene s{planned{.status = 502}};
    CHECK_FALSE(s.run(s.client.check_script(s.site, "farm", key)));
    CHECK_FALSE(s.run(s.client.prolong(s.site, s.token)));
    CHECK_FALSE(s.run(s.client.log_out(s.site, s.token)));
    CHECK(s.wire.sent.size() == 3);
}

TEST_CASE("all parts of a call share its limit")
{
    scene s{planned{.body = info_body}, planned{.status = 502}};
    s.options.timeout = 3s;
    s.wire.takes = 1s;
    CHECK(s.run(s.client.probe(s.site, s.token)).error().kind == trouble::server_error);
    // 1 s info, 1 s read, 0.75 s pause, and 0.25 s are left for the second read: then the limit.
    CHECK(s.wire.limits == std::vector<std::chrono::milliseconds>{3000ms, 2000ms, 250ms});

    scene t{planned{.body = info_body}};
    t.options.timeout = 1s;
    t.wire.takes = 1s;
    CHECK(t.run(t.client.probe(t.site, t.token)).error().kind == trouble::timed_out);
    CHECK(t.wire.sent.size() == 1);
}

TEST_CASE("info is remembered for 30 s, for its own site alone, and trouble is not")
{
    scene s{planned{.status = 503}, planned{.body = info_body}};
    CHECK_FALSE(s.run(s.client.info(s.site)));
    CHECK(s.run(s.client.info(s.site))->version == "8.89.0");
    s.time.pass(29'999ms);
    CHECK(s.run(s.client.info(s.site)));
    CHECK(s.wire.sent.size() == 2);
    CHECK(s.run(s.client.info(*site_url::parse("other.com"))));
    CHECK(s.wire.sent.size() == 3);
    s.time.pass(1ms);
    CHECK(s.run(s.client.info(s.site)));
    CHECK(s.wire.sent.size() == 4);
}

TEST_CASE("all who ask for info at once share one request, which survives the one that began it")
{
    scene s{planned{.body = info_body}};
    s.wire.is_held = true;
    net::cancellation_signal cancel;
    bool first_left = false;
    int answered = 0;
    net::co_spawn(
        s.io,
        s.client.info(s.site),
        net::bind_cancellation_slot(
            cancel.slot(),
            [&](std::exception_ptr e, const site_answer<site_info>&) { first_left = e != nullptr; }
        )
    );
    for (int i = 0; i < 99; ++i)
        net::co_spawn(s.io, s.client.info(s.site), [&](std::exception_ptr, const site_answer<site_info>& a) {
            answered += a.has_value();
        });
    s.io.poll();
    cancel.emit(net::cancellation_type::terminal);
    s.io.poll();
    CHECK(first_left);
    CHECK(answered == 0);
    s.wire.release();
    s.io.run();
    CHECK(answered == 99);
    CHECK(s.wire.sent.size() == 1);
}

TEST_CASE("a probe asks for info first, and goes no further if there is none")
{
    scene s{planned{.status = 403}};
    CHECK(s.run(s.client.probe(s.site, s.token)).error().kind == trouble::blocked);
    CHECK(s.wire.sent.size() == 1);

    scene t{planned{.body = info_body}, planned{.body = dead}};
    const auto said = t.run(t.client.probe(t.site, t.token));
    CHECK(said->error().kind == refusal::rejected);
    CHECK(t.wire.sent[0].find("\"info\"") != std::string::npos);
    CHECK(t.wire.sent[1].find("tok-FAKE") != std::string::npos);
    CHECK_FALSE(t.run(t.client.probe(t.site, t.token)).value());
    CHECK(t.wire.sent.size() == 3);
}

TEST_CASE("who is: by login, then by e-mail, then nobody")
{
    const char* jane = R"({"results":{"entities":[{"type":"HumanUser","id":42,"login":"jane"}]}})";
    scene s{planned{.body = jane}};
    CHECK(s.run(s.client.who_is(s.site, "jane", s.token))->value()->id == 42);
    CHECK(s.wire.sent.size() == 1);

    scene t{planned{.body = no_rows}, planned{.body = jane}};
    CHECK(t.run(t.client.who_is(t.site, "j@x.com", t.token))->value()->login == "jane");
    CHECK(t.wire.sent[1].find(R"("path":"email","relation":"is","values":["j@x.com"])") != std::string::npos);

    scene u{planned{.body = no_rows}};
    CHECK_FALSE(u.run(u.client.who_is(u.site, "ghost", u.token))->value());
    CHECK(u.wire.sent.size() == 2);

    scene v{planned{.body = dead}};
    CHECK(v.run(v.client.who_is(v.site, "jane", v.token))->error().kind == refusal::rejected);
    CHECK(v.wire.sent.size() == 1);
}

TEST_CASE("a script that may not see itself is still a script")
{
    const script_key key("key-FAKE");
    scene s{planned{.body = no_rows}};
    const auto said = s.run(s.client.check_script(s.site, "farm", key))->value();
    CHECK(said.id == 0);
    CHECK(said.login == "farm");
    scene t{planned{.body = R"({"results":{"entities":[{"type":"ApiUser","id":7,"firstname":"Farm"}]}})"}};
    const auto known = t.run(t.client.check_script(t.site, "farm", key))->value();
    CHECK(known.id == 7);
    CHECK(known.login == "Farm");
}

TEST_CASE("a token that fits in no cookie is never sent as one")
{
    scene s{planned{.body = "{}"}};
    const session_token odd("a\r\nX: y");
    CHECK(s.run(s.client.life(s.site, odd))->word == life_word::unknown);
    CHECK(s.run(s.client.prolong(s.site, odd)) == false);
    CHECK(s.run(s.client.log_out(s.site, odd)).error().kind == trouble::fault);
    CHECK(s.wire.sent.empty());
}

TEST_CASE("life, prolonging and logging out go to their places")
{
    scene s{
        planned{.status = 401, .body = R"({"message":"Unauthorized"})"},
        planned{.body = R"({"message":"OK"})"},
        planned{.status = 302}
    };
    CHECK(s.run(s.client.life(s.site, s.token))->word == life_word::dead);
    CHECK(s.run(s.client.prolong(s.site, s.token)) == true);
    CHECK(s.run(s.client.log_out(s.site, s.token)));
    CHECK(
        s.wire.sent ==
        std::vector<std::string>{"/internal_api/session ", "/internal_api/session ", "/user/logout "}
    );
}
