#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# The daemon itself, with a stand-in site: reloading, wiping, ending, and what outlives it.
. "$(dirname "$0")/common.sh"
[ -x "${SGAUTHD:-}" ] && [ -x "${FPT_STAND_IN:-}" ] || { echo "skipped: no daemon or no site"; exit 77; }
unset SHOTGUN_API_CACERTS http_proxy https_proxy HTTP_PROXY HTTPS_PROXY || true

settings=$XDG_CONFIG_HOME/sgauth/config.toml
site() { "$FPT_CONTROL" "$scratch/site" "$@"; }
requests() { site state | python3 -c 'import json,sys; print(json.load(sys.stdin)["counters"]["requests"])'; }
start_daemon() {
    start "$SGAUTHD" 2>>"$scratch/log"
    daemon=$!
    await "$SGAUTH" status
}
log_in() { # log_in CODE LOGIN PASSWORD
    printf '%s\n' "$3" >"$scratch/in"
    expect "$1" login "$SITE" --user "$2" --again --password-stdin <"$scratch/in"
}
ends_in_two_seconds() { # by SIGTERM
    local before now
    before=$(date +%s%N)
    kill "$daemon"
    wait "$daemon" || fail "the daemon ended with $?"
    now=$(date +%s%N)
    [ $(((now - before) / 1000000)) -lt 2000 ] || fail "that took $(((now - before) / 1000000)) ms"
    [ ! -e "$SGAUTH_SOCKET" ] || fail "the socket is still there"
}

mkdir -m 700 "$scratch/site" "$XDG_CONFIG_HOME/sgauth"
start "$FPT_STAND_IN" --dir "$scratch/site" --web-session on --logout ends >"$scratch/site.out"
await grep -q ready "$scratch/site.out"
SITE=$(cat "$scratch/site/url")
good=$(printf '[site]\nca_file = "%s"\ndefault = "%s"\n' "$scratch/site/ca.pem" "$SITE")
printf '%s\n' "$good" >"$settings"
start_daemon
log_in 0 bob bob-password

trace "settings that are bad are not taken over by a reload, and status says so"
printf '%s\n[renewal]\nmax_age = "soon"\n' "$good" >"$settings"
reloaded() { "$SGAUTH" status --json | grep -q "$1"; }
kill -HUP "$daemon"
await reloaded 'config.toml:5: renewal.max_age'
expect 0 token
printf '%s\n[renewal]\nmax_age = "7d"\n' "$good" >"$settings"
kill -HUP "$daemon"
await reloaded '"value": *"7d"'
expect 0 status --json
json 'd["problems"] == []'

trace "it ends within 2 s with a login under way and a site that says nothing"
site fault '{"kind":"never","count":"all"}' >/dev/null
before=$(requests)
printf 'bob-password\n' >"$scratch/in"
# Through a shell: what runs in the background has no stdin but one that is given there.
start bash -c '"$0" login "$1" --user bob --again --password-stdin <"$2"' "$SGAUTH" "$SITE" "$scratch/in" >/dev/null 2>&1
asked() { [ "$(requests)" -gt "$before" ]; }
await asked
ends_in_two_seconds
site reset >/dev/null

trace "a daemon that starts with bad settings hands out nothing, says why, and goes on when they are mended"
printf '%s\n[renewal]\nmax_age = "soon"\n' "$good" >"$settings"
start_daemon
expect 6 token
err_has 'config.toml:5: renewal.max_age'
printf '%s\n[renewals]\n' "$good" >"$settings"
kill -HUP "$daemon"
await reloaded 'config.toml:4: renewals'
expect 6 token
err_has 'config.toml:4: renewals'
printf '%s\n' "$good" >"$settings"
kill -HUP "$daemon"
await reloaded '"problems": *\[\]'
expect 3 token

trace "the password budget outlives the daemon"
for _ in 1 2 3 4; do log_in 4 bob wrong; done  # one more was never answered, and may have counted at the site
log_in 6 bob bob-password
ends_in_two_seconds
start_daemon
log_in 6 bob bob-password
err_has 'the next try is allowed in '

trace "SIGUSR1 wipes, and tells no site"
site person '{"login":"ann","password":"ann-password","email":"ann@x.test"}' >/dev/null
log_in 0 ann ann-password
expect 0 token --user ann
before=$(requests)
kill -USR1 "$daemon"
await grep -q 'every credential was wiped' "$scratch/log"
expect 0 list --json
json 'd == []'
expect 3 token
[ "$(requests)" = "$before" ] || fail "the site was told"
ends_in_two_seconds
echo "daemon_life: ok"
