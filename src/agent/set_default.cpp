// SPDX-License-Identifier: Apache-2.0
#include "src/agent/set_default.hpp"

#include "src/agent/choose.hpp"
#include "src/agent/default_user.hpp"
#include "src/agent/errors.hpp"
#include "src/agent/session_view.hpp"
#include "src/base/log.hpp"
#include "src/base/notifier.hpp"
#include "src/policy/authorise.hpp"

#include <boost/asio/this_coro.hpp>

#include <memory>
#include <utility>

namespace sgauth {

namespace net = boost::asio;

// What was changed in the table, and has still to be written.
struct set_default::change {
    proto::set_default_reply reply;
    std::optional<std::string> id;
    std::optional<std::string> former;
};

namespace {

// How the write ended, for who waits for it; the write itself belongs to the task group.
struct write {
    explicit write(const net::any_io_executor& executor) : ended(executor) {}

    notifier ended;
    bool has_ended = false;
    result<void> outcome = fail(errc::failed, "the default was chosen, but its writing was interrupted");
};

// Wakes who waits, however the write ends.
class write_note {
public:
    explicit write_note(std::shared_ptr<write> to) : to_(std::move(to)) {}
    ~write_note()
    {
        to_->has_ended = true;
        to_->ended.notify();
    }
    write_note(const write_note&) = delete;
    write_note& operator=(const write_note&) = delete;

    void tell(const result<void>& outcome) const { to_->outcome = outcome; }

private:
    std::shared_ptr<write> to_;
};

net::awaitable<void> save(
    session_saver& saving,
    std::optional<std::string> id,
    std::optional<std::string> former,
    std::shared_ptr<write> to
)
{
    const write_note note(std::move(to));
    auto written = co_await saving.save_choice();
    if (written && id)
        written = co_await save_default(saving, std::move(*id), std::move(former));
    if (!written)
        log::warning("the default user is not remembered: {}", written.error().detail);
    note.tell(written);
}

}  // namespace

net::awaitable<answer<proto::set_default_reply>> set_default::operator()(
    caller who, proto::set_default_call call
)
{
    auto made = make(who, call);
    if (!made)
        co_return std::unexpected(std::move(made.error()));
    const auto note = std::make_shared<write>(co_await net::this_coro::executor);
    state_.tasks.spawn("default", save(state_.saving, made->id, made->former, note));
    while (!note->has_ended)
        co_await note->ended.wait();
    if (!note->outcome)
        co_return std::unexpected(errors::from(note->outcome.error()));
    co_return std::move(made->reply);
}

answer<set_default::change> set_default::make(const caller& who, const proto::set_default_call& call)
{
    if (const auto leave = authorise(who, request_kind::use, nullptr, {}); !leave)
        return std::unexpected(errors::from(leave.error()));
    if (!call.site && !call.user)
        return std::unexpected(errors::invalid_parameter("site"));
    if (!call.user) {
        const auto site = choose_site(state_, call.site);
        if (!site)
            return std::unexpected(site.error());
        state_.table.choose_site(*site);
        change made;
        if (const session* s = state_.table.default_of(*site))
            made.reply.session = view(*s, state_.table, state_.keeping, state_.time.wall());
        return made;
    }
    const auto chosen = choose_session(state_, call.site, call.user);
    if (!chosen)
        return std::unexpected(chosen.error());
    const session& s = **chosen;
    if (const auto leave = authorise(who, request_kind::use, &s, {}); !leave)
        return std::unexpected(errors::from(leave.error()));
    change made;
    made.id = s.id;
    made.former = default_id(state_.table, s.site);
    state_.table.make_default(s.id);
    if (call.site)
        state_.table.choose_site(s.site);
    made.reply.session = view(s, state_.table, state_.keeping, state_.time.wall());
    return made;
}

}  // namespace sgauth
