#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# A name server that never answers: other callers are served meanwhile, and the daemon ends within 2 s. As root, in a
# mount namespace of its own, for /etc/resolv.conf.
. "$(dirname "$0")/common.sh"
[ -x "${SGAUTHD:-}" ] || { echo "skipped: no daemon"; exit 77; }
[ "$(id -u)" = 0 ] || { echo "skipped: needs root, for a resolv.conf of its own"; exit 77; }
unshare --mount true 2>/dev/null || { echo "skipped: no mount namespaces here"; exit 77; }

server=127.0.0.253
printf 'nameserver %s\noptions timeout:30 attempts:1\n' "$server" >"$scratch/resolv.conf"
printf 'hosts: files dns\n' >"$scratch/nsswitch.conf"
python3 -c '
import socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind((sys.argv[1], 53))
print("bound", flush=True)
while True:
    s.recv(4096)
    print("asked", flush=True)' "$server" >"$scratch/asked" &
started+=($!)
await grep -q bound "$scratch/asked"

# exec all the way: the pid is the daemon's.
unshare --mount --propagation private bash -euc '
    mount --bind "$0/resolv.conf" "$(realpath /etc/resolv.conf)"
    mount --bind "$0/nsswitch.conf" /etc/nsswitch.conf
    exec "$1"' "$scratch" "$SGAUTHD" 2>"$scratch/log" &
daemon=$!
started+=("$daemon")
await "$SGAUTH" status

trace "a login waits for the name server; nobody waits for the login"
start "$SGAUTH" login https://studio.nowhere.test --user jane --password-stdin <<<"x" >/dev/null 2>&1
await grep -q asked "$scratch/asked"
expect 0 list
expect 3 token https://elsewhere.test

trace "the daemon ends all the same"
before=$(date +%s%N)
kill "$daemon"
wait "$daemon" || fail "it ended with $?"
took=$((($(date +%s%N) - before) / 1000000))
[ "$took" -lt 2000 ] || fail "that took $took ms"
[ ! -e "$SGAUTH_SOCKET" ] || fail "the socket is still there"
echo "dead_resolver: ok"
