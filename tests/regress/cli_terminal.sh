#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Logins at a terminal: what is asked, that secrets stay unseen, that the terminal is in order afterwards however it ends.
. "$(dirname "$0")/common.sh"
start_scripted_agent

step() { printf '{"parameters":{"login":"L1","step":%s}}' "$1"; }
next() { printf '{"parameters":{"step":%s}}' "$1"; }
on_terminal() { # on_terminal CODE ARGUMENT...: as on_terminal.py takes them
    local want=$1 code=0
    shift
    trace "$*"
    TERM=xterm python3 -B "$here/on_terminal.py" "$@" >"$scratch/out" 2>"$scratch/err" || code=$?
    [ "$code" = "$want" ] || fail "exit $code instead of $want"
}
done_step="{\"kind\":\"done\",\"session\":$jane}"

trace "a person, asked for everything, wrong once"
answers BeginLogin "$(step '{"kind":"text","field":"site"}')"
answers Answer "$(next '{"kind":"text","field":"user","preset":"jane"}')" \
    "$(next '{"kind":"secret","field":"password","message":"password of jane"}')" \
    "$(next '{"kind":"secret","field":"password","message":"the site refused that","foreign":"no\u001b[2J"}')" \
    "$(next '{"kind":"secret","field":"code"}')" "$(next "$done_step")"
on_terminal 0 --stdout "$scratch/result" --wait 'Site: ' --type x.test --wait 'Login [jane]: ' --type '' \
    --wait 'password of jane' --wait 'Password: ' --check-echo off --type wr0ng \
    --wait 'the site refused that; the site says "no\u{1b}[2J"' --wait 'Password: ' --type 'r!ght pass' \
    --wait 'Code: ' --check-echo off --type 100001 -- "$SGAUTH" login
out_has 'echo on'
! grep -qE 'wr0ng|r!ght|100001' "$scratch/out" || fail "a secret was shown"
[ "$(cat "$scratch/result")" = 'logged in as jane @ https://x.test' ] || fail "stdout: $(cat "$scratch/result")"
for value in '"value": "x.test"' '"value": "jane"' '"value": "wr0ng"' '"value": "r!ght pass"' '"value": "100001"'; do
    called "$value"
done
called '"hints": {"'

trace "a plain login, word for word"
answers BeginLogin "$(step '{"kind":"text","field":"user"}')"
answers Answer "$(next '{"kind":"secret","field":"password"}')" \
    "$(next '{"kind":"secret","field":"code","message":"the site wants a one-time code besides the password"}')" \
    "$(next "$done_step")"
on_terminal 0 --wait 'Login: ' --type jane --wait 'Password: ' --type pw --wait 'Code: ' --type 100001 -- \
    "$SGAUTH" login https://x.test
out_is 'Login: jane
Password: 
the site wants a one-time code besides the password
Code: 
logged in as jane @ https://x.test
echo on'

trace "cancelled in each way"
answers BeginLogin "$(step '{"kind":"secret","field":"password"}')"
for key in ^C ^D ''; do
    on_terminal 130 --wait 'Password: ' --type "$key" -- "$SGAUTH" login
    out_has 'echo on'
done
answers BeginLogin "$(step '{"kind":"text","field":"user"}')"
on_terminal 130 --wait 'Login: ' --type '' -- "$SGAUTH" login
answers Answer '{"silent":true}'
on_terminal 130 --wait 'Login: ' --type jane --type ^C -- "$SGAUTH" login

trace "a choice"
answers BeginLogin "$(step '{"kind":"choice","field":"site","message":"which site","choices":[{"value":"https://a","label":"A"},{"value":"https://b","label":"B"}]}')"
answers Answer "$(next "$done_step")"
on_terminal 0 --wait '2  B' --wait 'Number: ' --type 3 --wait 'a number from 1 to 2' --wait 'Number: ' --type 2 -- "$SGAUTH" login
called '"value": "https://b"'

trace "stopped and continued: the shell has its echo, the password none"
answers BeginLogin "$(step '{"kind":"secret","field":"password"}')"
# shellcheck disable=SC2016
on_terminal 0 --wait 'Password: ' --check-echo off --type ^Z --wait 'stopped now' --check-echo on --type '' \
    --wait 'going on' --wait 'Password: ' --check-echo off --type 's3cret' --wait 'logged in' -- \
    bash --norc --noprofile -c 'set -m; '"$SGAUTH"' login; echo "stopped now"; read -r _; echo "going on"; fg %1'
! grep -q s3cret "$scratch/out" || fail "the password was shown"
called '"value": "s3cret"'

trace "token --prompt"
answers GetCredential '{"error":"NoSession","parameters":{"message":"no session"}}' \
    "{\"parameters\":{\"session\":$jane,\"form\":\"session_token\",\"credential\":{\"token\":\"t0ken\"}}}"
answers BeginLogin "$(step '{"kind":"secret","field":"password"}')"
answers Answer "$(next "$done_step")"
on_terminal 0 --stdout "$scratch/result" --wait 'Password: ' --type pw -- "$SGAUTH" token --prompt
[ "$(cat "$scratch/result")" = t0ken ] || fail "stdout: $(cat "$scratch/result")"
called '"site": "https://x.test", "user": "jane"'
answers GetCredential '{"error":"NoSession","parameters":{"message":"no session"}}'
on_terminal 3 -- "$SGAUTH" token
on_terminal 3 -- "$SGAUTH" token --no-prompt
on_terminal 130 --wait 'Password: ' --type ^D -- "$SGAUTH" token --prompt

trace "colour on a terminal, unless it is unwanted"
answers List "{\"parameters\":{\"sessions\":[$jane]}}"
on_terminal 0 -- "$SGAUTH" list
grep -q "$(printf '\033')" "$scratch/out" || fail "no colour"
on_terminal 0 -- env NO_COLOR=1 "$SGAUTH" list
! grep -q "$(printf '\033')" "$scratch/out" || fail "colour in spite of NO_COLOR"
on_terminal 0 -- env TERM=dumb "$SGAUTH" list
! grep -q "$(printf '\033')" "$scratch/out" || fail "colour on a dumb terminal"
on_terminal 0 -- "$SGAUTH" call List
out_has '  "sessions": ['
echo "cli_terminal: ok"
