#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# The key in the desktop's keyring: a real gnome-keyring on a bus of its own. Locked, absent and coming back, the key replaced by a
# revoke, and a bus that never answers.
. "$(dirname "$0")/session_bus.sh" dbus gnome-keyring-daemon gdbus
. "$(dirname "$0")/common.sh"
. "$(dirname "$0")/real_world.sh"
export DBUS_SESSION_BUS_ADDRESS=$bus XDG_DATA_HOME=$scratch/data
mkdir -p -m 700 "$XDG_DATA_HOME/keyrings"
start_site

secrets() { # secrets OBJECT INTERFACE.METHOD ARGUMENT...
    gdbus call --session --dest org.freedesktop.secrets --object-path "/org/freedesktop/secrets$1" --method "org.freedesktop.$2" "${@:3}"
}
start_keyring() { # with its login collection open
    printf 'keyring-password' >"$scratch/password"
    start bash -c 'exec gnome-keyring-daemon --foreground --unlock --components=secrets <"$0" >/dev/null 2>>"$1"' "$scratch/password" "$scratch/keyring.log"
    keyring=$!
    await secrets /aliases/default DBus.Properties.Get org.freedesktop.Secret.Collection Label
}
is_locked() { secrets /collection/login DBus.Properties.Get org.freedesktop.Secret.Collection Locked | grep -q "$1"; }
lock_keyring() {
    secrets '' Secret.Service.Lock '[objectpath "/org/freedesktop/secrets/collection/login"]' >/dev/null
    await is_locked true
}
keys() { secrets '' Secret.Service.SearchItems '{"xdg:schema":"io.sgauth.VaultKey"}' | grep -o '/org/freedesktop/secrets/collection/[a-z]*/[0-9]*' | sort -u; }

trace "by itself: the desktop's keyring, as it answers and is open"
start_keyring
start_daemon
log_in bob
expect 0 token
cp "$scratch/out" "$scratch/token"
expect 0 status --json
json 'd["key_place"] == "secret-service" and d["problems"] == []'
expect 0 vault
out_has 'no systemd credential was given'
[ "$(keys | wc -l)" = 1 ] || fail "not one key: $(keys)"
restart_daemon KILL
expect 0 token
cmp -s "$scratch/out" "$scratch/token" || fail "another token after the restart"

trace "locked: names are told, credentials are not, and nobody is asked"
lock_keyring
restart_daemon
expect 6 token
err_has 'keyring is locked'
err_has 'sgauth unlock'
expect 0 whoami
out_has '(locked'
expect 0 list
out_has bob
expect 6 vault keyring

trace "the desktop's unlocking is enough to go on"
/usr/bin/python3 -B "$here/unlock_keyring.py" keyring-password
is_locked false || fail "the keyring stays locked"
await "$SGAUTH" token
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
expect 0 whoami
out_has '(locked'
end_daemon
export DBUS_SESSION_BUS_ADDRESS=$away
start_keyring
start_daemon
await "$SGAUTH" token

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
