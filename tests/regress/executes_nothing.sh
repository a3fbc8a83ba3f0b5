#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Through a day of logins, faults, reloads and a wipe the daemon executes no program but those that it brings for the
# purpose, and its fence stands before it has a second thread.
# Takes SGAUTHD and FPT_STAND_IN from the environment.
. "$(dirname "$0")/common.sh"
[ -x "${SGAUTHD:-}" ] && [ -x "${FPT_STAND_IN:-}" ] || { echo "skipped: no daemon or no site"; exit 77; }
command -v strace >/dev/null || { echo "skipped: no strace"; exit 77; }
unset SHOTGUN_API_CACERTS http_proxy https_proxy HTTP_PROXY HTTPS_PROXY || true
helpers='/sgauth-(keyring|desktop)"' # the end of their paths, wherever they are installed

watched() { # watched TRACE COMMAND...
    local trace=$1
    shift
    exec strace -D -f -qq -e trace=execve,execveat,clone,clone3,landlock_restrict_self -e signal=none -o "$trace" "$@"
}
executed() { # executed TRACE: the programs that were started, the first one left out
    grep -E ' execve(at)?\(' "$1" | tail -n +2 | grep -vE "$helpers" | sed 's/.*execve[at]*(\([^,]*\),.*/\1/' || true
}
log_in() { # log_in CODE PASSWORD
    printf '%s\n' "$2" >"$scratch/in"
    expect "$1" login "$SITE" --user bob --again --password-stdin <"$scratch/in"
}

trace "what does execute is seen"
(watched "$scratch/planted" sh -c '/bin/true; /bin/ls /' >/dev/null)
[ "$(executed "$scratch/planted" | sort | tr '\n' ' ')" = '"/bin/ls" "/bin/true" ' ] || fail "planted ones: $(executed "$scratch/planted")"

mkdir -m 700 "$scratch/site" "$XDG_CONFIG_HOME/sgauth"
start "$FPT_STAND_IN" --dir "$scratch/site" --web-session on --logout ends >"$scratch/site.out"
await grep -q ready "$scratch/site.out"
SITE=$(cat "$scratch/site/url")
settings() { printf '[site]\nca_file = "%s"\n[lock]\nwith_desktop = true\n%b' "$scratch/site/ca.pem" "$1" >"$XDG_CONFIG_HOME/sgauth/config.toml"; }
settings ''
start watched "$scratch/trace" "$SGAUTHD" 2>"$scratch/log"
daemon=$! # as strace -D has it
await "$SGAUTH" status

trace "a day of it"
log_in 4 wrong
log_in 0 bob-password
expect 0 token
expect 0 whoami
printf 'x\n' >"$scratch/in"
expect 5 login https://localhost:9 --user jane --password-stdin <"$scratch/in"
settings '[[policy.rule]]\naction = "confirm"\n'
kill -HUP "$daemon"
is_confirmed() { ! "$SGAUTH" token; }
await is_confirmed
expect 6 token # and the desktop is told
expect 0 revoke --all
log_in 0 bob-password
kill -USR1 "$daemon"
await grep -q 'every credential was wiped' "$scratch/log"
expect 3 token

kill "$daemon"
gone() { ! kill -0 "$daemon" 2>/dev/null; }
await gone
grep -qE '/sgauth-desktop", \[.*, "notify"\]' "$scratch/trace" || fail "the desktop was not told"
grep -qE '/sgauth-desktop", \[.*, "follow"\]' "$scratch/trace" || fail "the desktop was not followed: this shows less"
[ -z "$(executed "$scratch/trace")" ] || fail "it executed: $(executed "$scratch/trace")"

trace "the fence stood before there was a thread that it would not hold for"
grep -q 'landlock_restrict_self(.*) *= 0' "$scratch/trace" || { echo "skipped: this kernel has no Landlock"; exit 77; }
grep -q 'CLONE_THREAD' "$scratch/trace" || fail "there never was a thread: this shows nothing"
awk '/landlock_restrict_self/ { exit !fenced_late } /CLONE_THREAD/ { fenced_late = 1 }' "$scratch/trace" && fail "a thread came before the fence"
echo "all held"
