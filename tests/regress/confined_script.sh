#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# A script that is logged in without --share-key: what leaves is a session token made of its key, that works at the site; the key
# leaves in no reply; the token ends with a revoke and is made anew when it has ended.
. "$(dirname "$0")/common.sh"
. "$(dirname "$0")/real_world.sh"
start_site --session-seconds 3600
start_daemon
: >"$scratch/replies"
pids=()

mints() { site state | python3 -c 'import json,sys; print(sum(s["kind"] == "script" for s in json.load(sys.stdin)["sessions"]))'; }
accepts() { # accepts TOKEN: whether the site does, now
    site state | python3 -c 'import json,sys
sys.exit(not any(s["token"] == sys.argv[1] and s["kind"] == "script" and s["login"] == "farm" and not s["revoked"] and not s["expired"] for s in json.load(sys.stdin)["sessions"]))' "$1"
}
asks() { # asks CODE FORM...: GetCredential as a program calls it; what it says is kept for the last scan
    local code=$1 forms
    shift
    forms=$(printf '"%s",' "$@")
    expect "$code" call GetCredential "{\"user\":\"farm\",\"forms\":[${forms%,}]}"
    cat "$scratch/out" "$scratch/err" >>"$scratch/replies"
}
member() { python3 -c 'import json,sys; d=json.load(open(sys.argv[1])); print(eval(sys.argv[2]))' "$scratch/out" "$1"; }

trace "the key alone is not to be had"
log_script_in
[ "$(mints)" = 0 ] || fail "a token was made before anybody asked"
asks 1 script_key
err_has 'has its credential as session_token only'
err_has '`sgauth login --script farm --key-stdin --share-key`'
expect 125 exec "$SITE" --env K=script_key -- true
expect 0 default --user farm
expect 125 exec --env K=script_key -- true
err_has '--share-key'
[ "$(mints)" = 0 ] || fail "a token was made for nobody"

trace "many at once: one token, which works at the site"
for _ in 1 2 3 4 5 6 7 8; do "$SGAUTH" token --user farm >>"$scratch/tokens" & pids+=($!); done
wait "${pids[@]}"
[ "$(wc -l <"$scratch/tokens")" = 8 ] && [ "$(sort -u "$scratch/tokens" | wc -l)" = 1 ] || fail "not one token for all"
token=$(head -n 1 "$scratch/tokens")
accepts "$token" || fail "the site does not know the token"
[ "$(mints)" = 1 ] || fail "$(mints) tokens were made"
asks 0 script_key session_token
json "d['form'] == 'session_token' and d['credential']['token'] == '$token' and not d['credential'].get('script_key')"
first=$(member 'd["session"]["generation"]')
expect 0 token --user farm --json
json "d['token'] == '$token' and d['kind'] == 'script' and 'script_key' not in d"
expect 0 exec --env T=session_token -- sh -c 'echo "$SGAUTH_USER $T"'
out_is "farm $token"

trace "a token that the site ended is found out by a report, and another is made; the generation rises"
site expire "{\"token\":\"$token\"}" >/dev/null
id=$(expect 0 token --user farm --json >/dev/null && member 'd["id"]')
replaced() {
    "$SGAUTH" call ReportRejected "{\"id\":\"$id\",\"generation\":$first}" >"$scratch/out"
    python3 -c 'import json,sys; d=json.load(open(sys.argv[1]))["session"]; sys.exit(not (d["generation"] > int(sys.argv[2]) and d["state"] == "valid"))' "$scratch/out" "$first"
}
await replaced
expect 0 token --user farm
second=$(cat "$scratch/out")
[ "$second" != "$token" ] || fail "the old token again"
accepts "$second" || fail "the site does not take the second"
[ "$(mints)" = 2 ] || fail "$(mints) tokens were made"

trace "a restart keeps key and token, sealed; while the site is away nobody can tell whether it takes it"
restart_daemon
grep -aqF "$second" "$(store)" && fail "the token lies open in the store"
site fault '{"kind":"503","count":"all"}' >/dev/null
expect 0 token --user farm --json
json "d['token'] == '$second' and d['state'] == 'unverified'"
site clear_faults >/dev/null
await "$SGAUTH" token --user farm
expect 0 token --user farm --json
json "d['token'] == '$second'"
generation=$(member 'd["generation"]')
[ "$generation" -gt "$first" ] || fail "the generation fell"
[ "$(mints)" = 2 ] || fail "$(mints) tokens were made"
asks 1 script_key
expect 3 token --user farm --min-valid 99999999

trace "a kill too: what was handed out is known after it"
restart_daemon KILL
expect 0 token --user farm
out_is "$second"

trace "while it is locked nobody gets the token"
expect 0 lock
expect 6 token --user farm
expect 0 unlock
expect 0 token --user farm
out_is "$second"

trace "a revoke ends the token at the site, and says where the key is changed"
expect 0 revoke --user farm
out_has 'revoked; the site rejects it now'
out_has 'its key is changed at the site'
accepts "$second" && fail "the site still takes it"
expect 3 token --user farm
log_script_in
expect 0 revoke --user farm --json
json 'd[0]["at_site"] == "not_tried"'

trace "shared where it is asked for, also after a restart; a login without confines it again"
log_script_in --share-key
asks_shared() { "$SGAUTH" token --user farm --json >"$scratch/out" && json 'd["script_key"] == "farm-key"'; }
asks_shared || fail "it is not shared"
restart_daemon
asks_shared || fail "it is not shared any more"
expect 1 token --user farm
log_script_in
expect 0 token --user farm
asks 1 script_key

trace "the key changed at the site: the session has ended"
expect 0 token --user farm
site expire "{\"login\":\"farm\"}" >/dev/null
site script '{"name":"farm","key":"another-key"}' >/dev/null
restart_daemon
expect 3 token --user farm
err_has 'sgauth login'
expect 0 list
out_has expired

[ "$(grep -c . "$scratch/replies")" -ge 4 ] || fail "not all replies were scanned"
grep -qF farm-key "$scratch/replies" && fail "a reply had the key"
grep -qF farm-key "$scratch/log" && fail "the log has the key"
grep -qF farm-key <(cat "$scratch/replies"; echo farm-key) || fail "the scan finds nothing"
echo "confined_script: ok"
