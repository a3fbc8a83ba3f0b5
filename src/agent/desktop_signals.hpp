#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// What the desktop says of its screen and of the machine's sleep. An interface; daemon/logind_signals is the
// real one.

#include "src/agent/desktop_lock_policy.hpp"

#include <boost/asio/awaitable.hpp>

#include <functional>
#include <optional>
#include <string>

namespace sgauth {

class desktop_signals {
public:
    using obeyer = std::move_only_function<boost::asio::awaitable<void>(desktop_event)>;

    virtual ~desktop_signals() = default;

    // Listens until it is cancelled. Hands each event to `obey`, one after the other; the machine's sleep is
    // held up until that has returned, as far as the desktop allows. Where nobody can be listened to it tries
    // again, with pauses.
    virtual boost::asio::awaitable<void> listen(obeyer obey) = 0;
    // Why nothing is heard at present, as a sentence; nothing: all is well.
    virtual std::optional<std::string> problem() const = 0;
};

}  // namespace sgauth
