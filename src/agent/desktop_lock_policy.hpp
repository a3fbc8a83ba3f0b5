#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// What becomes of the vault when the desktop locks its screen, unlocks it, or sends the machine to sleep.
// Pure: what is known, an event, what is to be done.

namespace sgauth {

enum class desktop_event { lock, unlock, sleep, wake };

enum class desktop_order { none, lock, unlock };

// What is known of the desktop from its events.
struct desktop_view {
    bool screen_locked = false;
    bool asleep = false;
    bool opens_at_wake = false;  // the sleep alone locked the vault

    bool operator==(const desktop_view&) const = default;
};

// Whether the desktop's lock is on the vault at the time of the event, or may be, where that is not known.
enum class desktop_lock { is_on, is_off };

// Takes the event into `view`. A sleep locks, and waking undoes that only where nothing else wanted it locked
// before or meanwhile: a screen that was locked has to be unlocked.
desktop_order order_for(desktop_view& view, desktop_event what, desktop_lock before);

}  // namespace sgauth
