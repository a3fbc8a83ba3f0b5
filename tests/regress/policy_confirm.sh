#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# What a rule wants confirmed, with the real daemon: one terminal asks for a token, another plays the person.
. "$(dirname "$0")/common.sh"
. "$(dirname "$0")/real_world.sh"
bin=$(realpath "$scratch")/bin
mkdir -m 700 "$bin"
for program in good other third fourth; do cp "$SGAUTH" "$bin/$program"; done
start_site
settings '[[policy.rule]]\naction = "confirm"\nreason = "is it you?"\n'
rule=$XDG_CONFIG_HOME/sgauth/config.toml:3
start_daemon
log_in bob

asks() { # asks CODE PROGRAM ARGUMENT...
    local want=$1 code=0
    shift
    trace "$*"
    "$@" >"$scratch/out" 2>"$scratch/err" || code=$?
    [ "$code" = "$want" ] || fail "$*: exit $code instead of $want"
}
later() { # later PROGRAM ARGUMENT...: asks in the background; what comes of it is for comes_to
    trace "$* &"
    rm -f "$scratch/code"
    { code=0; "$@" >"$scratch/later" 2>"$scratch/later.err" || code=$?; echo "$code" >"$scratch/code.new"; mv "$scratch/code.new" "$scratch/code"; } &
    started+=($!)
}
comes_to() { # comes_to CODE
    await test -f "$scratch/code"
    [ "$(cat "$scratch/code")" = "$1" ] || fail "exit $(cat "$scratch/code") instead of $1: $(cat "$scratch/later.err")"
}
person() { # person WORD...: a terminal with `sgauth policy confirm`, as on_terminal.py takes them, in the background
    TERM=xterm start python3 -B "$here/on_terminal.py" --wait 'waiting for questions' "$@" -- "$SGAUTH" policy confirm \
        >"$scratch/person" 2>&1
    person=$!
}
person_left() { # by Ctrl-C, which is a good end
    local code=0
    wait "$person" || code=$?
    [ "$code" = 0 ] || fail "the person's terminal: exit $code: $(cat "$scratch/person")"
}
shown() { grep -qF -- "$1" "$scratch/person" || fail "the person did not see: $1: $(cat "$scratch/person")"; }

trace "who cannot wait: exit 6 at once, and told how"
asks 6 "$bin/good" token
out_empty
err_has "sgauth: a rule wants it confirmed ($rule): is it you?; run \`sgauth policy confirm\` in a terminal and ask again with --prompt, or have a rule allow it"
grep -q "$bin/good (pid [0-9]*) was refused: a rule wants it confirmed" "$scratch/log" || fail "the log has nothing of it"
asks 6 "$bin/good" token --no-prompt
asks 0 "$bin/good" whoami
expect 0 policy test $$
out_has 'a person would be asked'

trace "a front end needs a terminal, and nothing else"
asks 1 setsid -w "$SGAUTH" policy confirm </dev/null
err_has 'there is no terminal to ask on'
expect 2 policy confirm now
expect 2 policy confirm --json

trace "yes: handed out, after what was missed before was told"
later "$bin/good" token --prompt
person --wait 'Hand it out? [y/N] ' --type y --wait allowed --type ^C
comes_to 0
[ -s "$scratch/later" ] || fail "no token"
person_left
shown "missed: $bin/good (pid "
shown "wants the session_token of bob @ $SITE"
shown "a rule wants it confirmed ($rule): is it you?"

trace "remembered: no person is needed, not even for one that cannot wait"
asks 0 "$bin/good" token
asks 0 "$bin/good" token --prompt
expect 0 policy test $$
out_has 'a person would be asked'

trace "but for that program, in that unit, alone"
asks 6 "$bin/other" token
later "$bin/other" token --prompt
for answer in '' n x yess; do
    person --wait 'Hand it out? [y/N] ' --type "$answer" --wait refused --type ^C
    comes_to 6
    grep -q "a person said no ($rule)" "$scratch/later.err" || fail "said: $(cat "$scratch/later.err")"
    person_left
    later "$bin/other" token --prompt # a no is not remembered: asked again
done
person --wait 'Hand it out? [y/N] ' --type ^D --wait refused --type ^C
comes_to 6
person_left

trace "what is typed within half a second counts for nothing"
later "$bin/other" token --prompt
person --wait 'is it you?' --type y --type y --wait 'Hand it out? [y/N] ' --type '' --wait refused --type ^C
comes_to 6
person_left

trace "one question for all who wait; all get the answer"
later "$bin/other" token --prompt
for n in 1 2 3 4 5; do start "$bin/other" token --prompt >"$scratch/more.$n" 2>&1; done
person --wait 'Hand it out? [y/N] ' --type YES --wait allowed --type ^C
comes_to 0
for n in 1 2 3 4 5; do await test -s "$scratch/more.$n"; cmp -s "$scratch/later" "$scratch/more.$n" || fail "$(cat "$scratch/more.$n")"; done
person_left

