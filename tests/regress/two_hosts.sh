#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Two machines with one home, as studios mount it: each has its own daemon, its own socket, its own state, and neither is in
# the other's way. As root: each machine is a mount namespace with a machine id and a /run/user of its own.
. "$(dirname "$0")/common.sh"
[ -x "${SGAUTHD:-}" ] && [ -x "${FPT_STAND_IN:-}" ] || { echo "skipped: no daemon or no site"; exit 77; }
[ "$(id -u)" = 0 ] || { echo "skipped: needs root, for a machine id of its own"; exit 77; }
unshare --mount true 2>/dev/null && [ -f /etc/machine-id ] || { echo "skipped: no mount namespaces here"; exit 77; }
unset SHOTGUN_API_CACERTS http_proxy https_proxy HTTP_PROXY HTTPS_PROXY SGAUTH_SOCKET XDG_RUNTIME_DIR || true

mkdir -m 700 "$scratch/site" "$XDG_CONFIG_HOME/sgauth"
start "$FPT_STAND_IN" --dir "$scratch/site" >"$scratch/site.out"
await grep -q ready "$scratch/site.out"
SITE=$(cat "$scratch/site/url")
printf '[site]\nca_file = "%s"\n' "$scratch/site/ca.pem" >"$XDG_CONFIG_HOME/sgauth/config.toml"

# A machine is a process that sleeps in its namespace; on HOST COMMAND... runs there.
declare -A machine
for host in one two; do
    mkdir -m 755 "$scratch/$host"
    [ $host = one ] && id=1111 || id=2222
    printf '%s%028d\n' "$id" 0 >"$scratch/$host.id"
    unshare --mount --propagation private bash -euc '
        mount --bind "$0.id" /etc/machine-id
        mkdir -p /run/user
        mount --bind "$0" /run/user
        mkdir -m 700 /run/user/0
        exec sleep 1000' "$scratch/$host" &
    machine[$host]=$!
    started+=($!)
    await test -d "$scratch/$host/0"
done
on() { nsenter --target "${machine[$1]}" --mount "${@:2}"; }
for host in one two; do
    start nsenter --target "${machine[$host]}" --mount "$SGAUTHD" 2>"$scratch/$host.log"
    await on "$host" "$SGAUTH" status
done

trace "each has a daemon, and a socket that is not in the home"
pid_on() { on "$1" "$SGAUTH" call Status | python3 -c 'import json,sys; print(json.load(sys.stdin)["pid"])'; }
[ "$(pid_on one)" != "$(pid_on two)" ] || fail "both asked the same daemon"
for host in one two; do [ -S "$scratch/$host/0/sgauth/agent.sock" ] || fail "no socket on $host"; done
[ -z "$(find "$HOME" "$XDG_CONFIG_HOME" "$XDG_STATE_HOME" -type s)" ] || fail "a socket lies where other machines see it"

trace "a session on one is none on the other"
printf 'wrong\n' | { code=0; on one "$SGAUTH" login "$SITE" --user bob --password-stdin 2>/dev/null || code=$?; [ $code = 4 ] || fail "exit $code"; }
printf 'bob-password\n' | on one "$SGAUTH" login "$SITE" --user bob --password-stdin >/dev/null
[ "$(on one "$SGAUTH" whoami)" = "bob @ $SITE" ] || fail "bob is not logged in on one"
code=0
on two "$SGAUTH" whoami 2>/dev/null || code=$?
[ "$code" = 3 ] || fail "whoami on two: exit $code instead of 3"

trace "each keeps its state by itself"
printf 'wrong\n' | { code=0; on two "$SGAUTH" login "$SITE" --user bob --password-stdin 2>/dev/null || code=$?; [ $code = 4 ] || fail "exit $code"; }
[ "$(ls "$XDG_STATE_HOME/sgauth" | sort | cut -c1-4 | tr '\n' ' ')" = "1111 2222 " ] || fail "state: $(ls -R "$XDG_STATE_HOME")"

