// SPDX-License-Identifier: Apache-2.0
//
// bench_bare_server REQUEST_BYTES REPLY_BYTES: answers on the socket that it was passed as systemd passes
// one. It links what the daemon links and uses none of it: what a start costs before the daemon's own part of
// it.
#include "tests/bench/echo_server.hpp"

#include <cstdlib>

int main(int argc, char** argv)
{
    if (argc != 3)
        return 2;
    constexpr int first_passed = 3;
    sgauth::bench::serve_echo(
        first_passed, std::strtoul(argv[1], nullptr, 10), std::strtoul(argv[2], nullptr, 10)
    );
}
