#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// fpt_site over a transport that answers by a plan, in a time that only sleeping moves.

#include "src/site/fpt_site.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <doctest/doctest.h>

#include <deque>
#include <string>
#include <vector>

namespace sgauth {

using namespace std::chrono_literals;
namespace net = boost::asio;

inline constexpr const char* info_body = R"({"version":[8,89,0],"user_authentication_method":"default"})";
inline constexpr const char* no_rows = R"({"results":{"entities":[]}})";
inline constexpr const char* dead = R"({"exception":true,"error_code":102,"message":"expired"})";

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

}  // namespace sgauth
