#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// The agent's streams as what a connection sends: whole messages, whatever they tell.

#include "proto/codec.hpp"
#include "src/agent/agent.hpp"

#include <boost/asio/awaitable.hpp>

#include <memory>
#include <string>
#include <utility>

namespace sgauth::ipc {

class message_stream {
public:
    virtual ~message_stream() = default;
    // Suspends until there is one, with its NUL. Throws operation_aborted when the coroutine is cancelled.
    virtual boost::asio::awaitable<std::string> next() = 0;
};

template <class Reply>
class messages_of final : public message_stream {
public:
    explicit messages_of(std::unique_ptr<stream_of<Reply>> events) : events_(std::move(events)) {}

    boost::asio::awaitable<std::string> next() override
    {
        const Reply event = co_await events_->next();
        std::string message;
        proto::write_message(message, event);
        co_return message;
    }

private:
    std::unique_ptr<stream_of<Reply>> events_;
};

}  // namespace sgauth::ipc
