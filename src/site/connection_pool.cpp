// SPDX-License-Identifier: Apache-2.0
#include "src/site/connection_pool.hpp"

#include <boost/asio/steady_timer.hpp>

#include <algorithm>
#include <list>
#include <utility>

namespace sgauth {

namespace net = boost::asio;
using std::chrono::steady_clock;

struct connection_pool::state : std::enable_shared_from_this<state> {
    struct entry {
        std::string key;
        connection kept;
        steady_clock::time_point since;
    };

    explicit state(const net::any_io_executor& executor) : timer(executor) {}
    void expire();
    void arm();

    std::list<entry> idle;  // the one that was used last at the end
    net::steady_timer timer;
    bool is_armed = false;
    bool is_closed = false;
    std::uint64_t generation = 0;
};

void connection_pool::state::expire()
{
    const auto now = steady_clock::now();
    std::erase_if(idle, [now](const entry& e) { return now - e.since >= longest_idle; });
}

void connection_pool::state::arm()
{
    if (is_armed || idle.empty())
        return;
    is_armed = true;
    timer.expires_at(idle.front().since + longest_idle);
    // Weak: the pool may go while this is on its way.
    timer.async_wait([weak = weak_from_this()](const boost::system::error_code&) {
        const auto self = weak.lock();
        if (!self)
            return;
        self->is_armed = false;
        self->expire();
        self->arm();
    });
}

connection_pool::connection_pool(net::any_io_executor executor)
    : state_(std::make_shared<state>(std::move(executor)))
{
}

connection_pool::~connection_pool() = default;

std::uint64_t connection_pool::generation() const noexcept
{
    return state_->generation;
}

connection_pool::connection connection_pool::take(const std::string& key, std::chrono::seconds idle)
{
    state_->expire();
    for (auto at = state_->idle.end(); at != state_->idle.begin();) {
        --at;
        if (at->key != key || steady_clock::now() - at->since > idle)
            continue;
        auto found = std::move(at->kept);
        at = state_->idle.erase(at);
        if (!found->has_gone_stale())
            return found;
    }
    return nullptr;
}

void connection_pool::keep(const std::string& key, connection kept, std::uint64_t generation)
{
    auto& all = state_->idle;
    if (state_->is_closed || generation != state_->generation || !kept->can_be_kept())
        return;
    const auto is_same = [&key](const state::entry& e) { return e.key == key; };
    if (std::cmp_greater_equal(std::ranges::count_if(all, is_same), max_idle_each))
        all.erase(std::ranges::find_if(all, is_same));
    else if (all.size() >= max_idle)
        all.pop_front();
    all.push_back(state::entry{key, std::move(kept), steady_clock::now()});
    state_->arm();
}

void connection_pool::clear()
{
    ++state_->generation;
    state_->idle.clear();
    state_->timer.cancel();
}

void connection_pool::close()
{
    state_->is_closed = true;
    clear();
}

}  // namespace sgauth
