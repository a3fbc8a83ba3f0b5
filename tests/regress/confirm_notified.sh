#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# What the desktop shows of a program that could not wait for a person: the real daemon and its helper program, on a session bus
# of our own with a notification service that takes notes. Also where there is no desktop, and where it never answers.
. "$(dirname "$0")/session_bus.sh" dbus,dbus.mainloop.glib
. "$(dirname "$0")/common.sh"
. "$(dirname "$0")/real_world.sh"
export DBUS_SESSION_BUS_ADDRESS=$bus SGAUTH_LOG=debug
helper=$(dirname "$SGAUTHD")/sgauth-desktop
bin=$(realpath "$scratch")/bin
mkdir -m 700 "$bin"
cp "$SGAUTH" "$bin/<b>&one"
cp "$SGAUTH" "$bin/two"
confirm='[[policy.rule]]\naction = "confirm"\nexecutable = "'$bin'/**"\n'
start_site
settings "$confirm"

shown=$scratch/shown
start_service() { # start_service [silent|refusing]: the desktop's; its notes in $shown
    : >"$shown"
    start /usr/bin/python3 -B "$here/notification_service.py" "$shown" "$@" >"$scratch/service.out"
    service=$!
    await grep -q ready "$scratch/service.out"
}
end_service() {
    kill "$service"
    wait "$service" 2>/dev/null || true
    rm "$scratch/service.out"
}
shown_are() { [ "$(wc -l <"$shown")" = "$1" ] || fail "not $1 notifications: $(cat "$shown")"; }
# notice EXPRESSION: true of the first notification, which is `d` there.
notice() { python3 -c 'import json,sys; d=json.loads(open(sys.argv[1]).readline()); assert eval(sys.argv[2])' "$shown" "$1" || fail "not $1: $(cat "$shown")"; }
asks() { # asks PROGRAM: is refused for want of a person, at once
    local code=0 began
    began=$(date +%s%N)
    trace "$1 token"
    "$bin/$1" token >"$scratch/out" 2>"$scratch/err" || code=$?
    [ "$code" = 6 ] || fail "$1: exit $code instead of 6"
    out_empty
    err_has 'sgauth policy confirm'
    [ $((($(date +%s%N) - began) / 1000000)) -lt 2000 ] || fail "$1 waited for the desktop"
}
outcomes() { grep -c "$1" "$scratch/log" || true; }
comes_out() { # comes_out TEXT: what the daemon's log says of the next notification
    await grep -q "a desktop notification was $1" "$scratch/log"
    ! grep -E '\[(error|critical)\]|<3>' "$scratch/log" || fail 'an error is logged'
}
fresh_daemon() {
    end_daemon
    : >"$scratch/log"
    start_daemon
}
credential_in() { grep -qF -- "$(cat "$scratch/token")" "$1"; }

trace "shown: who wants what, and what to do"
start_service
start_daemon
log_in bob
expect 0 token
cp "$scratch/out" "$scratch/token"
asks '<b>&one'
comes_out shown
shown_are 1
notice "d['summary'].startswith('sgauth: $bin/<b>&one (pid ')"
notice "d['summary'].endswith(') wants the session token of bob @ $SITE')"
notice "d['body'] == 'a rule wants you to confirm it: run \`sgauth policy confirm\` in a terminal, then ask again with --prompt'"
notice "d['app_name'] == 'sgauth' and d['replaces_id'] == 0 and d['actions'] == [] and d['expire_ms'] == -1"
notice "d['hints'] == {'urgency': 1, 'desktop-entry': 'sgauthd'}"

trace "there is no credential in it, and one that is planted is found"
credential_in "$shown" && fail "a credential was shown: $(cat "$shown")"
{ cat "$shown" "$scratch/token"; } >"$scratch/planted"
credential_in "$scratch/planted" || fail 'a planted credential is not found'

trace "asked again and again: still one; another program: one more"
for n in 1 2 3; do asks '<b>&one'; done
asks two
two_were_shown() { [ "$(outcomes 'a desktop notification was shown')" = 2 ]; }
await two_were_shown
shown_are 2

