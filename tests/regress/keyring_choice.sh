#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# The first login where the desktop's keyring is locked: who is asked to open it, where the key goes, and what status says of it.
# With a stand-in keyring, as a real one shows its dialog on a screen; then with a real one without a screen.
. "$(dirname "$0")/session_bus.sh" dbus,gi gnome-keyring-daemon gdbus dbus-monitor
. "$(dirname "$0")/common.sh"
. "$(dirname "$0")/real_world.sh"
. "$(dirname "$0")/keyring_stage.sh"
start_site

order() { # order JSON: to the stand-in keyring; what it says is in $said
    local before
    before=$(wc -l <"$scratch/said")
    echo "$1" >&9
    has_said() { [ "$(wc -l <"$scratch/said")" -gt "$before" ]; }
    await has_said
    said=$(tail -n 1 "$scratch/said")
}
has_dialog() { # one since `begin_locked`
    order '{"asked": true}'
    [ "$(grep -o Prompt <<<"$said" | wc -l)" -gt "$shown" ]
}
begin_locked() { # a new home, and a keyring that is locked
    order '{"default_locked": true}'
    order '{"asked": true}'
    shown=$(grep -o Prompt <<<"$said" | wc -l || true)
    start_daemon
}
clear() {
    expect 0 revoke --all --local
    end_daemon
    rm -rf "$XDG_STATE_HOME"/sgauth "$scratch/log"
}
person_logs_in() { # person_logs_in [--wait TEXT]...: bob, on a terminal
    TERM=xterm timeout 60 python3 -B "$here/on_terminal.py" "$@" --wait 'Password: ' --type bob-password \
        -- "$SGAUTH" login "$SITE" --user bob >"$scratch/shown" 2>&1 || fail "login: $(cat "$scratch/shown")"
    grep -q 'logged in as bob' "$scratch/shown" || fail "nobody is logged in: $(cat "$scratch/shown")"
}
stays_kernels() { # stays_kernels HOW: the key went to the kernel's keyring, and status says all of why
    expect 0 token
    expect 0 status --json
    json 'd["key_place"] == "keyring" and d["problems"] == []'
    expect 0 status
    out_has 'by a key in the kernel keyring: sessions outlast logging out and restarts of the daemon, but not a reboot'
    out_has "no systemd credential was given; the desktop's keyring (Secret Service): its default keyring was locked and was not opened ($1)"
    out_has 'once it is open, `sgauth vault secret-service` moves the key there'
}

mkfifo "$scratch/orders"
: >"$scratch/said"
exec 9<>"$scratch/orders"  # both ways: else opening it would wait for the other side
start bash -c 'exec /usr/bin/python3 -B "$0" <"$1" >"$2"' "$here/fake_secret_service.py" "$scratch/orders" "$scratch/said"
keyring=$!
await grep -qx ready "$scratch/said"

trace "a person who logs in is told, opens it, and the key goes there"
begin_locked
person_logs_in --wait 'your keyring is locked: its own dialog asks for its password' &
person=$!
await has_dialog
expect 0 status  # nobody waits behind the person
out_has 'nothing to store yet'
order '{"answer": "opened"}'
wait "$person" || fail "the login failed"
expect 0 token
expect 0 status
out_has "by a key in the desktop's keyring (Secret Service): sessions outlast logging out and rebooting"
out_has 'no systemd credential was given; not tried after it: the kernel keyring'
order '{}'
[ "$said" != '[]' ] || fail "it has no key"
clear

trace "one who closes the dialog is logged in all the same, and can move the key later"
begin_locked
person_logs_in --wait 'your keyring is locked' &
person=$!
await has_dialog
order '{"answer": "closed"}'
wait "$person" || fail "the login failed"
stays_kernels "the dialog of the desktop's keyring was closed, or could not be shown"
expect 1 vault secret-service
err_has 'locked'
order '{"default_locked": false}'
restart_daemon
expect 0 status --json
json 'd["key_place"] == "keyring"'
expect 0 vault secret-service
expect 0 status
out_has "by a key in the desktop's keyring (Secret Service)"
out_has 'chosen by `sgauth vault`; no other place was tried'
expect 0 token
clear

trace "one who cancels the login while the dialog is there is not logged in, and the next one is"
begin_locked
TERM=xterm python3 -B "$here/on_terminal.py" --wait 'your keyring is locked' --type '^C' -- "$SGAUTH" login "$SITE" --user bob \
    >"$scratch/shown" 2>&1 && fail "it was logged in" || [ $? = 130 ] || fail "not cancelled"
order '{"answer": "opened"}'
person_logs_in
expect 0 status --json
json 'd["key_place"] == "secret-service"'
clear

trace "who hands the password over shows no dialog"
begin_locked
log_in bob
! has_dialog || fail "a dialog was shown"
stays_kernels 'this login could have nobody asked for its password'
clear

trace "a real keyring that is locked, and has no screen"
kill "$keyring"
wait "$keyring" 2>/dev/null || true
start_keyring
lock_keyring
watch_dialogs
start_daemon
person_logs_in
[ "$(dialogs)" = 1 ] || fail "$(dialogs) dialogs instead of one"
stays_kernels "the dialog of the desktop's keyring was closed, or could not be shown"
clear
start_daemon
log_in bob
[ "$(dialogs)" = 1 ] || fail "a dialog was asked for"
stays_kernels 'this login could have nobody asked for its password'
unlock_keyring
expect 0 vault secret-service
expect 0 status --json
json 'd["key_place"] == "secret-service"'
expect 0 token
clear
echo "keyring_choice: ok"
