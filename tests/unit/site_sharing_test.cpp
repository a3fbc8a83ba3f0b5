// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/site_scene.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace sgauth;

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

TEST_CASE("a script's check is a read: a gateway's errors are tried again")
{
    const script_key key("key-FAKE");
    scene s{planned{.status = 502}, planned{.status = 504}, planned{.body = no_rows}};
    CHECK(s.run(s.client.check_script(s.site, "farm", key)).value());
    CHECK(s.wire.sent.size() == 3);
}

TEST_CASE("calls that are not repeated: prolonging, logging out")
{
    scene s{planned{.status = 502}};
    CHECK_FALSE(s.run(s.client.prolong(s.site, s.token)));
    CHECK_FALSE(s.run(s.client.log_out(s.site, s.token)));
    CHECK(s.wire.sent.size() == 2);
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
