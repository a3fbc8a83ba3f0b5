// SPDX-License-Identifier: Apache-2.0
//
// sgauth-desktop VERB: what the daemon, which links no GLib, has to hear from the desktop or say to it. It
// holds no secret.

#include "daemon/desktop_helper/exit_codes.hpp"
#include "daemon/desktop_helper/follow.hpp"
#include "daemon/desktop_helper/notify.hpp"

#include <csignal>
#include <cstdio>
#include <string_view>
#include <sys/prctl.h>
#include <sys/resource.h>

int main(int argc, char** argv)
{
    const rlimit none{0, 0};
    ::setrlimit(RLIMIT_CORE, &none);
    ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    // Nobody needs it any more when the daemon has gone.
    ::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    const std::string_view verb = argc == 2 ? argv[1] : "";
    if (verb == "follow")
        return sgauth::desktop_helper::follow();
    if (verb == "notify")
        return sgauth::desktop_helper::notify();
    std::fputs("sgauth-desktop is sgauthd's, and of no use by itself\n", stderr);
    return sgauth::desktop_helper::wrong_usage;
}
