#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// A program that uses sgauth.hpp, and the daemon that it asks: what sgauth.h promises is tested with both.

#include "client/lib/include/sgauth.hpp"
#include "client_fake_daemon.hpp"
#include "proto/codec.hpp"

#include <string>
#include <utility>

namespace sgauth::test {

struct served {
    explicit served(fake_daemon::conversation talk)
        : socket(folder.path() + "/agent.sock"), daemon(socket, std::move(talk)), agent(options())
    {
    }
    sgauth::options options() const
    {
        sgauth::options out;
        out.socket = socket;
        out.no_start = true;
        return out;
    }
    scratch_folder folder;
    std::string socket;
    fake_daemon daemon;
    sgauth::agent agent;
};

// A whole message, NUL included.
template <class Reply>
std::string message_of(const Reply& reply)
{
    std::string out;
    proto::write_message(out, reply);
    return out;
}

}  // namespace sgauth::test
