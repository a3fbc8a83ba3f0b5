#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# How failures are said: once, with advice that helps or none, and by a program that ran out of memory too.
. "$(dirname "$0")/common.sh"
start_scripted_agent

trace "a session that cannot last that long: the daemon says how long, and a login may not help"
answers GetCredential "{\"error\":\"CannotLastThatLong\",\"parameters\":{\"session\":$jane,\"longest_s\":86400,\"message\":\"the session of jane at https://x.test lasts 1 day at the most\"}}"
expect 3 token --min-valid 999999
err_is 'sgauth: the session of jane at https://x.test lasts 1 day at the most'

trace "another user's daemon: advice would be about ours"
if [ "$(id -u)" = 0 ]; then
    for command in list status 'revoke --all'; do
        # shellcheck disable=SC2086
        expect 7 --for-user nobody $command
        one_line err
        err_has 'sgauth: no daemon listens at '
        # shellcheck disable=SC2016
        ! grep -q '[`;]' "$scratch/err" || fail "advice on one's own daemon: $(cat "$scratch/err")"
    done
fi

trace "out of memory"
# As much as a command needs that waits for its answer, and little more: not enough for a reply of a megabyte.
answers GetUser '{"silent":true}'
start "$SGAUTH" whoami 2>/dev/null
await grep -q GetUser "$scratch/answers/calls"
enough=$(($(awk '$1 == "VmPeak:" { print $2 }' "/proc/$!/status") + 300))
python3 -c 'print("{\"parameters\":{\"session\":{\"id\":\"" + "x" * 1000000 + "\"}}}")' >"$scratch/answers/GetUser"
[ "$enough" -lt 1000000 ] || { echo "cli_failures: ok, without the limit on memory: this is a sanitizer"; exit 0; }
limited() { # limited CODE ARGUMENT...
    local want=$1 code=0
    shift
    (ulimit -v "$enough" && exec "$SGAUTH" "$@") >"$scratch/out" 2>"$scratch/err" || code=$?
    [ "$code" = "$want" ] || fail "sgauth $* with $enough KB: exit $code instead of $want"
}
limited 1 whoami
out_empty
err_is 'sgauth: failed: std::bad_alloc'
limited 1 whoami --json
err_empty
json 'd == {"error": "Failed", "message": "failed: std::bad_alloc"}'
limited 125 exec -- true
err_is 'sgauth: failed: std::bad_alloc'
echo "cli_failures: ok"
