#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// The socket that the daemon is asked on: made here, or passed by systemd. Who holds the lock on the file
// beside it is the daemon; a second one learns the first's pid.

#include "proto/address.hpp"
#include "src/base/error.hpp"
#include "src/base/unique_fd.hpp"

#include <string>
#include <sys/types.h>

namespace sgauth::ipc {

class listener {
public:
    // Takes the lock, removes a stale socket file, binds and listens (0600). `own` is the daemon's uid.
    // Errors, all with what to do: errc::busy, another daemon has the lock (its pid is named) or something
    // listens there; errc::denied, the place is not safe; errc::failed, the system's word.
    static result<listener> bind(const proto::address& where, uid_t own);
    // Takes over a listening socket that systemd passed, and the lock where that can be had. A daemon that
    // has the lock was started before systemd put its socket in the place of that one's: nobody reaches it
    // any more, so it is asked to end and waited for, 2.5 s at most. errc::failed if it is no listening Unix
    // stream socket with a path; errc::busy as above.
    static result<listener> adopt(unique_fd passed, uid_t own);

    listener(listener&& other) noexcept;
    listener& operator=(listener&&) = delete;
    ~listener() { close(); }

    int descriptor() const noexcept { return socket_.get(); }
    const std::string& path() const noexcept { return path_; }
    // Stops listening; removes the socket file if it was made here and is still the one that was made. The
    // lock is held on: who has it is the daemon until the listener, or the process, is no more.
    void close() noexcept;

private:
    listener() = default;

    unique_fd socket_;
    unique_fd lock_;
    std::string path_;
    bool made_here_ = false;
    dev_t device_ = 0;
    ino_t file_ = 0;
};

}  // namespace sgauth::ipc
