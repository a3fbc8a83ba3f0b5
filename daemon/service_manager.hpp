#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// systemd's side of the daemon, by its documented protocols (sd_listen_fds(3), sd_notify(3)) and without
// libsystemd. Without systemd everything here does nothing.

#include "daemon/options.hpp"

#include <string>
#include <string_view>
#include <sys/types.h>
#include <utility>
#include <vector>

namespace sgauth {

class service_manager {
public:
    // Reads LISTEN_PID, LISTEN_FDS and NOTIFY_SOCKET. Sockets passed to another process are not ours.
    service_manager(const environment& variable, pid_t own);

    // The sockets that were passed: 3 and up, without what was kept.
    const std::vector<int>& passed() const noexcept { return passed_; }

    // These and what was kept: all that must stay open.
    std::vector<int> all_passed() const;

    void ready(std::string_view status) const;
    // Followed by ready() when it is done.
    void reloading() const;
    void stopping() const;
    // Gives the manager a descriptor to keep for the next start (FDSTORE=1, sd_notify(3)), by that name.
    void keep(int descriptor, std::string_view name) const;
    bool is_there() const noexcept { return !socket_.empty(); }
    // What keep() gave to the manager in an earlier life, by a name of ours; -1 if nothing. The caller's
    // then.
    int kept(std::string_view name) const;

private:
    void sort_out(int count, const char* names);
    void tell(std::string_view text, int descriptor = -1) const;

    std::vector<int> passed_;
    std::vector<std::pair<std::string, int>> kept_;
    std::string socket_;
};

// Takes the variables out of the environment: they are not for the programs that we start.
void forget_service_manager_variables();

}  // namespace sgauth
