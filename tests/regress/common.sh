# SPDX-License-Identifier: Apache-2.0
#
# For the command line's tests: a scratch home, a daemon that says what it is told to, and words to say what has to be.
# Sourced. SGAUTH names the program under test.
set -euo pipefail

here=$(dirname "$(realpath "${BASH_SOURCE[0]}")")
scratch=$(mktemp -d "${TMPDIR:-/tmp}/sgauth-cli.XXXXXX")
started=()

trace() { echo "--- $*"; }
fail() {
    echo "FAILED: $*" >&2
    [ ! -s "$scratch/out" ] || sed 's/^/  stdout: /' "$scratch/out" >&2
    [ ! -s "$scratch/err" ] || sed 's/^/  stderr: /' "$scratch/err" >&2
    exit 1
}
# What cannot be tried where this runs: the rest is, and then it says so as skipped.
left_out=()
leave_out() { # leave_out REASON
    echo "left out: $1"
    left_out+=("$1")
}
ended_well() { # ended_well NAME: the last word of a test that may leave something out
    if [ "${#left_out[@]}" -gt 0 ]; then
        printf 'skipped: %s\n' "${left_out[@]}"
        exit 77
    fi
    echo "$1: ok"
}
cleanup() {
    local pid
    for pid in ${started[@]+"${started[@]}"}; do
        kill "$pid" 2>/dev/null || true
        wait "$pid" 2>/dev/null || true
    done
    [ ! -d "$XDG_STATE_HOME/sgauth" ] || python3 -B "$here/forget_keys.py" "$XDG_STATE_HOME"
    rm -rf "$scratch"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

export HOME=$scratch/home XDG_RUNTIME_DIR=$scratch/run XDG_STATE_HOME=$scratch/state XDG_CONFIG_HOME=$scratch/config
export SGAUTH_SOCKET=$scratch/run/agent.sock SGAUTH_AUTOSTART=0 LOGNAME=tester TZ=UTC
unset NO_COLOR
mkdir -m 700 "$HOME" "$XDG_RUNTIME_DIR" "$XDG_STATE_HOME" "$XDG_CONFIG_HOME" "$scratch/answers"

await() { # await COMMAND...: until it succeeds, 10 s at most
    local end=$((SECONDS + 10))
    until "$@" >/dev/null 2>&1; do
        [ "$SECONDS" -lt "$end" ] || fail "gave up waiting for: $*"
        sleep 0.05
    done
}
start() { # start COMMAND...: in the background, ended by cleanup; its pid in $!
    "$@" &
    started+=($!)
}
start_scripted_agent() {
    start python3 -B "$here/scripted_agent.py" "$SGAUTH_SOCKET" "$scratch/answers" 2>"$scratch/agent.err"
    await test -S "$SGAUTH_SOCKET"
}
answers() { # answers METHOD REPLY...: from now on
    local method=$1
    shift
    rm -f "$scratch/answers/taken.$method" "$scratch/answers/calls"
    printf '%s\n' "$@" >"$scratch/answers/$method"
}
# Runs `sgauth ARGUMENT...`; what it says is in $scratch/out and $scratch/err.
expect() { # expect CODE ARGUMENT...
    local want=$1 code=0
    shift
    trace "sgauth $*"
    "$SGAUTH" "$@" >"$scratch/out" 2>"$scratch/err" || code=$?
    [ "$code" = "$want" ] || fail "sgauth $*: exit $code instead of $want"
}
out_is() { [ "$(cat "$scratch/out")" = "$1" ] || fail "stdout is not: $1"; }
err_is() { [ "$(cat "$scratch/err")" = "$1" ] || fail "stderr is not: $1"; }
out_has() { grep -qF -- "$1" "$scratch/out" || fail "stdout lacks: $1"; }
err_has() { grep -qF -- "$1" "$scratch/err" || fail "stderr lacks: $1"; }
out_empty() { [ ! -s "$scratch/out" ] || fail "stdout is not empty"; }
err_empty() { [ ! -s "$scratch/err" ] || fail "stderr is not empty"; }
one_line() { [ "$(wc -l <"$scratch/$1")" = 1 ] || fail "$1 is not one line"; }
# json EXPRESSION: true of stdout's one JSON document, which is `d` there.
json() { python3 -c 'import json,sys; d=json.load(open(sys.argv[1])); assert eval(sys.argv[2])' "$scratch/out" "$1" || fail "stdout: not $1"; }
called() { grep -qF -- "$1" "$scratch/answers/calls" || fail "was not called: $1: $(cat "$scratch/answers/calls")"; }
no_call() { [ ! -s "$scratch/answers/calls" ] || fail "was called: $(cat "$scratch/answers/calls")"; }

jane='{"id":"i1","site":"https://x.test","kind":"human","user":"jane","state":"valid","default":true,"created_at":1790000000,"verified_at":1790000000,"expires_at":1790086400,"generation":3}'
farm='{"id":"i2","site":"https://x.test","kind":"script","user":"farm","state":"valid","default":false,"created_at":1790000000,"generation":1}'
with() { # with SESSION MEMBER VALUE...: the session, changed
    python3 -c 'import json,sys; s=json.loads(sys.argv[1])
for k,v in zip(sys.argv[2::2],sys.argv[3::2]): s[k]=v
print(json.dumps(s))' "$@"
}
