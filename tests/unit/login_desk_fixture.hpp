#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// A desk over a settable site, time and keeper of sessions, and a person at it.

#include "proto/status.hpp"
#include "src/login/login_desk.hpp"
#include "tests/support/fake_site_client.hpp"
#include "tests/support/fake_time.hpp"
#include "tests/support/run.hpp"
#include "tests/unit/login_fixture.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace sgauth::test {

inline constexpr process_key maya{100, 1};
inline constexpr process_key nuke{200, 1};

inline login_request request_of(const char* user, const char* site = "https://studio.example.com")
{
    login_request request;
    request.site = site_of(site);
    request.user = user;
    return request;
}

inline bool failed_as(const proto::step& step, std::string_view error)
{
    return step.kind == "failed" && step.error == error;
}

struct desk_bench {
    using answered = login_desk::outcome<proto::step>;

    boost::asio::io_context io{1};
    fake_time time;
    fake_site_client site;
    fake_sink sink;
    fake_record record;
    password_budget budget{{}, time, record.writer()};
    task_group tasks{io.get_executor()};
    login_desk desk{site, sink, budget, time, tasks, io.get_executor()};

    desk_bench()
    {
        site.on_log_out.always([](const site_call&) { return site_answer<void>(); });
        site.on_who_is.always([](const site_call& call) {
            return accepted(
                fake_site_client::known_user(site_identity{42, call.user, call.user + "@example.com"})
            );
        });
    }
    // Nothing may be left when the desk goes.
    ~desk_bench()
    {
        tasks.cancel();
        pump(io);
        CHECK(tasks.size() == 0);
    }
    desk_bench(const desk_bench&) = delete;
    desk_bench& operator=(const desk_bench&) = delete;

    started<login_desk::outcome<login_desk::opened>> start_begin(
        login_request request, process_key who = maya
    )
    {
        auto running = start(io, desk.begin(std::move(request), who));
        pump(io);
        return running;
    }
    login_desk::opened begin(login_request request, process_key who = maya)
    {
        auto running = start_begin(std::move(request), who);
        REQUIRE(running.done());
        auto out = running.take();
        REQUIRE(out);
        return std::move(*out);
    }
    started<answered> start_answer(
        const std::string& id,
        std::optional<std::string_view> value,
        process_key who = maya,
        std::chrono::milliseconds limit = std::chrono::seconds(60)
    )
    {
        std::optional<secret> hidden;
        if (value)
            hidden.emplace(*value);
        auto running = start(io, desk.answer(id, who, std::move(hidden), limit));
        pump(io);
        return running;
    }
    answered try_answer(const std::string& id, std::optional<std::string_view> value, process_key who = maya)
    {
        auto running = start_answer(id, value, who);
        REQUIRE(running.done());
        return running.take();
    }
    proto::step answer(const std::string& id, std::optional<std::string_view> value)
    {
        auto out = try_answer(id, value);
        REQUIRE(out);
        return std::move(*out);
    }
    // As far as the password's question.
    std::string at_password(const char* user = "jane", process_key who = maya)
    {
        auto out = begin(request_of(user), who);
        REQUIRE(out.step.field == "password");
        REQUIRE(out.id.size() == 32);
        return out.id;
    }
};

}  // namespace sgauth::test
