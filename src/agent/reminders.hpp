#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// Tells the person at the desktop what nobody else would: that a program was refused for want of a person.
// As the settings want it (`prompt.notify`), and no oftener than notice_policy allows. Who waits for a
// person asks by questions.hpp instead.

#include "src/agent/desktop_notices.hpp"
#include "src/agent/notice_policy.hpp"
#include "src/base/clock.hpp"
#include "src/settings/settings_loader.hpp"

namespace sgauth {

class reminders {
public:
    // All outlive it; a reload changes what is in `configuration`.
    reminders(desktop_notices& desktop, const loaded& configuration, const time_source& time);

    // Returns at once. Also one that the desktop could not show counts: it is not tried over and over.
    void remind(desktop_notice of);

private:
    desktop_notices& desktop_;
    const loaded& configuration_;
    const time_source& time_;
    notice_policy policy_;
};

}  // namespace sgauth
