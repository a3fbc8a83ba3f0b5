// SPDX-License-Identifier: Apache-2.0
#include "client/lib/line_pool.hpp"

#include <unistd.h>
#include <utility>

namespace sgauth::client {

line_pool::~line_pool()
{
    for (slot* at = others_.load(); at;)
        delete std::exchange(at, at->next);
}

line_pool::slot& line_pool::take(use how)
{
    const auto claim = [](slot& s) { return !s.is_taken.exchange(true, std::memory_order_acquire); };
    if (how == use::answers_at_once && claim(kept_))
        return kept_;
    for (slot* at = others_.load(std::memory_order_acquire); at; at = at->next)
        if (claim(*at))
            return *at;
    auto made = std::make_unique<slot>(whom_);
    made->is_taken = true;
    made->next = others_.load(std::memory_order_relaxed);
    while (!others_.compare_exchange_weak(made->next, made.get(), std::memory_order_release))
        continue;
    return *made.release();
}

void line_pool::give_back(slot& used) noexcept
{
    if (&used != &kept_)
        used.line.close();
    used.is_taken.store(false, std::memory_order_release);
}

void line_pool::abandon() noexcept
{
    kept_.line.abandon();
    for (slot* at = others_.load(std::memory_order_acquire); at; at = at->next)
        at->line.abandon();
}

line_pool_of_process::owned::owned(const target& whom) : owner(::getpid()), pool(whom) {}

line_pool_of_process::line_pool_of_process(target whom) : whom_(std::move(whom)), current_(new owned(whom_))
{
}

line_pool_of_process::~line_pool_of_process()
{
    owned* last = current_.load();
    if (last->owner == ::getpid())
        delete last;
    else
        last->pool.abandon();
}

line_pool& line_pool_of_process::get()
{
    owned* seen = current_.load(std::memory_order_acquire);
    if (seen->owner == ::getpid())
        return seen->pool;
    auto made = std::make_unique<owned>(whom_);
    if (current_.compare_exchange_strong(seen, made.get(), std::memory_order_acq_rel)) {
        seen->pool.abandon();
        seen = made.release();
    }
    return seen->pool;
}

}  // namespace sgauth::client
