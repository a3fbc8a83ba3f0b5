// SPDX-License-Identifier: Apache-2.0
#include "daemon/app.hpp"
#include "daemon/local_backend.hpp"

int main(int argc, char** argv)
{
    return sgauth::daemon_main(argc, argv, sgauth::make_local_backend);
}
