#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// What the daemon serves, as its composition root needs it: the agent, and what signals ask for.
// local_backend.cpp puts the real one together; tests bring their own.

#include "daemon/options.hpp"
#include "daemon/service_manager.hpp"
#include "src/agent/agent.hpp"
#include "src/base/error.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace sgauth {

class backend {
public:
    virtual ~backend() = default;

    // Lives as long as this.
    virtual sgauth::agent& agent() = 0;
    // Called once, before anybody is served: brings back what is stored. Suspends for a second at most; what
    // takes longer goes on meanwhile.
    virtual boost::asio::awaitable<void> prepare() = 0;
    // SIGHUP: reads the settings again; logs what is wrong with them. Returns whether they are good, and in
    // force. May suspend.
    virtual boost::asio::awaitable<bool> reload() = 0;
    // SIGUSR1: wipes the vault's key, files and memory; tells sites nothing. May suspend. An error: memory is
    // empty, and something that is stored stayed.
    virtual boost::asio::awaitable<result<void>> wipe_everything() = 0;
    // A problem that came up since the start, as a sentence: `sgauth status` tells it from now on.
    virtual void tell(std::string problem) = 0;
    // Ends what is under way, and waits for it up to `limit`. Returns whether all has ended; if not, the
    // process ends without waiting for its threads.
    virtual boost::asio::awaitable<bool> stop(std::chrono::milliseconds limit) = 0;
};

// Makes a backend whose coroutines run on `executor`; `systemd` outlives it. `missing` says, for people,
// which fences around the process could not be put up. The error is why the daemon cannot start.
using backend_factory = std::function<result<std::unique_ptr<backend>>(
    boost::asio::any_io_executor executor,
    const options& chosen,
    const service_manager& systemd,
    const std::vector<std::string>& missing
)>;

}  // namespace sgauth
