// SPDX-License-Identifier: Apache-2.0
#include "src/agent/watch.hpp"

#include "src/agent/session_view.hpp"
#include "src/base/notifier.hpp"
#include "src/policy/authorise.hpp"

#include <algorithm>
#include <deque>
#include <utility>

namespace sgauth {

// What one watcher has still to be told, a session at most once.
struct watch::queue {
    queue(const caller& from, const boost::asio::any_io_executor& executor) : who(from), filled(executor) {}

    caller who;
    std::deque<proto::watch_reply> waiting;
    notifier filled;

    void add(std::string_view event, const proto::session_info& info)
    {
        const auto same = std::find_if(waiting.begin(), waiting.end(), [&](const proto::watch_reply& w) {
            return w.session && w.session->id == info.id;
        });
        if (same == waiting.end()) {
            waiting.push_back({std::string(event), info});
        } else {
            // Still new to this watcher, whatever has happened to it since; unless it is gone again.
            const bool stays_new = same->event == proto::event::added && event != proto::event::revoked;
            same->event = stays_new ? proto::event::added : event;
            same->session = info;
        }
        filled.notify();
    }
};

class watch::stream final : public event_stream {
public:
    explicit stream(std::shared_ptr<queue> source) : queue_(std::move(source)) {}

    boost::asio::awaitable<proto::watch_reply> next() override
    {
        const std::shared_ptr<queue> source = queue_;
        while (source->waiting.empty())
            co_await source->filled.wait();
        proto::watch_reply first = std::move(source->waiting.front());
        source->waiting.pop_front();
        co_return first;
    }

private:
    std::shared_ptr<queue> queue_;
};

watch::watch(agent_state& state, boost::asio::any_io_executor executor)
    : state_(state), executor_(std::move(executor))
{
    state_.table.listen([this](session_event event, const session& s) { note(event, s); });
}

std::unique_ptr<event_stream> watch::operator()(const caller& who)
{
    auto fresh = std::make_shared<queue>(who, executor_);
    for (const session* s : state_.table.all())
        if (authorise(who, request_kind::use, s, {}))
            fresh->waiting.push_back(
                {std::string(proto::event::present),
                 view(*s, state_.table, state_.keeping, state_.time.wall())}
            );
    fresh->waiting.push_back({std::string(proto::event::synced), std::nullopt});
    queues_.push_back(fresh);
    return std::make_unique<stream>(std::move(fresh));
}

void watch::note(session_event event, const session& s)
{
    std::erase_if(queues_, [](const std::weak_ptr<queue>& q) { return q.expired(); });
    if (queues_.empty())
        return;
    const proto::session_info info = view(s, state_.table, state_.keeping, state_.time.wall());
    for (const auto& weak : queues_)
        if (const auto q = weak.lock(); q && authorise(q->who, request_kind::use, &s, {}))
            q->add(word_for(event), info);
}

}  // namespace sgauth
