// SPDX-License-Identifier: Apache-2.0
#include "src/agent/desktop_lock_policy.hpp"

#include <utility>

namespace sgauth {

desktop_order order_for(desktop_view& view, desktop_event what, desktop_lock before)
{
    switch (what) {
        case desktop_event::lock:
            view.screen_locked = true;
            return desktop_order::lock;
        case desktop_event::unlock:
            view.screen_locked = false;
            view.opens_at_wake = view.asleep;
            return view.asleep ? desktop_order::none : desktop_order::unlock;
        case desktop_event::sleep:
            if (!std::exchange(view.asleep, true))
                view.opens_at_wake = before == desktop_lock::is_off;
            return desktop_order::lock;
        case desktop_event::wake:
            view.asleep = false;
            return std::exchange(view.opens_at_wake, false) && !view.screen_locked ? desktop_order::unlock
                                                                                   : desktop_order::none;
    }
    return desktop_order::none;
}

}  // namespace sgauth
