#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# `sgauth why` after each end that people meet, with the real daemon's own words: one sentence, one command, and the right one.
# And what the ledger has of those: the form that was asked for, the program, and every kind of refusal.
. "$(dirname "$0")/common.sh"
. "$(dirname "$0")/real_world.sh"
bin=$(realpath "$scratch")/bin
mkdir -m 700 "$bin" "$scratch/credentials"
for program in maya nuke houdini; do cp "$SGAUTH" "$bin/$program"; done
start_site

asks() { # asks CODE PROGRAM [ARGUMENT...]: it wants a token
    local want=$1 code=0
    shift
    trace "$* token"
    "$bin/$1" token "${@:2}" >"$scratch/out" 2>"$scratch/err" || code=$?
    [ "$code" = "$want" ] || fail "$*: exit $code instead of $want"
}
when='(at [0-9]{2}:[0-9]{2}|[A-Z][a-z]+ [0-9]{2}:[0-9]{2})' # this may run at midnight
told() { # told WHO CAUSE ADVICE: all of the sentence, but for times, pids and how often
    expect 0 why
    one_line out
    [ "$(grep -o '`' "$scratch/out" | wc -l)" = 2 ] || fail "not one command: $(cat "$scratch/out")"
    local line
    line=$(sed -E "s/ [0-9]+ times, last $when/ $when/; s/, last used $when//; s/ $when:/:/; s/policy test [0-9]+/policy test PID/; s/lasts [0-9]+ hours/lasts N hours/" "$scratch/out")
    [ "$line" = "$1: $2; $3" ] || fail "why says: $line"
}
refused() { told "$1 was refused" "${@:2}"; }
last() { # last EXPRESSION: true of the newest entry, `e`
    "$SGAUTH" audit --json >"$scratch/out"
    json "(lambda e: $1)(d[-1])"
}
wrong_word() { expect 6 unlock --passphrase-stdin < <(echo "$1"); }
site_of() { sed 's|https://||' <<<"$SITE"; }

trace "=== nobody, and nobody in particular"
start_daemon
asks 3 maya
refused maya 'nobody is logged in' 'run `sgauth login`'
last 'e["form"] == "session_token" and e["executable"].endswith("/bin/maya") and e["error"] == "NoSession"'
log_script_in
asks 3 maya "$SITE"
refused maya "$SITE has no default user" "run \`sgauth default $SITE --user NAME\`, or name one of: farm"
expect 1 call GetCredential '{"user":"farm","forms":["script_key"]}'
refused sgauth "farm at $SITE has its credential as session_token only" \
    'run `sgauth login --script farm --key-stdin --share-key` to have its key handed out'
last 'e["form"] == "script_key" and e["error"] == "FormUnavailable" and e["user"] == "farm"'
expect 3 default "$SITE" --user ann
refused sgauth "no session of ann at $SITE" 'run `sgauth login`'
last 'e["executable"].endswith("/sgauth") and "form" not in e'
expect 3 call ReportRejected '{"id":"none","generation":1}'
refused sgauth 'no session has this id any more' 'run `sgauth login`'
expect 1 call AnswerQuestion '{"id":"none","yes":true}'
refused sgauth 'nobody waits for an answer to this question any more' 'run `sgauth status`'
last 'e["error"] == "Failed"'

trace "=== locked"
log_in bob
asks 0 maya
expect 0 lock
asks 6 maya
refused maya 'locked by sgauth lock' 'run `sgauth unlock`'
last 'e["form"] == "session_token" and e["user"] == "bob"'
expect 6 call ChangeVault '{"place":"memory"}'
refused sgauth 'locked by sgauth lock' 'run `sgauth unlock`'
last 'e["executable"].endswith("/sgauth") and e["error"] == "Denied" and "form" not in e'
expect 6 login "$SITE" --user bob --again --password-stdin < <(echo bob-password)
told "a login of bob at $SITE failed" 'locked by sgauth lock' 'run `sgauth unlock`'
expect 0 unlock
expect 0 lock --passphrase-stdin < <(echo open)
expect 6 lock --passphrase-stdin < <(echo again)
refused sgauth 'it is locked already' 'run `sgauth unlock` before you lock it by another passphrase'
last 'e["executable"].endswith("/sgauth") and e["error"] == "Denied" and "form" not in e'
wrong_word one
refused sgauth 'wrong passphrase' 'run `sgauth unlock`'
last 'e["executable"].endswith("/sgauth") and e["error"] == "Denied" and e["pid"] > 0'
wrong_word two
wrong_word three
wrong_word open
refused sgauth 'too many wrong passphrases' 'wait before you run `sgauth unlock` again'
"$SGAUTH" audit --json >"$scratch/out"
json 'sum(e["count"] for e in d if e.get("reason") == "wrong passphrase") == 3'
unlocked() { "$SGAUTH" unlock --passphrase-stdin < <(echo open) 2>/dev/null; }
await unlocked

trace "=== rules"
rules() { settings "$1"; restart_daemon; }
rule=$XDG_CONFIG_HOME/sgauth/config.toml:3
rules '[[policy.rule]]\naction = "deny"\nform = "session_token"\nreason = "ask the desk"\n'
asks 6 maya
refused maya "a rule denies it ($rule): ask the desk" 'run `sgauth policy test PID`'
last 'e["form"] == "session_token"'
rules '[[policy.rule]]\naction = "confirm"\n'
asks 6 maya
refused maya "a rule wants it confirmed ($rule)" 'run `sgauth policy confirm` in a terminal and ask again with --prompt, or have a rule allow it'
rules 'nonsense = 1\n'
asks 6 maya
refused maya "the settings have to be mended first: ${rule%:*}:3: site.nonsense: unknown key" 'run `sgauth status`'
expect 6 login "$SITE" --user bob --again --password-stdin < <(echo bob-password)
told "a login of bob at $SITE failed" "the settings have to be mended first: ${rule%:*}:3: site.nonsense: unknown key" 'run `sgauth status`'
rules ''

