#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# A disk that refuses: the daemon says so and what to do, serves from memory, loses nothing, and catches up. And a revoke that
# could not reach its site, which is told after a kill.
. "$(dirname "$0")/common.sh"
. "$(dirname "$0")/real_world.sh"
[ -r "${FAILING_DISK:-}" ] || { echo "skipped: no library that makes a disk fail"; exit 77; }
start_site

mkdir -m 700 "$scratch/credentials"
head -c 32 /dev/urandom >"$scratch/credentials/sgauth.vault-key"
export CREDENTIALS_DIRECTORY=$scratch/credentials FAILING_DISK_BELOW=$XDG_STATE_HOME FAILING_DISK_PLAN=$scratch/plan
printf '#!/bin/sh\nLD_PRELOAD=%s exec %s "$@"\n' "$FAILING_DISK" "$SGAUTHD" >"$scratch/sgauthd"
chmod 700 "$scratch/sgauthd"
SGAUTHD=$scratch/sgauthd
disk() { if [ "$*" = works ]; then rm -f "$FAILING_DISK_PLAN"; else echo "$*" >"$FAILING_DISK_PLAN"; fi; }
problems() { expect 0 status --json && json "${1-not} any('is tried again' in p for p in d['problems'])"; }
farm_is() { # farm_is CODE: of asking for the script's credential
    expect "$1" token "$SITE" --user farm --json
    [ "$1" != 0 ] || json 'd["script_key"] == "farm-key"'
}

start_daemon
log_in bob
for failure in '28 make room on that disk' '30 its file system is read-only' '13 make it writable for this user' '5 Input/output error'; do
    errno=${failure%% *} advice=${failure#* }
    trace "=== errno $errno: a login is kept in memory, said, and on the disk as soon as that works"
    disk "fail $errno all"
    expect 1 login "$SITE" --user bob --again --password-stdin < <(echo bob-password)
    err_has 'no password is sent while the count of wrong ones cannot be kept'
    log_script_in --share-key
    farm_is 0
    expect 0 status
    out_has 'is tried again'
    out_has "$advice"
    disk works
    expect 0 default "$SITE" --user bob
    problems
    restart_daemon KILL
    farm_is 0

    trace "a revoke that cannot be written fails, is gone from memory, and does not come back once the disk works"
    cp "$(store)" "$scratch/older"
    disk "fail $errno all"
    expect 1 revoke "$SITE" --user farm
    err_has 'may come back after a restart'
    err_has "$advice"
    farm_is 3
    disk works
    expect 0 default "$SITE" --user bob
    problems
    restart_daemon KILL
    farm_is 3
    end_daemon
    cp "$scratch/older" "$(store)"
    start_daemon
    farm_is 3
    expect 0 token "$SITE" --user bob
done

trace "=== a wipe that the disk refuses is no wipe, is said, and is made up for once the disk works"
disk "fail 30 all"
kill -USR1 "$daemon"
await grep -q 'memory was wiped, the stored sessions were not: .*read-only' "$scratch/log"
! grep -q 'every credential was wiped' "$scratch/log" || fail "it was told as done"
expect 3 token "$SITE" --user bob
[ -e "$(store)" ] || fail "the disk did not refuse it"
problems ''
disk works
log_in bob
problems
restart_daemon KILL
expect 0 token "$SITE" --user bob
farm_is 3

trace "=== each call alone: what fails late leaves the older store as it was"
for call in open write fsync rename; do
    disk "fail 28 $call"
    log_script_in --share-key
    farm_is 0
    problems ''
    end_daemon KILL
    disk works
    start_daemon
    farm_is 3
    expect 0 token "$SITE" --user bob
    [ -z "$(find "$XDG_STATE_HOME" -name '*.new-*' -o -name '*.bad-*')" ] || fail "something was left behind by $call"
done

trace "=== a store that is none is set aside only where the disk says that it holds"
end_daemon
sealed=$(store)
cp "$sealed" "$scratch/good"
echo 'no store' >"$sealed"
disk 'fail 5 fsync'
start_daemon
expect 6 token "$SITE" --user bob
err_has 'Input/output error'
[ "$(cat "$sealed")" = 'no store' ] && [ ! -e "$sealed.bad-1" ] || fail "it is not as it was: $(ls "${sealed%/*}")"
end_daemon
disk works
start_daemon
expect 3 token "$SITE" --user bob
end_daemon
[ "$(cat "$sealed.bad-1")" = 'no store' ] || fail "it was not set aside"
rm "$sealed.bad-1"
cp "$scratch/good" "$sealed"
start_daemon
expect 0 token "$SITE" --user bob

trace "=== short writes are written on"
disk short write
log_script_in --share-key
problems
disk works
restart_daemon KILL
farm_is 0

trace "=== while locked: what cannot be noted fails, and is noted later"
expect 0 lock
disk 'fail 28 all'
expect 1 revoke "$SITE" --user farm
disk works
expect 0 unlock
farm_is 3

trace "=== everything at once: a wipe that the disk refuses is told, and nothing is handed out"
log_script_in --share-key
disk 'fail 30 all'
expect 1 revoke --all --local
err_has 'read-only'
farm_is 3
expect 3 token "$SITE" --user bob
disk works
log_in bob
problems

trace "=== a state folder whose lock cannot be taken, as on some file servers: said, and it goes on"
locked_out() { expect 0 status --json && json "$1 any('cannot be locked (No locks available)' in p for p in d['problems'])"; }
locked_out not
disk 'fail 37 flock'
restart_daemon
disk works
locked_out ''
expect 0 token "$SITE" --user bob
restart_daemon
locked_out not

trace "=== a site that is away when a session is revoked is told after a kill, and only once"
alive() { site state | python3 -c 'import json,sys; sys.exit(not any(s["login"] == "bob" and not s["revoked"] and not s["expired"] for s in json.load(sys.stdin)["sessions"]))'; }
log_in bob
expect 0 token "$SITE" --user bob
site revoke '{"login":"bob"}' >/dev/null
printf 'bob-password\n' >"$scratch/in"
expect 0 login "$SITE" --user bob --again --password-stdin <"$scratch/in"
alive || fail "bob's session does not live at the site"
site fault '{"kind":"503","count":"all"}' >/dev/null
expect 0 revoke "$SITE" --user bob --json
json 'd[0]["at_site"] == "unreachable"'
restart_daemon KILL
expect 3 token "$SITE" --user bob
expect 0 status
out_has 'it is tried again'
end_daemon KILL
site clear_faults >/dev/null
alive || fail "the site was told while it was away"
start_daemon
ended() { ! alive; }
await ended
settled() { expect 0 status --json && json 'not any("could not be ended" in p for p in d["problems"])'; }
await settled
restart_daemon KILL
expect 3 token "$SITE" --user bob
echo "disk failures: ok"
