#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# lock.with_desktop: the sessions are locked with the screen and before a sleep, and unlocked with the screen, as a logind on a
# system bus of our own tells. Nobody else on that bus is believed, and what a person locks stays locked.
/usr/bin/python3 -c 'import dbus, gi' 2>/dev/null || { echo 'skipped: python3-dbus or python3-gi is not installed'; exit 77; }
for program in dbus-daemon dbus-monitor gdbus; do
    command -v "$program" >/dev/null || { echo "skipped: $program is not installed"; exit 77; }
done
. "$(dirname "$0")/common.sh"
. "$(dirname "$0")/real_world.sh"
. "$(dirname "$0")/desktop_stage.sh"
on='[lock]\nwith_desktop = true\n'
# A key of its own: the kernel's keyring is one for all tests, and some of them clear it.
mkdir -m 700 "$scratch/credentials"
head -c 32 /dev/urandom >"$scratch/credentials/sgauth.vault-key"
export CREDENTIALS_DIRECTORY=$scratch/credentials

# What is to change nothing comes before what does: when that is seen, the other was heard too.
told_of_all() {
    desktop lock 1
    await is_locked
    desktop unlock 1
    await is_open
}

start_bus
start_logind
start_site
start_daemon
log_in bob
expect 0 token
cp "$scratch/out" "$scratch/token"

trace "off, as it is by default: nothing is followed, and no helper runs"
no_helper || fail "a helper runs"
desktop lock 1
desktop sleep
desktop wake
expect 0 status --json
json 'not d["locked"] and d["follows_desktop"] == False and d["problems"] == []'
expect 0 token

trace "a reload turns it on"
settings "$on"
kill -HUP "$daemon"
await listens
expect 0 status
out_has "follows the desktop's lock"

trace "Lock and Unlock"
desktop lock 1
await is_locked
expect 6 token
err_has 'locked with the desktop; unlock the screen or run `sgauth unlock`'
expect 0 status
out_has 'locked with the desktop'
desktop unlock 1
await is_open
expect 0 whoami
out_has unverified
expect 0 token
cmp -s "$scratch/out" "$scratch/token" || fail "another token after unlocking"
expect 0 whoami
out_is "bob @ $SITE"

trace "a desktop that locks by itself tells only by LockedHint"
desktop hint 1 yes
await is_locked
desktop hint 1 no
await is_open

trace "a session that came later is followed too"
desktop session 3 "$uid"
desktop lock 3
await is_locked
desktop unlock 3
await is_open

trace "another user's screen, and another sender, change nothing"
start dbus-monitor --system "interface='org.freedesktop.login1.Session'" >"$scratch/seen"
await grep -q NameAcquired "$scratch/seen"
strangers() { grep -c 'path=/org/freedesktop/login1/session/_1; .*member=Lock$' "$scratch/seen"; }
desktop lock 2
desktop hint 2 yes
gdbus emit --system --object-path /org/freedesktop/login1/session/_1 --signal org.freedesktop.login1.Session.Lock
gdbus emit --system --object-path /org/freedesktop/login1 --signal org.freedesktop.login1.Manager.PrepareForSleep true
gdbus emit --system --object-path /org/freedesktop/login1/session/_1 --signal org.freedesktop.DBus.Properties.PropertiesChanged \
    "'org.freedesktop.login1.Session'" "{'LockedHint': <true>}" '@as []'
is_sent() { [ "$(strangers)" = 1 ]; }
await is_sent # so it could have been heard
start "$SGAUTH" watch >"$scratch/watched" 2>&1
await grep -q bob "$scratch/watched"
told_of_all
await grep -q '^unlocked' "$scratch/watched"
[ "$(grep -c '^locked' "$scratch/watched")" = 1 ] || fail "it was locked by a stranger: $(cat "$scratch/watched")"
expect 0 token
desktop lock 1
await is_locked
desktop unlock 2
gdbus emit --system --object-path /org/freedesktop/login1/session/_1 --signal org.freedesktop.login1.Session.Unlock
restart_daemon # asks everything anew, behind what was sent
await listens
expect 6 token
desktop unlock 1
await is_open

