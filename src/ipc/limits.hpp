#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// Every limit that a peer can run into, each with its reason. The size and depth of a message are proto's
// (max_message_bytes, max_json_depth): both ends keep to them.

#include <chrono>
#include <cstddef>

namespace sgauth::ipc {

// Values, not constants, so that a test can reach them: the daemon uses them as they stand here.
struct limits {
    // A request is sent in one piece: half of one for this long is a program that hangs, or holds on to us.
    std::chrono::milliseconds half_request = std::chrono::seconds(10);
    // A reply, or an event of Watch, waits this long in a full socket before its reader counts as gone.
    std::chrono::milliseconds reply_taken = std::chrono::seconds(30);
    // Above any wait for a person: no call outlives its purpose, whatever its timeout_ms says.
    std::chrono::milliseconds longest_call = std::chrono::hours(1);
    // One host program with a thread per core and a watch each needs some tens; this is a leak.
    std::size_t connections_per_process = 1024;
    // The largest render host with every slot asking at once; about 0.3 KB each.
    std::size_t connections = 16384;
    // Calls that wait for a site or a person hold a coroutine and their parameters, some KB each. Twice what
    // the largest render host has slots for, each asking while one probe is out.
    std::size_t calls_in_flight = 8192;
    // Replies in full sockets, all together: two hundred lists of 1,000 sessions that nobody takes.
    std::size_t unsent_in_all = std::size_t{64} << 20;
    // Descriptors that connections never take: sites, files, helper programs, the log.
    std::size_t descriptors_kept_back = 96;
    // Connections that the reactor watches one by one, a quarter faster than all in one set; it never gives
    // back the 0.2 KB that it has for each. More than any desktop has.
    std::size_t watched_alone = 256;
    // So many connections at a time were a burst; memory goes back to the system when it is over.
    std::size_t burst = 256;
};

// What is read at a time, from all connections into one buffer. Large enough for any usual request at once.
inline constexpr std::size_t read_chunk = 64 * 1024;
// Answers to calls sent in one go are put together up to this, then sent: what a peer can make us hold.
inline constexpr std::size_t send_at = 64 * 1024;

// Raises this process's soft descriptor limit to the hard one, and lowers `wanted.connections` to what it
// allows.
limits fit_to_process(limits wanted) noexcept;

}  // namespace sgauth::ipc