trace "=== the site: too long a wish, wrong passwords, an end, away"
asks 3 maya --min-valid 8640000
refused maya "the session of bob at $SITE lasts N hours at the most" 'run `sgauth status`'
wrong() { expect "$1" login "$SITE" --user ann --password-stdin < <(echo wrong); }
wrong 4
told "a login of ann at $SITE failed" 'the site refused that login and password' 'run `sgauth login`'
for i in 2 3 4 5; do wrong 4; done
for code in 4 6; do
    [ $code = 4 ] || wrong 6
    expect 0 why
    out_has "a login of ann at $SITE failed"
    out_has 'the next try is allowed in '
    out_has '; run `sgauth login`'
    [ "$(grep -o '`' "$scratch/out" | wc -l)" = 2 ] || fail "not one command"
done
site expire '{"login":"bob"}' >/dev/null
restart_daemon
asks 3 maya
refused maya 'session expired at the site' 'run `sgauth login`'
last 'e["form"] == "session_token"'
log_in bob
end_daemon
site fault '{"kind":"503","count":"all"}' >/dev/null
start_daemon
asks 0 maya
expect 0 why
out_has 'maya got a credential that was not verified '
out_has '; run `sgauth status`'
asks 5 nuke --min-valid 600
expect 0 why
out_has "nuke was refused "
out_has "$(site_of)"
out_has '; run `sgauth status`'
[ "$(grep -o '`' "$scratch/out" | wc -l)" = 2 ] || fail "not one command"
site clear_faults >/dev/null

trace "=== the key: gone, away, another, a passphrase"
end_daemon
python3 -B "$here/forget_keys.py" "$XDG_STATE_HOME"
start_daemon
asks 6 houdini
refused houdini 'somebody has removed the key of the stored sessions' 'run `sgauth login`'
end_daemon
rm -rf "$XDG_STATE_HOME"/sgauth
head -c 32 /dev/urandom >"$scratch/credentials/sgauth.vault-key"
export CREDENTIALS_DIRECTORY=$scratch/credentials
start_daemon
log_in bob
rm "$scratch/credentials/sgauth.vault-key"
restart_daemon
asks 6 maya
expect 0 why
out_has 'the stored sessions wait for a systemd credential and open by themselves once it is there; run `sgauth unlock` to try at once'
[ "$(grep -o '`' "$scratch/out" | wc -l)" = 2 ] || fail "not one command"
head -c 32 /dev/urandom >"$scratch/credentials/sgauth.vault-key"
restart_daemon
asks 6 maya
refused maya 'the key in a systemd credential is not the one that sealed the stored sessions' \
    'if it cannot be brought back, run `sgauth vault --reset` to set them aside'
end_daemon
unset CREDENTIALS_DIRECTORY
rm -rf "$XDG_STATE_HOME"/sgauth
settings '[vault]\nbackend = "passphrase"\n'
start_daemon
log_in bob
expect 0 unlock --passphrase-stdin < <(echo phrase)
restart_daemon
asks 6 maya
refused maya 'the stored sessions are sealed by a passphrase' 'run `sgauth unlock`'
wrong_word one
refused sgauth 'wrong passphrase' 'run `sgauth unlock`'

trace "=== the sentence that was promised, word for word, on a Tuesday"
# A sanitizer wants to be loaded before anything else.
[ -z "${SGAUTH_SANITIZED:-}" ] || { echo "why: ok, but for that sentence"; exit 0; }
[ -r "${SOAK_PRELOAD:-}" ] || { leave_out "no library that moves a wall clock"; ended_well why; }
end_daemon
rm -rf "$XDG_STATE_HOME"/sgauth
settings ''
export SGAUTH_CLOCK_SHIFT=$scratch/shift
it_is() { # it_is TIME: from now on, for all who look by that clock
    python3 -c 'import struct, sys, time; open(sys.argv[1], "r+b").write(struct.pack("=q", int(sys.argv[2]) - int(time.time())))' \
        "$SGAUTH_CLOCK_SHIFT" "$(date -ud "$1" +%s)"
}
head -c 8 /dev/zero >"$SGAUTH_CLOCK_SHIFT"
for program in "$SGAUTHD" "$SGAUTH" "$bin/maya"; do
    printf '#!/bin/sh\nLD_PRELOAD=%s exec %s "$@"\n' "$SOAK_PRELOAD" "$(realpath "$program")" >"$scratch/$(basename "$program")"
    chmod 700 "$scratch/$(basename "$program")"
done
SGAUTHD=$scratch/sgauthd SGAUTH=$scratch/sgauth bin=$scratch
friday=$(date -ud 'next friday' +%F)
tuesday=$(date -ud "$friday + 4 days" +%F)
it_is "$friday 19:12"
start_daemon
log_in bob
it_is "$friday 19:12"
asks 0 maya
site expire '{"login":"bob"}' >/dev/null
it_is "$tuesday 14:00"
restart_daemon
it_is "$tuesday 14:02"
asks 3 maya
expect 0 why
out_is 'maya was refused at 14:02: session expired at the site, last used Friday 19:12; run `sgauth login`'
ended_well why
