// SPDX-License-Identifier: Apache-2.0
#include "src/agent/reminders.hpp"

#include <utility>

namespace sgauth {

reminders::reminders(desktop_notices& desktop, const loaded& configuration, const time_source& time)
    : desktop_(desktop), configuration_(configuration), time_(time)
{
}

void reminders::remind(desktop_notice of)
{
    if (configuration_.values.prompt.notify == notify_when::never)
        return;
    if (policy_.take(of.key, time_.now()))
        desktop_.show(std::move(of));
}

}  // namespace sgauth
