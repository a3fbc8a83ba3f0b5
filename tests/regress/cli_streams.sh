#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Started with a standard stream closed: nothing else takes its place, and what cannot be read or written is told.
. "$(dirname "$0")/common.sh"
start_scripted_agent

ends() { # ends CODE: with what ran last
    [ "$code" = "$1" ] || fail "exit $code instead of $1"
}
agent_heard() { # agent_heard NUMBER: calls, and nothing that is none
    [ "$(wc -l <"$scratch/answers/calls")" = "$1" ] || fail "not $1 calls: $(cat "$scratch/answers/calls")"
    ! grep -q Traceback "$scratch/agent.err" || fail "the agent heard what is no call: $(tail -1 "$scratch/agent.err")"
}
unverified=$(with "$jane" state unverified reason 'the network is away')
answers GetCredential "{\"parameters\":{\"session\":$unverified,\"form\":\"session_token\",\"credential\":{\"token\":\"t0ken\"}}}"

trace "stdout closed"
code=0
"$SGAUTH" token >&- 2>"$scratch/err" || code=$?
ends 1
err_has 'cannot write the result'
agent_heard 1
code=0
"$SGAUTH" --version >&- 2>"$scratch/err" || code=$?
ends 1

trace "stderr closed"
code=0
"$SGAUTH" token 2>&- >"$scratch/out" || code=$?
ends 0
out_is t0ken
agent_heard 2

trace "stdout and stderr closed"
code=0
"$SGAUTH" token >&- 2>&- || code=$?
ends 1
agent_heard 3

trace "stdin closed"
answers BeginLogin '{"parameters":{"login":"L1","step":{"kind":"secret","field":"password"}}}'
code=0
"$SGAUTH" login --password-stdin <&- >"$scratch/out" 2>"$scratch/err" || code=$?
ends 1
err_is 'sgauth: stdin has no line with the password'
agent_heard 1
code=0
"$SGAUTH" call List - <&- >"$scratch/out" 2>"$scratch/err" || code=$?
ends 1
err_has 'cannot read stdin'
agent_heard 1

trace "all closed: no program that is run has more than it was given"
answers GetUser "{\"parameters\":{\"session\":$jane}}"
code=0
# shellcheck disable=SC2016
"$SGAUTH" exec -- sh -c 'ls -l /proc/$$/fd >"$0/fds"; echo x' "$scratch" <&- >&- 2>&- || code=$?
[ "$code" != 0 ] || fail "a write to what was closed succeeded"
! grep -q socket: "$scratch/fds" || fail "a connection was left open: $(cat "$scratch/fds")"
echo "cli_streams: ok"