trace "who leaves takes the question along"
later "$bin/third" call GetCredential '{"forms": ["session_token"], "prompt": true, "timeout_ms": 4000}'
person --wait 'Hand it out? [y/N] ' --wait 'nobody waits for this any more' --type ^C
comes_to 6
person_left

trace "a person who never answers is no yes: the asker's own time is over"
asks 6 "$bin/third" call GetCredential '{"forms": ["session_token"], "prompt": true, "timeout_ms": 200}'
err_has "nobody confirmed it in time ($rule)"

trace "the asker does not answer itself: not in its process, not in another of its program, not at once, not without watching"
cp "$(python3 -c 'import os, sys; print(os.path.realpath(sys.executable))')" "$bin/asker"
cp "$bin/asker" "$bin/front"
export PYTHONHOME
PYTHONHOME=$(python3 -c 'import sys; print(sys.base_prefix)')
asks 0 "$bin/asker" -B "$here/answering.py" self
grep -qx 'Denied a process does not answer its own question' "$scratch/out" || fail "self: $(cat "$scratch/out")"
asks 0 "$bin/asker" -B "$here/answering.py" other "$bin/asker"
grep -qx 'Denied a program does not answer its own question' "$scratch/out" || fail "other: $(cat "$scratch/out")"
asks 0 "$bin/asker" -B "$here/answering.py" blind "$bin/front"
grep -qx 'Denied only a front end that watches the questions may answer them' "$scratch/out" || fail "blind: $(cat "$scratch/out")"
asks 0 "$bin/asker" -B "$here/answering.py" early "$bin/front"
grep -qx 'Denied nobody reads that fast: ask the person again' "$scratch/out" || fail "early: $(cat "$scratch/out")"
tail -n 1 "$scratch/out" | grep -qx 'asker Denied' || fail "early: $(cat "$scratch/out")"
asks 0 "$bin/asker" -B "$here/answering.py" other "$bin/front" # and so it is a yes
tail -n 1 "$scratch/out" | grep -qx 'asker ok' || fail "a good answer: $(cat "$scratch/out")"
unset PYTHONHOME

trace "an interpreter is asked for process by process"
two_tokens='"$1" -B "$2" twice; "$1" -B "$2" once'
python=$(python3 -c 'import os, sys; print(os.path.realpath(sys.executable))')
later bash -c "$two_tokens" - "$python" "$here/answering.py"
person --wait 'Hand it out? [y/N] ' --type y --wait allowed --wait 'Hand it out? [y/N] ' --type n --wait refused --type ^C
comes_to 0
[ "$(tr '\n' ' ' <"$scratch/later")" = 'ok ok Denied ' ] || fail "an interpreter: $(cat "$scratch/later")"
person_left

trace "sgauth itself: asked in one terminal, answered in another"
later "$SGAUTH" token --prompt
person --wait 'Hand it out? [y/N] ' --type y --wait allowed --type ^C
comes_to 0
person_left

trace "another program written over it in place, which keeps its number: asked anew"
number=$(stat -c %i "$bin/third")
cp "$bin/good" "$bin/third"
later "$bin/third" token --prompt
person --wait 'Hand it out? [y/N] ' --type y --wait allowed --type ^C
comes_to 0
person_left
asks 0 "$bin/third" token
{ cat "$SGAUTH"; echo another; } >"$bin/new"
cp "$bin/new" "$bin/third"
[ "$(stat -c %i "$bin/third")" = "$number" ] || fail "not in place"
asks 6 "$bin/third" token
err_has 'a rule wants it confirmed'

trace "never across a lock, and an open question ends with it"
asks 0 "$bin/good" token
later "$bin/fourth" token --prompt
await grep -q "fourth (pid [0-9]*) waits to be confirmed" "$scratch/log"
expect 0 lock
comes_to 6
grep -q 'sgauth unlock' "$scratch/later.err" || fail "said: $(cat "$scratch/later.err")"
expect 0 unlock
asks 6 "$bin/good" token
err_has 'a rule wants it confirmed'

trace "nor across a restart"
later "$bin/good" token --prompt
person --wait 'Hand it out? [y/N] ' --type y --wait allowed --type ^C
comes_to 0
person_left
asks 0 "$bin/good" token
restart_daemon
asks 6 "$bin/good" token

trace "a daemon that goes away ends the front end"
person --wait 'the daemon ended the watch'
watched() { "$SGAUTH" status --json | python3 -c 'import json,sys; assert json.load(sys.stdin)["connections"] > 1'; }
await watched
end_daemon
code=0
wait "$person" || code=$?
[ "$code" = 7 ] || fail "the front end: exit $code instead of 7: $(cat "$scratch/person")"
echo "policy_confirm: ok"
