#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// What the daemon may still do to files once it serves: landlock(7) rules of our own, which hold wherever it
// was started, need no mount namespace (a user's manager gives none without a user namespace of its own), and
// bind the programs that it starts as well.
//
// Reading stays free: a reload may name a certificate file anywhere, the C library loads its modules from
// where it likes, and what a stranger who has taken the daemon over would want is in its memory already.
// Writing and starting programs is what would let him stay, or get further: that is fenced.
//
// A fenced process sees nothing of other processes that ptrace(2) would ask leave for, /proc/PID/exe among
// it: onlooker.hpp sees it for the daemon.

#include "src/base/error.hpp"

#include <filesystem>
#include <vector>

namespace sgauth {

// Where the fence is open. What is not there is passed over; what is put there later stays outside, as the
// kernel knows files, not names.
struct fence_openings {
    std::vector<std::filesystem::path> kept_in;  // folders: everything below may be made, written, removed
    std::vector<std::filesystem::path> removed_from;  // folders: files in them may be removed, nothing else
    std::vector<std::filesystem::path> programs;      // may be executed, with the loader that they need
};

// For the calling thread and all that it starts, for good: called before there is another thread. Needs
// no_new_privs. errc::failed: this kernel has no Landlock, or will not have it used; nothing is fenced then.
// /dev/null may always be written.
result<void> put_up_fence(const fence_openings& openings);

}  // namespace sgauth
