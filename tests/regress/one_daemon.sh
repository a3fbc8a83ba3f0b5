#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# However many clients race, one daemon is started, without systemd: with nothing there, with a stale socket, and with a socket
# that a daemon bound and never listened on before it was killed. Needs SGAUTH and SGAUTHD in the environment.
set -euo pipefail

clients=200
scratch=$(mktemp -d /tmp/sgauth-race.XXXXXX)
export XDG_RUNTIME_DIR="$scratch/run" XDG_CONFIG_HOME="$scratch/config" XDG_STATE_HOME="$scratch/state" HOME="$scratch"
export SGAUTH_DAEMON="$SGAUTHD"
unset SGAUTH_SOCKET SGAUTH_AUTOSTART
mkdir -m 700 "$XDG_RUNTIME_DIR"
socket=$XDG_RUNTIME_DIR/sgauth/agent.sock

fail() { echo "FAILED: $*" >&2; exit 1; }
# The daemon's pid, as it wrote it beside its socket.
daemon() { cat "$socket.lock" 2>/dev/null || true; }
# The daemons of this scratch folder, by their executable and their environment.
daemons() {
    local pid
    for pid in $(pgrep -x sgauthd || true); do
        tr '\0' '\n' <"/proc/$pid/environ" 2>/dev/null | grep -qx "XDG_RUNTIME_DIR=$XDG_RUNTIME_DIR" && echo "$pid"
    done
    return 0
}
end_daemon() { # end_daemon SIGNAL
    local pid; pid=$(daemon)
    [ -n "$pid" ] || return 0
    kill -s "$1" "$pid" 2>/dev/null || return 0
    while kill -0 "$pid" 2>/dev/null; do sleep 0.02; done
}
cleanup() { end_daemon TERM; rm -rf "$scratch"; }
trap cleanup EXIT

race() {
    local i pids=() good=0
    for ((i = 0; i < clients; ++i)); do
        "$SGAUTH" whoami >/dev/null 2>"$scratch/err.$i" & pids+=($!)
    done
    for ((i = 0; i < clients; ++i)); do
        local code=0
        wait "${pids[i]}" || code=$?
        [ "$code" = 3 ] || fail "$1: client $i ended with $code: $(cat "$scratch/err.$i")"
        good=$((good + 1))
    done
    local running; running=$(daemons)
    [ "$(wc -w <<<"$running")" = 1 ] || fail "$1: daemons running: ${running//$'\n'/ }"
    [ "$running" = "$(daemon)" ] || fail "$1: the lock names $(daemon), $running runs"
    echo "ok: $1: $good clients, one daemon"
}

race 'nothing there'
end_daemon KILL
[ -S "$socket" ] || fail 'a killed daemon leaves its socket'
race 'a stale socket'
end_daemon TERM
[ ! -e "$socket" ] || fail 'a clean stop removes the socket'
python3 -c 'import socket, sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])' "$socket"
race 'bound, never listened on'

code=0
"$SGAUTHD" 2>"$scratch/second" || code=$?
[ "$code" = 1 ] || fail "a second daemon ended with $code"
grep -q "$(daemon)" "$scratch/second" || fail "a second daemon does not name the first: $(cat "$scratch/second")"
echo 'ok: a second daemon ends with 1 and names the first'
