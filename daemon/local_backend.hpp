#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// The real backend: settings, vault, sites, sessions, logins and the agent over them, put together.

#include "daemon/backend.hpp"

namespace sgauth {

// A backend_factory. errc::failed: there is no home, or another daemon has its store. Bad settings are no
// error: the daemon then runs, hands out nothing and says why.
result<std::unique_ptr<backend>> make_local_backend(
    boost::asio::any_io_executor executor,
    const options& chosen,
    const service_manager& systemd,
    const std::vector<std::string>& missing
);

}  // namespace sgauth