trace "a front end that listens tells it: the desktop does not"
: >"$shown"
fresh_daemon
TERM=xterm start python3 -B "$here/on_terminal.py" --wait 'waiting for questions' --wait missed: --type ^C -- "$SGAUTH" policy confirm \
    >"$scratch/person" 2>&1
person=$!
watched() { "$SGAUTH" status --json | python3 -c 'import json,sys; assert json.load(sys.stdin)["connections"] > 1'; }
await watched
asks two
wait "$person" || fail "the front end: $(cat "$scratch/person")"
[ "$(outcomes 'a desktop notification')" = 0 ] || fail "$(cat "$scratch/log")"
shown_are 0

trace "never, where the settings say so"
settings "$confirm"'[prompt]\nnotify = "never"\n'
fresh_daemon
asks two
expect 0 token
[ "$(outcomes 'a desktop notification')" = 0 ] || fail "$(cat "$scratch/log")"
shown_are 0
settings "$confirm"

trace "the helper: whatever it is told is no markup to the desktop, and fits"
tell() { # tell CODE: standard input is shown by the helper alone
    local code=0
    : >"$shown"
    "$helper" notify >"$scratch/out" 2>"$scratch/err" || code=$?
    [ "$code" = "$1" ] || fail "the helper: exit $code instead of $1"
}
printf 'a <b>&\nsee <a href="x">here</a> & there\n' | tell 0
notice "d['summary'] == 'a <b>&'"
notice "d['body'].strip() == 'see &lt;a href=&quot;x&quot;&gt;here&lt;/a&gt; &amp; there'"
printf 'bytes \xff\nmore \xc3' | tell 0
notice "d['summary'] == 'bytes \ufffd' and d['body'] == 'more \ufffd'"
{ echo long; head -c 10000 /dev/zero | tr '\0' x; } | tell 0
notice "len(d['body']) == 4096 - len('long\n')"
printf 'no body' | tell 2
printf '\nno summary' | tell 2
tell 2 </dev/null
shown_are 0
for words in '' follow-me 'notify more'; do
    code=0
    # shellcheck disable=SC2086
    "$helper" $words </dev/null 2>"$scratch/err" || code=$?
    [ "$code" = 2 ] || fail "sgauth-desktop $words: exit $code instead of 2"
done

trace "a service that refuses, none, and no bus: exit 6 all the same, and no error"
end_service
start_service refusing
fresh_daemon
asks two
comes_out 'not shown: no service of the desktop takes it'
end_service
fresh_daemon
asks two
comes_out 'not shown: no service of the desktop takes it'
export DBUS_SESSION_BUS_ADDRESS=unix:path=$scratch/nobody
fresh_daemon
asks two
comes_out 'not shown: there is no session bus'
unset DBUS_SESSION_BUS_ADDRESS
fresh_daemon
asks two
comes_out 'not shown: there is no session bus'

trace "a service that never answers: nobody waits for it, and what is shown is in nobody's list of processes"
export DBUS_SESSION_BUS_ADDRESS=$bus
start_service silent
fresh_daemon
asks two
was_told() { [ -s "$shown" ]; }
await was_told
expect 0 token
pid=$(cat "/proc/$daemon/task/$daemon/children" | xargs -n 1 | while read -r p; do grep -qF /sgauth-desktop "/proc/$p/cmdline" && echo "$p"; done)
[ "$(tr '\0' ' ' <"/proc/$pid/cmdline")" = "$helper notify " ] || fail "its arguments: $(tr '\0' ' ' <"/proc/$pid/cmdline")"
comes_out 'perhaps not shown: the desktop did not answer in time'
ended() { [ ! -e "/proc/$pid" ]; }
await ended

trace "nor does it keep the daemon from its end"
fresh_daemon
asks two
await was_told
began=$(date +%s%N)
end_daemon
[ $((($(date +%s%N) - began) / 1000000)) -lt 2500 ] || fail "it did not end within 2 s"
echo "confirm_notified: ok"
