// SPDX-License-Identifier: Apache-2.0
//
// The daemon as it is, over an agent of the tests' own: for tests of the client, of ipc and of the process
// itself. Its agent is told what to do by variables: FAKE_WAIT=1, a credential needs waiting for ever;
// FAKE_STUCK=1, the backend does not end by itself; =loop, it hangs in its end; =call, Status hangs;
// FAKE_LIST=N, so many sessions.

#include "daemon/app.hpp"
#include "src/base/log.hpp"
#include "tests/support/fake_agent.hpp"

#include <csignal>
#include <cstdlib>
#include <string>
#include <string_view>
#include <unistd.h>

namespace {

namespace net = boost::asio;

class fake_backend final : public sgauth::backend {
public:
    explicit fake_backend(net::any_io_executor executor) : agent_(std::move(executor))
    {
        agent_.notes_calls = false;  // it is measured as well, and must not grow
        if (std::getenv("FAKE_WAIT")) {
            agent_.at_once = false;
            agent_.held.shut();
        }
        if (const char* count = std::getenv("FAKE_LIST"))
            agent_.list_size = std::stoul(count);
        if (std::getenv("FAKE_SIGNAL_AT_START"))
            ::kill(::getpid(), SIGUSR1);
        if (const char* stuck = std::getenv("FAKE_STUCK"); stuck && std::string_view(stuck) == "call")
            agent_.stuck_in = "Status";
    }

    sgauth::agent& agent() override { return agent_; }
    net::awaitable<void> prepare() override { co_return; }
    net::awaitable<bool> reload() override
    {
        sgauth::log::info("reloaded");
        co_return true;
    }
    void tell(std::string problem) override { sgauth::log::warning("{}", problem); }
    net::awaitable<sgauth::result<void>> wipe_everything() override
    {
        sgauth::log::info("wiped");
        co_return sgauth::result<void>();
    }
    net::awaitable<bool> stop(std::chrono::milliseconds) override
    {
        const char* stuck = std::getenv("FAKE_STUCK");
        if (stuck && std::string_view(stuck) == "loop")
            ::sleep(60);
        co_return !stuck;
    }

private:
    sgauth::test::fake_agent agent_;
};

sgauth::result<std::unique_ptr<sgauth::backend>>
make_fake(net::any_io_executor executor, const sgauth::options&, const sgauth::service_manager&, const std::vector<std::string>&)
{
    return std::make_unique<fake_backend>(std::move(executor));
}

}  // namespace

int main(int argc, char** argv)
{
    return sgauth::daemon_main(argc, argv, make_fake);
}
