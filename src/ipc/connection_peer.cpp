// SPDX-License-Identifier: Apache-2.0
//
// Who is at the other end of a connection, and whether it still is who connected.

#include "src/ipc/connection.hpp"
#include "src/policy/process_facts.hpp"

namespace sgauth::ipc {

bool connection::identify()
{
    if (who_.process.start_time == 0) {
        const auto started = start_time_of(socket_.get(), peer_);
        who_.process.start_time = started.value_or(0);
        return started.has_value();
    }
    return true;
}

void connection::look()
{
    if (!connected_) {
        static_cast<void>(identify());  // one that cannot be told has no start time, and the facts say so
        connected_ = std::make_shared<process_facts>(read_process_facts(who_.process));
        who_.facts = connected_;
    } else {
        who_.facts = look_again(connected_);
    }
    if (others_sent_)
        who_.facts = as_unknown(*connected_, "the call was not sent by the process that connected");
}

}  // namespace sgauth::ipc