trace "the machine sleeps when the sessions are locked, and not before"
stops=$(helpers)
kill -STOP "$daemon"
desktop sleep
sleep 0.5
held 1 || fail "the sleep was let go while the daemon could not lock"
kill -CONT "$daemon"
await held 0
expect 6 token
[ "$(helpers)" = "$stops" ] || fail "the delay ended with its helper"
desktop wake
await is_open
await held 1
expect 0 token

trace "an answer that comes after the sleep lets go of no later one"
kill -STOP "$daemon"
desktop sleep
desktop wake
kill -CONT "$daemon"
await held 1
told_of_all
held 1 || fail "the next sleep would not wait"
desktop sleep
await held 0
expect 6 token
desktop wake
await held 1
await is_open

trace "a screen that was locked meanwhile has to be unlocked"
desktop sleep
await is_locked
desktop hint 1 yes
desktop wake
await held 1
expect 6 token
desktop hint 1 no
await is_open
desktop lock 1
await is_locked
desktop sleep
await held 0
desktop wake
await held 1
expect 6 token
desktop unlock 1
await is_open

trace "what a person locks stays locked, also on top of the desktop's lock"
expect 0 lock
desktop lock 1
desktop unlock 1
desktop sleep
await held 0
desktop wake
await held 1
expect 6 token
err_has 'locked by `sgauth lock`'
expect 0 unlock
desktop lock 1
await is_locked
expect 6 token
err_has 'with the desktop'
expect 0 lock
expect 6 token
err_has 'locked by `sgauth lock`'
desktop unlock 1
restart_daemon
await listens
desktop unlock 1
desktop sleep
await held 0
desktop wake
await held 1
expect 6 token
expect 0 unlock
expect 0 token

trace "a person opens what the desktop has locked"
desktop lock 1
await is_locked
expect 0 unlock
expect 0 token
desktop unlock 1

trace "a restart does not unlock the screen's lock; its Unlock does"
desktop lock 1
await is_locked
restart_daemon KILL
await listens
expect 6 token
err_has 'with the desktop'
desktop unlock 1
await is_open

trace "a screen that is locked when listening begins"
end_daemon
desktop hint 1 yes
start_daemon
await is_locked
desktop hint 1 no
await is_open

trace "turned off while locked: unlocked, and the helper has gone"
desktop lock 1
await is_locked
settings ''
kill -HUP "$daemon"
await is_open
await no_helper
desktop lock 1
expect 0 token
trace "turned off while the daemon was away"
settings "$on"
kill -HUP "$daemon"
await listens
desktop lock 1
await is_locked
end_daemon
settings ''
start_daemon
expect 0 token
no_helper || fail "a helper runs"

trace "without a delay it is followed all the same, and said"
desktop refuse yes
settings "$on"
kill -HUP "$daemon"
tells() { "$SGAUTH" status | grep -qF -- "$1"; }
await tells 'does not let us hold up a sleep'
told_of_all
desktop refuse no
desktop sleep
desktop wake
await held 1
quiet() { ! tells 'problem:'; }
await quiet

trace "logind goes and comes back, and so does the bus"
end "$logind"
await tells 'the desktop'"'"'s lock cannot be followed: '
expect 0 token
start_logind
await listens
await quiet
told_of_all
end "$logind"
end "$bus"
await tells 'there is no system bus'
rm -f "$scratch/bus"
start_bus
start_logind
await listens
await quiet
told_of_all

trace "sessions in memory alone cannot be locked without a passphrase, and that is said"
settings "$on"'[vault]\nbackend = "memory"\n'
end_daemon
rm -rf "$XDG_STATE_HOME/sgauth"
start_daemon
log_in bob
await listens
await tells 'the sessions are in memory alone'
await tells 'run `sgauth vault keyring`'
desktop sleep
await held 0
desktop wake
await held 1
expect 0 token

trace "the helper ends with the daemon"
last=$(helpers)
[ -n "$last" ] || fail "no helper runs"
gone() { ! kill -0 "$last" 2>/dev/null; }
end_daemon KILL
await gone
start_daemon
await listens
last=$(helpers)
began=$(date +%s%N)
end_daemon
[ $((($(date +%s%N) - began) / 1000000)) -lt 2500 ] || fail "it did not end within 2 s"
await gone
echo "with_desktop: ok"
