#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// systemd's side of the daemon, by its documented protocols (sd_listen_fds(3), sd_notify(3)) and without
// libsystemd. Without systemd everything here does nothing.

#include "daemon/options.hpp"

#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

namespace sgauth {

class service_manager {
public:
    // Reads LISTEN_PID, LISTEN_FDS and NOTIFY_SOCKET. Sockets passed to another process are not ours.
    service_manager(const environment& variable, pid_t own);

    // The descriptors that were passed: 3 and up.
    const std::vector<int>& passed() const noexcept { return passed_; }

    void ready(std::string_view status) const;
    // Followed by ready() when it is done.
    void reloading() const;
    void stopping() const;

private:
    void tell(std::string_view text) const;

    std::vector<int> passed_;
    std::string socket_;
};

// Takes the variables out of the environment: they are not for the programs that we start.
void forget_service_manager_variables();

}  // namespace sgauth
