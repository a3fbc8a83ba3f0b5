#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# The main job as a story: demo.sh BUILD_DIR [--shell]. Real programs, a stand-in site over TLS, a scratch folder that is
# removed at the end. Each command is printed before its output. Ends with 1 where the story does not come true.
set -euo pipefail

build=$(realpath "$1")
shell=${2:-}
scratch=$(mktemp -d "${TMPDIR:-/tmp}/sgauth-demo.XXXXXX")
started=()

cleanup() {
    for pid in "${started[@]}"; do kill "$pid" 2>/dev/null && wait "$pid" 2>/dev/null || true; done
    rm -rf "$scratch"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

if [ -t 1 ]; then bold=$(printf '\033[1m') dim=$(printf '\033[2m') plain=$(printf '\033[0m'); else bold='' dim='' plain=''; fi
tell() { printf '\n%s%s%s\n' "$bold" "$*" "$plain"; }
fail() { echo "demo: this should not be: $*" >&2; exit 1; }
# Prints a command, then runs it; what it answers is shown, and its exit code where that is not 0.
run() { ends_with 0 "$@"; }
ends_with() { # ends_with CODE COMMAND
    local want=$1 code=0; shift
    printf '%s$ %s%s\n' "$dim" "$*" "$plain"
    bash -o pipefail -c "$*" || code=$?
    if [ "$code" != 0 ]; then printf '%s(exit code %s)%s\n' "$dim" "$code" "$plain"; fi
    [ "$code" = "$want" ] || fail "exit code $code instead of $want"
}
await() { # await SECONDS COMMAND...: until it succeeds
    local end=$((SECONDS + $1)); shift
    until "$@" >/dev/null 2>&1; do
        [ "$SECONDS" -lt "$end" ] || fail "gave up waiting for: $*"
        sleep 0.1
    done
}
requests() { # how many requests the site has had in all
    fpt_control "$scratch/site" state | python3 -c 'import json,sys; print(json.load(sys.stdin)["counters"]["requests"])'
}

export PATH="$build/client/cli:$build/daemon:$build/tests/site:$PATH"
export HOME="$scratch/home" XDG_CONFIG_HOME="$scratch/config" XDG_STATE_HOME="$scratch/state" XDG_RUNTIME_DIR="$scratch/run"
export scratch
unset SGAUTH_SOCKET SHOTGUN_API_CACERTS http_proxy https_proxy HTTP_PROXY HTTPS_PROXY || true
mkdir -m 700 "$HOME" "$XDG_CONFIG_HOME" "$XDG_STATE_HOME" "$XDG_RUNTIME_DIR" "$scratch/site" "$XDG_CONFIG_HOME/sgauth"

tell "1. A studio's site: it speaks TLS with a certificate authority of its own. Its sessions end when they are idle for 8 seconds."
printf '%s$ fpt_stand_in --dir "$scratch/site" --session-seconds 8 --web-session on --logout ends &%s\n' "$dim" "$plain"
fpt_stand_in --dir "$scratch/site" --session-seconds 8 --web-session on --logout ends >"$scratch/site.out" &
started+=($!)
await 10 grep -q ready "$scratch/site.out"
SITE=$(cat "$scratch/site/url"); export SITE
cat "$scratch/site.out"

tell "2. The daemon starts. All it needs to be told is whom to trust."
printf '[site]\nca_file = "%s"\n' "$scratch/site/ca.pem" >"$XDG_CONFIG_HOME/sgauth/config.toml"
run 'cat $XDG_CONFIG_HOME/sgauth/config.toml'
printf '%s$ sgauthd &%s\n' "$dim" "$plain"
sgauthd 2>"$scratch/sgauthd.log" &
started+=($!)
await 10 sgauth status
run 'sgauth status'

tell "3. A person logs in once: password and second factor."
run 'printf "jane-password\n100001\n" | sgauth login $SITE --user jane --password-stdin --code-stdin'
run 'sgauth whoami'

tell "4. Fifty programs ask for the user at once. Nobody is prompted, nobody asks the site."
before=$(requests)
run 'for i in $(seq 50); do sgauth token >$scratch/token.$i & done; wait; cat $scratch/token.* | sort | uniq -c | sed "s/[0-9a-f]\{24\}$/…/"'
meanwhile=$(($(requests) - before))
printf 'requests at the site meanwhile: %s\n' "$meanwhile"
[ "$meanwhile" = 0 ] || fail "the site was asked"
[ "$(cat "$scratch"/token.* | wc -l)" = 50 ] && [ "$(sort -u "$scratch"/token.* | wc -l)" = 1 ] || fail "not fifty times one token"

tell "5. While somebody works, the session is kept alive: 12 seconds of work, on a site that forgets after 8."
run 'timeout 12 sgauth watch | tee $scratch/work.out & for i in $(seq 24); do sgauth token >/dev/null || exit; sleep 0.5; done; wait; sgauth whoami'
grep -q renewed "$scratch/work.out" || fail "nothing was renewed"

tell "6. The site goes down. Nobody is logged out."
run 'fpt_control $scratch/site fault "{\"kind\":\"503\",\"count\":\"all\"}" >/dev/null'
run 'sleep 8; sgauth token >/dev/null; sgauth whoami'
run 'fpt_control $scratch/site clear_faults >/dev/null'

tell "7. A central revoke: a watcher sees it at once, the site confirms it, the next program gets exit code 3."
run 'printf "jane-password\n100002\n" | sgauth login $SITE --user jane --again --password-stdin --code-stdin'
sgauth watch >"$scratch/watch.out" 2>/dev/null &
started+=($!)
await 10 grep -q . "$scratch/watch.out"
run 'sgauth revoke'
await 10 grep -q revoked "$scratch/watch.out"
run 'tail -n 1 $scratch/watch.out   # what the watcher saw'
ends_with 3 'sgauth token'

tell "8. A script logs in. Programs get a session token that is made of its key; the key only where --share-key says so, and never bare."
run 'echo farm-key | sgauth login $SITE --script farm --key-stdin'
run 'sgauth token --user farm'
run 'echo farm-key | sgauth login $SITE --script farm --key-stdin --share-key'
ends_with 1 'sgauth token --user farm'
run 'sgauth token --user farm --json'
run 'sgauth list'

if [ "$shell" = --shell ]; then
    tell "Your turn: the site is \$SITE ($SITE), people are jane (jane-password, codes 100003 to 100100) and bob (bob-password). Leave with exit."
    PS1='sgauth demo $ ' bash --norc --noprofile -i || true
else
    tell "That was all. './dev demo --shell' leaves all of it running for you to try."
fi
