#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# The key in the desktop's keyring: a real gnome-keyring on a bus of its own. Locked, absent and coming back, the key replaced by a
# revoke, and a bus that never answers.
. "$(dirname "$0")/session_bus.sh" dbus gnome-keyring-daemon gdbus dbus-monitor
. "$(dirname "$0")/common.sh"
. "$(dirname "$0")/real_world.sh"
. "$(dirname "$0")/keyring_stage.sh"
start_site

trace "by itself: the desktop's keyring, as it answers and is open"
start_keyring
start_daemon
log_in bob
expect 0 token
cp "$scratch/out" "$scratch/token"
expect 0 status --json
json 'd["key_place"] == "secret-service" and d["problems"] == []'
expect 0 status
out_has "by a key in the desktop's keyring (Secret Service): sessions outlast logging out and rebooting"
out_has 'no systemd credential was given; not tried after it: the kernel keyring'
[ "$(keys | wc -l)" = 1 ] || fail "not one key: $(keys)"
restart_daemon KILL
expect 0 token
cmp -s "$scratch/out" "$scratch/token" || fail "another token after the restart"

trace "locked: names are told, credentials are not, and nobody is asked"
lock_keyring
watch_dialogs
restart_daemon
expect 0 status
out_has "yes: the desktop's keyring is locked; unlock it, or run \`sgauth unlock\`"
expect 6 token
err_has 'keyring is locked'
err_has 'sgauth unlock'
expect 0 whoami
out_has '(locked'
expect 0 list
out_has bob
expect 6 vault keyring
[ "$(dialogs)" = 0 ] || fail "somebody was asked"
trace "but for who allows it (there is no screen here, so that comes to nothing)"
expect 6 unlock
[ "$(dialogs)" = 1 ] || fail "$(dialogs) dialogs instead of one"
expect 6 token --prompt
[ "$(dialogs)" = 2 ] || fail "$(dialogs) dialogs instead of two"

trace "the desktop's unlocking is enough to go on: nobody runs anything, not even an asker"
unlock_keyring
await grep -q 'the stored sessions are open again' "$scratch/log"
await "$SGAUTH" token
[ "$(dialogs)" = 2 ] || fail "somebody was asked"
expect 0 token
cmp -s "$scratch/out" "$scratch/token" || fail "another token after unlocking"

trace "absent is not empty"
end_daemon
kill "$keyring"
wait "$keyring" 2>/dev/null || true
mkdir -p "$scratch/nobody"
away=$DBUS_SESSION_BUS_ADDRESS
DBUS_SESSION_BUS_ADDRESS=unix:path=$scratch/nobody/bus start_daemon
expect 6 token
err_has 'Secret Service'
err_has 'sgauth unlock'
expect 0 whoami
out_has '(locked'
expect 0 list
out_has bob
end_daemon
trace "its coming is enough to go on, as well"
export DBUS_SESSION_BUS_ADDRESS=$away
: >"$scratch/log"
start_daemon
expect 6 token
start_keyring
await grep -q 'the stored sessions are open again' "$scratch/log"
await "$SGAUTH" token
expect 0 token

trace "a revoke makes a new key, and an older store cannot be opened"
log_script_in
before=$(keys)
cp "$(store)" "$scratch/older"
expect 0 revoke --user farm
[ "$(keys | wc -l)" = 1 ] || fail "not one key: $(keys)"
[ "$(keys)" != "$before" ] || fail "it is the key from before"
end_daemon
cp "$(store)" "$scratch/newer"
cp "$scratch/older" "$(store)"
start_daemon
expect 6 token --user bob
err_has 'somebody has removed the key'
end_daemon
cp "$scratch/newer" "$(store)"
start_daemon
expect 0 token --user bob

trace "a bus that never answers holds nobody up, and SIGTERM ends the daemon all the same"
end_daemon
python3 - "$scratch/dead" <<'P' &
import socket, sys, time
s = socket.socket(socket.AF_UNIX); s.bind(sys.argv[1]); s.listen(8)
held = []
while True: held.append(s.accept())
P
started+=($!)
await test -S "$scratch/dead"
began=$(date +%s%N)
DBUS_SESSION_BUS_ADDRESS=unix:path=$scratch/dead start_daemon
expect 6 token
expect 0 whoami
[ $((($(date +%s%N) - began) / 1000000)) -lt 4000 ] || fail "askers waited for the bus"
began=$(date +%s%N)
end_daemon
[ $((($(date +%s%N) - began) / 1000000)) -lt 2500 ] || fail "it did not end within 2 s"

trace "a wipe takes the key"
start_daemon
expect 0 token
expect 0 revoke --all --local
[ -z "$(keys)" ] || fail "keys are left: $(keys)"
[ ! -e "$(store)" ] || fail "the store is left"
echo "secret_service: ok"
