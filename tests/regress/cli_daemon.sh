#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# The command line with the real daemon and a stand-in site: a day of it, and the exit codes that only both can give.
# Takes SGAUTHD, FPT_STAND_IN and FPT_CONTROL from the environment too.
. "$(dirname "$0")/common.sh"
[ -x "${SGAUTHD:-}" ] && [ -x "${FPT_STAND_IN:-}" ] || { echo "skipped: no daemon or no site"; exit 77; }
unset SHOTGUN_API_CACERTS http_proxy https_proxy HTTP_PROXY HTTPS_PROXY || true

site() { "$FPT_CONTROL" "$scratch/site" "$@" >/dev/null; }
login() { # login CODE LINES ARGUMENT...
    local code=$1
    printf '%b' "$2" >"$scratch/in"
    shift 2
    expect "$code" login "$@" <"$scratch/in"
}
mkdir -m 700 "$scratch/site" "$XDG_CONFIG_HOME/sgauth"
start "$FPT_STAND_IN" --dir "$scratch/site" --web-session on --logout ends >"$scratch/site.out"
await grep -q ready "$scratch/site.out"
SITE=$(cat "$scratch/site/url")
printf '[site]\nca_file = "%s"\n' "$scratch/site/ca.pem" >"$XDG_CONFIG_HOME/sgauth/config.toml"

trace "the first question starts the daemon; it is ended with the rest"
end_daemon() {
    local pid
    pid=$("$SGAUTH" call Status 2>/dev/null | python3 -c 'import json,sys; print(json.load(sys.stdin)["pid"])' 2>/dev/null) || pid=
    [ -z "$pid" ] || kill "$pid" 2>/dev/null || true
    cleanup
}
trap end_daemon EXIT
SGAUTH_AUTOSTART=1 SGAUTH_DAEMON=$SGAUTHD expect 3 whoami
expect 0 status
out_has "sgauthd "
expect 0 status --json
json 'd["pid"] > 1 and d["sessions"] == 0 and d["problems"] == []'
expect 0 list
out_empty

trace "nobody is logged in"
for command in whoami token default 'revoke' "token $SITE" 'token --json'; do
    # shellcheck disable=SC2086
    expect 3 $command
done
expect 0 revoke --all
expect 125 exec -- true
expect 2 token 'ftp://x'
expect 2 token 'http://studio.example.com'

trace "logging in"
login 4 'wrong\n' "$SITE" --user bob --password-stdin
login 4 'jane-password\n000000\n' "$SITE" --user jane --password-stdin --code-stdin
login 1 'jane-password\n' "$SITE" --user jane --password-stdin
login 0 'jane-password\n100001\n' "$SITE" --user jane --password-stdin --code-stdin
out_is "logged in as jane @ $SITE"
expect 0 login "$SITE" --user jane
out_is "already logged in as jane @ $SITE"
login 4 'wrong-key\n' "$SITE" --script farm --key-stdin
login 0 'farm-key\n' "$SITE" --script farm --key-stdin --share-key
login 5 'x\n' https://127.0.0.1:9 --user jane --password-stdin

trace "asking"
expect 0 whoami
out_is "jane @ $SITE"
expect 0 token
err_empty
one_line out
token=$(cat "$scratch/out")
expect 0 token "$SITE" --user JANE --min-valid 60
out_is "$token"
expect 3 token --min-valid 99999999
expect 3 token --user nobody
expect 0 token --json
json "d['token'] == '$token' and d['user'] == 'jane' and d['state'] == 'valid'"
expect 1 token --user farm
err_has 'never printed bare'
expect 0 token --user farm --json
json 'd["script_name"] == "farm" and d["script_key"] == "farm-key" and d["form"] == "script_key"'
expect 0 list
out_has 'jane'
out_has 'farm'
expect 0 list --json
json 'len(d) == 2 and [s["user"] for s in d if s["default"]] == ["jane"]'
expect 0 exec --env TOKEN=session_token -- sh -c 'echo "$SGAUTH_USER $TOKEN"'
out_is "jane $token"
expect 0 default
out_is "jane @ $SITE"
expect 0 default --user farm
expect 0 default
out_is "farm @ $SITE"
expect 0 default --user jane
expect 0 call GetUser "{\"site\":\"$SITE\"}"
json 'd["session"]["user"] == "jane"'
expect 2 call GetUser '{"usr":"bob"}'
expect 1 call NoSuchMethod
expect 0 call org.varlink.service.GetInfo
expect 0 lock
expect 6 token
expect 0 unlock
expect 0 token --user jane

