#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// A dispatcher over a fake agent that is asked in text.

#include "src/ipc/dispatch.hpp"
#include "tests/support/fake_agent.hpp"
#include "tests/support/run.hpp"

#include <boost/asio/io_context.hpp>
#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <utility>

namespace sgauth::test {

class talk final : public ipc::conversation {
public:
    explicit talk(caller_role role = caller_role::owner) : ipc::conversation(caller{role, 1000, {42, 0}}) {}
    bool identify() override
    {
        who_.process.start_time = 7;
        return lives;
    }
    void look() override { ++looks; }
    bool lives = true;
    int looks = 0;
};

struct asked {
    boost::asio::io_context io;
    fake_agent agent{io.get_executor()};
    ipc::dispatcher dispatch{agent, "1.2.3", [] { return std::size_t{5}; }};
    talk from;

    asked() = default;
    explicit asked(caller_role role) : from(role) {}

    // The whole answer, without its NUL. A reply that waits is waited for.
    std::string operator()(std::string_view message)
    {
        std::string out;
        last = dispatch.handle(from, message, out);
        if (last.what == ipc::outcome::kind::waits)
            out += finish();
        REQUIRE((out.empty() || out.back() == '\0'));
        return out.substr(0, out.size() - (out.empty() ? 0 : 1));
    }
    std::string call(std::string_view method, std::string_view parameters = "{}", std::string_view more = "")
    {
        return (*this)(
            R"({"method":"io.sgauth.Agent.)" + std::string(method) + R"(","parameters":)" +
            std::string(parameters) + std::string(more) + "}"
        );
    }
    std::string finish() { return test::run(io, std::move(*last.reply)).value(); }
    ipc::outcome last;
};

inline std::string standard_error(std::string_view name, std::string_view parameters)
{
    return R"({"error":"org.varlink.service.)" + std::string(name) + R"(","parameters":)" +
           std::string(parameters) + "}";
}

inline const std::string one_session =
    R"({"id":"s1","site":"https://studio.example","kind":"human","user":"jane","state":"valid","default":false,)"
    R"("created_at":1700000000,"generation":1})";

}  // namespace sgauth::test