trace "what one does changes no file of the other's, and takes no session away there"
files_of() { # files_of HOST: names, times and contents
    local folder
    folder=$(echo "$XDG_STATE_HOME"/sgauth/"$([ "$1" = one ] && echo 1111 || echo 2222)"*)
    find "$folder" -printf '%P %i %s %T@\n' | sort
    find "$folder" -type f -exec sha256sum {} + | sort
}
unchanged() { [ "$(files_of "$1")" = "$(cat "$scratch/$1.files")" ] || fail "$2: $1's files were $(cat "$scratch/$1.files"), are $(files_of "$1")"; }
note() { files_of "$1" >"$scratch/$1.files"; }
note one
printf 'bob-password\n' | on two "$SGAUTH" login "$SITE" --user bob --password-stdin >/dev/null
unchanged one "a login on two"
for host in one two; do on $host "$SGAUTH" token >"$scratch/$host.token"; done
! cmp -s "$scratch/one.token" "$scratch/two.token" || fail "both have one session"
for host in one two; do [ -s "$(echo "$XDG_STATE_HOME"/sgauth/"$([ $host = one ] && echo 1111 || echo 2222)"*/sessions.sealed)" ] || fail "$host stored nothing"; done
note two
note one
printf 'farm-key\n' | on one "$SGAUTH" login "$SITE" --script farm --key-stdin >/dev/null
! [ "$(files_of one)" = "$(cat "$scratch/one.files")" ] || fail "a login does not show in one's own files: this shows nothing"
on one "$SGAUTH" revoke --user bob --local >/dev/null
unchanged two "a login and a revoke on one"

trace "each comes back with what it had"
for host in one two; do
    pid=$(pid_on $host)
    kill "$pid"
    gone() { ! kill -0 "$pid" 2>/dev/null; }
    await gone
done
for host in one two; do
    start nsenter --target "${machine[$host]}" --mount "$SGAUTHD" 2>>"$scratch/$host.log"
    await on "$host" "$SGAUTH" status
done
on two "$SGAUTH" token | cmp -s - "$scratch/two.token" || fail "two lost its session"
[ "$(on one "$SGAUTH" list --json | grep -c '"bob"')" = 0 ] || fail "bob is back on one"

kill "$(pid_on one)"
[ "$(on two "$SGAUTH" call Status | grep -c '"pid"')" = 1 ] || fail "the end of one was the end of the other"

trace "machines without an id share a folder, which status says where it is on a network"
# A sanitizer wants to be loaded before anything else.
[ -z "${SGAUTH_SANITIZED:-}" ] || { echo "two_hosts: ok, but for that"; exit 0; }
[ -r "${FAILING_DISK:-}" ] || { leave_out "no library that makes a disk one of a network"; ended_well two_hosts; }
mkdir -m 755 "$scratch/none"
: >"$scratch/none.id"
unshare --mount --propagation private bash -euc '
    for file in /etc/machine-id /var/lib/dbus/machine-id; do [ ! -e $file ] || mount --bind "$0.id" $file; done
    mkdir -p /run/user
    mount --bind "$0" /run/user
    mkdir -m 700 /run/user/0
    exec sleep 1000' "$scratch/none" &
machine[none]=$!
started+=($!)
await test -d "$scratch/none/0"
said() { # said VARIABLE...: whether status says so, of a daemon with these
    nsenter --target "${machine[none]}" --mount env "$@" "$SGAUTHD" 2>>"$scratch/none.log" &
    local daemon=$!
    started+=("$daemon")
    await on none "$SGAUTH" status
    on none "$SGAUTH" status >"$scratch/out"
    kill "$daemon"
    wait "$daemon" || true # the next one needs what it holds
    grep -q 'problem: this machine has no /etc/machine-id, and the state folder .*/sgauth/local is on a network' "$scratch/out"
}
! said || fail "a folder on a local disk is no problem"
said LD_PRELOAD="$FAILING_DISK" FAILING_DISK_BELOW="$XDG_STATE_HOME" FAILING_DISK_NETWORK=1 || fail "nothing is said: $(cat "$scratch/out")"
ended_well two_hosts
