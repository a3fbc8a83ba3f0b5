// SPDX-License-Identifier: Apache-2.0
#include "daemon/session_log.hpp"

#include "proto/utf8.hpp"
#include "src/agent/session_view.hpp"
#include "src/base/log.hpp"

namespace sgauth {

void log_event(session_event event, const session& s)
{
    const auto line = fmt::format("{} {} @ {}", word_for(event), proto::printable(s.user), s.site.text());
    const bool is_routine = event == session_event::renewed || event == session_event::unverified;
    is_routine ? log::debug("{}", line) : log::info("{}", line);
}

}  // namespace sgauth
