#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// The channels of one handle, for any number of threads at a time: one is kept connected between calls,
// others are opened when it is in use or when a call may wait, and closed after it. No thread ever waits for
// another, and there is no lock: a fork in the middle of anything leaves the child a list that can be walked.

#include "client/lib/channel.hpp"

#include <atomic>
#include <memory>
#include <sys/types.h>

namespace sgauth::client {

class line_pool {
    struct slot {
        explicit slot(const target& whom) : line(whom) {}
        channel line;
        std::atomic<bool> is_taken{false};
        slot* next = nullptr;
    };

public:
    explicit line_pool(const target& whom) : whom_(whom), kept_(whom) {}
    line_pool(const line_pool&) = delete;
    line_pool& operator=(const line_pool&) = delete;
    ~line_pool();

    // answers_at_once: the kept one if it is free; may_wait: never the kept one.
    enum class use { answers_at_once, may_wait };

    // A channel for one call.
    class lease {
    public:
        lease(line_pool& pool, use how) : pool_(pool), slot_(pool.take(how)) {}
        ~lease() { pool_.give_back(slot_); }
        lease(const lease&) = delete;
        lease& operator=(const lease&) = delete;
        channel& line() noexcept { return slot_.line; }

    private:
        line_pool& pool_;
        slot& slot_;
    };

    // For a forked child: see channel::abandon. The pool is not to be destroyed then.
    void abandon() noexcept;

private:
    slot& take(use how);
    void give_back(slot& used) noexcept;

    const target& whom_;
    slot kept_;
    std::atomic<slot*> others_{nullptr};  // only ever grows: as many as calls were made at one time
};

// The pool of this process. In a forked child the parent's is abandoned, its memory with it (a thread that
// exists no more may have been in the middle of it), and a new one made.
class line_pool_of_process {
public:
    explicit line_pool_of_process(target whom);
    line_pool_of_process(const line_pool_of_process&) = delete;
    line_pool_of_process& operator=(const line_pool_of_process&) = delete;
    ~line_pool_of_process();

    // May throw std::bad_alloc in a forked child's first call.
    line_pool& get();
    const target& whom() const noexcept { return whom_; }

private:
    struct owned {
        explicit owned(const target& whom);
        pid_t owner;
        line_pool pool;
    };
    const target whom_;
    std::atomic<owned*> current_;
};

}  // namespace sgauth::client
