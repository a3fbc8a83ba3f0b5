// SPDX-License-Identifier: Apache-2.0
//
// sgauth-desktop VERB: what the daemon, which links no GLib, has to hear from the desktop or say to it. It
// holds no secret.

#include "daemon/desktop_helper/follow.hpp"

#include <csignal>
#include <cstdio>
#include <string_view>
#include <sys/prctl.h>
#include <sys/resource.h>

namespace {

constexpr int wrong_usage = 2;

int run(std::string_view verb)
{
    if (verb == "follow")
        return sgauth::desktop_helper::follow();
    return wrong_usage;
}

}  // namespace

int main(int argc, char** argv)
{
    const rlimit none{0, 0};
    ::setrlimit(RLIMIT_CORE, &none);
    ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    // Nobody listens to it any more when the daemon has gone.
    ::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    if (argc != 2) {
        std::fputs("sgauth-desktop is sgauthd's, and of no use by itself\n", stderr);
        return wrong_usage;
    }
    return run(argv[1]);
}