trace "a session that the site ends is found out, and said"
site expire '{"login":"jane"}'
expect 0 token --json
report=$(python3 -c 'import json,sys; d=json.load(open(sys.argv[1])); print(json.dumps({k: d[k] for k in ("id", "generation")}))' "$scratch/out")
# What the site accepted less than a second ago is not asked about again.
reported_expired() { "$SGAUTH" call ReportRejected "$report" | grep -Eq '"state": ?"expired"'; }
await reported_expired
expect 3 whoami
out_is "jane @ $SITE (expired: the site rejected it)"
err_is 'sgauth: the session has expired; run `sgauth login`'
expect 3 token
one_line err
expect 125 exec -- true
expect 0 list
out_has expired
login 0 'jane-password\n100002\n' "$SITE" --user jane --password-stdin --code-stdin
expect 0 whoami
out_is "jane @ $SITE"

trace "taking away, and who sees it"
start "$SGAUTH" watch --json >"$scratch/watched"
await grep -q farm "$scratch/watched"
expect 0 revoke
out_has "jane @ $SITE: revoked"
await grep -q '"revoked"' "$scratch/watched"
expect 3 token
expect 0 revoke --user farm --json
json 'len(d) == 1 and d[0]["user"] == "farm" and d[0]["at_site"] == "not_tried"'
expect 3 revoke

trace "a plain login at a terminal, word for word: the README shows it"
code=0
env -u LOGNAME TERM=xterm python3 -B "$here/on_terminal.py" --wait 'Login: ' --type jane --wait 'Password: ' --type jane-password \
    --wait 'Code: ' --type 100003 -- "$SGAUTH" login "$SITE" >"$scratch/out" 2>"$scratch/err" || code=$?
[ "$code" = 0 ] || fail "exit $code"
out_is "Login: jane
Password: 
the site wants a one-time code besides the password
Code: 
logged in as jane @ $SITE
echo on"
expect 0 revoke

trace "the password budget: five in an hour"
for _ in 1 2 3; do login 4 'wrong\n' "$SITE" --user bob --password-stdin; done
# The fifth is refused by the site, and there is no sixth.
code=0
echo wrong | "$SGAUTH" login "$SITE" --user bob --password-stdin 2>"$scratch/err" || code=$?
[ "$code" = 4 ] || fail "the fifth: exit $code"
login 6 'bob-password\n' "$SITE" --user bob --password-stdin
err_has 'allowed'

# Another user's place is fixed, so this is left out where there is something already.
others=/tmp/sgauth-65534
as_other=(setpriv --reuid 65534 --clear-groups env -i HOME="$scratch/other" PATH="$PATH")
if [ "$(id -u)" = 0 ] && [ ! -e "$others" ] && [ ! -e /run/user/65534 ] && "${as_other[@]}" "$SGAUTHD" --version >/dev/null 2>&1; then
    trace "root asks another user's daemon, and may revoke"
    expect 7 --for-user nobody revoke --all
    chmod 711 "$scratch"
    mkdir -m 700 "$scratch/other"
    chown 65534 "$scratch/other"
    start "${as_other[@]}" "$SGAUTHD" 2>"$scratch/other.log"
    other=$!
    await test -S "$others/agent.sock"
    expect 0 --for-user nobody status
    expect 0 --for-user nobody list --json
    json 'd == []'
    expect 3 --for-user nobody revoke
    expect 0 --for-user nobody revoke --all
    expect 2 --for-user nobody token
    kill "$other"
    wait "$other" || true
    rm -rf "$others"
else
    leave_out "not root, or another daemon is at $others: no other user's daemon to ask"
fi

trace "the daemon goes: the watcher ends with 7"
pid=$("$SGAUTH" call Status | python3 -c 'import json,sys; print(json.load(sys.stdin)["pid"])')
start "$SGAUTH" watch >"$scratch/watched"
watcher=$!
watched() { "$SGAUTH" call Status | grep -Eq '"connections": ?[2-9]'; }
await watched
kill "$pid"
code=0
wait "$watcher" || code=$?
[ "$code" = 7 ] || fail "watch ends $code"
expect 7 status
ended_well cli_daemon
