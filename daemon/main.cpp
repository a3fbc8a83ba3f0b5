// SPDX-License-Identifier: Apache-2.0
#include "daemon/app.hpp"
#include "daemon/local_backend.hpp"
#include "daemon/state_folder.hpp"

int main(int argc, char** argv)
{
    return sgauth::daemon_main(argc, argv, sgauth::make_local_backend, sgauth::prepare_state_folder);
}
