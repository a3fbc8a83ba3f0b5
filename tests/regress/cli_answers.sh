#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Every command against a daemon that says what it is told to: what is asked, what is shown, each exit code, each document.
. "$(dirname "$0")/common.sh"
start_scripted_agent

session() { printf '{"parameters":{"session":%s}}' "$1"; }
credential() { printf '{"parameters":{"session":%s,"form":"%s","credential":%s}}' "$1" "$2" "$3"; }
error() { printf '{"error":"%s","parameters":%s}' "$1" "$2"; }
unverified=$(with "$jane" state unverified reason 'the network is away')
expired=$(with "$jane" state expired reason site)

trace "token"
answers GetCredential "$(credential "$jane" session_token '{"token":"t0ken"}')"
expect 0 token
out_is t0ken
err_empty
called '{"forms": ["session_token"], "timeout_ms": 33000}'
expect 0 token https://x.test --user jane --min-valid 60
called '"site": "https://x.test", "user": "jane", "forms": ["session_token"], "min_valid_s": 60'
expect 0 token --json
json 'list(d) == ["id","site","kind","user","state","reason","default","created_at","verified_at","expires_at","generation","form","token"]'
json 'd["token"] == "t0ken" and d["form"] == "session_token" and d["reason"] is None'
called '["session_token", "script_key"]'
answers GetCredential "$(credential "$unverified" session_token '{"token":"t0ken"}')"
expect 0 token
out_is t0ken
err_is 'sgauth: unverified: the network is away'
answers GetCredential "$(credential "$farm" script_key '{"script_name":"farm","script_key":"k3y"}')"
expect 0 token --user farm --json
json 'd["form"] == "script_key" and d["script_name"] == "farm" and d["script_key"] == "k3y" and d["expires_at"] is None'
answers GetCredential "$(error FormUnavailable '{"forms":["script_key"],"message":"m"}')"
expect 1 token --user farm
out_empty
err_is 'sgauth: this user is a script that shares its key, which is never printed bare; use `sgauth token --json`'

trace "each error and its exit code"
while read -r code name parameters; do
    answers GetCredential "$(error "$name" "$parameters")"
    expect "$code" token
    out_empty
    one_line err
    expect "$code" token --json
    err_empty
    json "d == {'error': '$name'.rpartition('.')[2], 'message': d['message']} and d['message']"
    expect 125 exec --env A=session_token -- true
done <<END
3 NoSession {"message":"no session"}
3 Expired {"session":$expired,"message":"ended"}
3 CannotLastThatLong {"session":$jane,"longest_s":60,"message":"not that long"}
2 Ambiguous {"choices":["https://a","https://b"],"message":"several"}
2 InvalidSite {"site":"x","message":"no address"}
1 FormUnavailable {"forms":[],"message":"no such form"}
4 Refused {"message":"refused"}
5 Unreachable {"site":"https://x.test","message":"away","foreign":"<html>"}
5 TimedOut {"message":"late"}
6 Denied {"message":"no","retry_at":1790000000}
130 Cancelled {"message":"cancelled"}
1 Busy {"message":"busy"}
1 Failed {"message":"failed"}
1 SomethingNew {"message":"new"}
2 org.varlink.service.InvalidParameter {"parameter":"forms"}
1 org.varlink.service.MethodNotImplemented {"method":"GetCredential"}
6 org.varlink.service.PermissionDenied {}
END
answers GetCredential "$(error NoSession '{"message":"no session for https://x.test"}')"
expect 3 token
err_is 'sgauth: no session for https://x.test; run `sgauth login`'
expect 3 token --prompt </dev/null
answers GetCredential "$(error Ambiguous '{"choices":["https://a","https://b"],"message":"which site"}')"
expect 2 token
err_is 'sgauth: which site; one of https://a, https://b'
answers GetCredential '{"close":true}'
expect 7 token
answers GetCredential '{"parameters":{"form":7}}'
expect 1 token

trace "whoami"
answers GetUser "$(session "$jane")"
expect 0 whoami https://x.test
out_is 'jane @ https://x.test'
called '{"GetUser": {"site": "https://x.test"}}'
expect 0 whoami --json
json 'd["user"] == "jane" and d["state"] == "valid" and len(d) == 11'
answers GetUser "$(session "$unverified")"
expect 0 whoami
out_is 'jane @ https://x.test (unverified)'
answers GetUser "$(session "$expired")"
expect 3 whoami
out_is 'jane @ https://x.test (expired: the site rejected it)'
expect 3 whoami --json
json 'd["state"] == "expired" and d["reason"] == "site"'
answers GetUser "$(error Expired "{\"session\":$expired,\"message\":\"m\"}")"
expect 3 whoami
out_is 'jane @ https://x.test (expired: the site rejected it)'
answers GetUser "$(session "$(with "$jane" state locked)")"
expect 0 whoami
out_is 'jane @ https://x.test (locked)'
answers GetUser "$(error NoSession '{"message":"nobody is logged in"}')"
expect 3 whoami
err_is 'sgauth: nobody is logged in; run `sgauth login`'
answers GetUser "$(session "$(with "$jane" user "$(printf 'ja\033[2Jne')")")"
expect 0 whoami
out_is 'ja\u{1b}[2Jne @ https://x.test'

trace "list"
answers List "{\"parameters\":{\"sessions\":[$jane,$farm]}}"
expect 0 list
[ "$(wc -l <"$scratch/out")" = 3 ] || fail "not three lines"
out_has 'DEFAULT  USER  SITE            KIND    STATE  VERIFIED'
out_has '         farm  https://x.test  script  valid  never'
expect 0 list --json
json '[s["user"] for s in d] == ["jane", "farm"] and all(len(s) == 11 for s in d)'
answers List '{"parameters":{"sessions":[]}}'
expect 0 list
out_empty
err_has 'nobody is logged in'
expect 0 list --json
json 'd == []'

trace "default"
answers GetUser "$(session "$jane")"
expect 0 default
out_is 'jane @ https://x.test'
answers SetDefault "$(session "$jane")"
expect 0 default https://x.test --user jane
out_is 'the default is jane @ https://x.test'
called '{"SetDefault": {"site": "https://x.test", "user": "jane"}}'
answers SetDefault '{"parameters":{}}'
expect 0 default https://y.test
out_is 'the default site is https://y.test'
answers SetDefault "$(error NoSession '{"message":"no session of bob"}')"
expect 3 default --user bob

trace "revoke"
revoked='{"id":"i1","site":"https://x.test","user":"jane","kind":"human","at_site":"confirmed"}'
answers Revoke "{\"parameters\":{\"revoked\":[$revoked]}}"
expect 0 revoke
out_is 'jane @ https://x.test: revoked; the site rejects it now'
called '{"Revoke": {"timeout_ms": 108000}}'
expect 0 logout https://x.test --user jane --all --local
called '"site": "https://x.test", "user": "jane", "all": true, "local": true'
expect 0 revoke --json
json 'd == [{"id": "i1", "site": "https://x.test", "user": "jane", "at_site": "confirmed", "accepted_until": None}]'
for none in '{"parameters":{"revoked":[]}}' "$(error NoSession '{"message":"no session"}')"; do
    answers Revoke "$none"
    expect 3 revoke
    expect 3 revoke --json
    json 'd["error"] == "NoSession"'
    expect 0 revoke --all
    out_empty
    expect 0 revoke --all --json
    json 'd == []'
done

trace "status"
answers Status '{"parameters":{"version":"0.1.0","pid":4242,"started_at":1790000000,"storage":"in memory","locked":false,"renewal_policy":"on-use","sessions":1,"connections":2,"sites":[{"site":"https://x.test","sessions":1,"idle_window_s":86400,"idle_window_from":"assumed","renewal":"confirmed"}],"settings":[{"key":"renewal.policy","value":"on-use","source":"/etc/sgauth/config.toml:3"}],"problems":["/etc/sgauth/config.toml:7: no such key"],"later":1}}'
expect 0 status
[ "$(head -1 "$scratch/out")" = 'problem: /etc/sgauth/config.toml:7: no such key' ] || fail "the problem is not first"
out_has 'sgauthd 0.1.0, pid 4242'
! grep -q 'config.toml:3' "$scratch/out" || fail "settings without --why"
expect 0 status --why
out_has 'renewal.policy  on-use  /etc/sgauth/config.toml:3'
expect 0 status --json
json 'd["pid"] == 4242 and d["settings"][0]["source"] and d["later"] == 1'

trace "watch"
answers Watch "{\"parameters\":{\"event\":\"present\",\"session\":$jane}}" '{"parameters":{"event":"synced"}}' \
    "{\"parameters\":{\"event\":\"expired\",\"session\":$expired}}" \
    "{\"parameters\":{\"event\":\"revoked\",\"session\":$jane}}" '{"silent":true}'
for signal in INT TERM; do
    start "$SGAUTH" watch >"$scratch/out"
    await grep -q revoked "$scratch/out"
    code=0
    kill -"$signal" $!
    wait $! || code=$?
    [ "$code" = 0 ] || fail "watch ends $code on SIG$signal"
    out_is "$(printf 'present jane @ https://x.test valid\nexpired jane @ https://x.test expired\nrevoked jane @ https://x.test')"
done
start "$SGAUTH" watch --json >"$scratch/out"
await grep -q revoked "$scratch/out"
kill $!
wait $! || fail "watch --json"
python3 -c 'import json,sys
d = [json.loads(line) for line in open(sys.argv[1])]
assert [e["event"] for e in d] == ["present", "expired", "revoked"] and all(len(e["session"]) == 11 for e in d), d' "$scratch/out"
answers Watch "{\"parameters\":{\"event\":\"present\",\"session\":$jane}}" '{"close":true}'
expect 7 watch
out_is 'present jane @ https://x.test valid'

trace "exec"
answers GetUser "$(session "$jane")"
answers GetCredential "$(credential "$jane" session_token '{"token":"t0ken"}')"
# shellcheck disable=SC2016
expect 0 exec https://x.test --env TOKEN=session_token -- sh -c 'echo "$SGAUTH_SITE $SGAUTH_USER $SGAUTH_SOCKET $TOKEN"'
out_is "https://x.test jane $SGAUTH_SOCKET t0ken"
called '"site": "https://x.test", "user": "jane", "forms": ["session_token"]'
# shellcheck disable=SC2016
expect 0 exec -- sh -c 'env; ls -l /proc/$$/fd'
! grep -q t0ken "$scratch/out" || fail "a secret that nobody asked for"
! grep -q socket: "$scratch/out" || fail "a connection was left open"
expect 42 exec -- sh -c 'exit 42'
expect 127 exec -- "$scratch/no-such-program"
: >"$scratch/no-program"
expect 126 exec -- "$scratch/no-program"
answers GetUser "$(session "$expired")"
expect 125 exec -- true
err_has 'run `sgauth login`'

trace "call"
answers GetInfo '{"parameters":{"vendor":"v"}}'
expect 0 call org.varlink.service.GetInfo
json 'd == {"vendor": "v"}'
answers List '{"parameters":{"sessions":[]}}'
expect 0 call List '{}'
json 'd == {"sessions": []}'
echo '{"login":"l","value":"s"}' >"$scratch/in"
answers Answer "$(error NoSuchLogin '{"message":"no such login"}')"
expect 1 call Answer - <"$scratch/in"
called '{"Answer": {"login": "l", "value": "s"}}'
answers Watch "{\"parameters\":{\"event\":\"present\",\"session\":$jane}}" '{"close":true}'
expect 7 call Watch --more
json 'd["event"] == "present"'
answers Count '{"parameters":{"at":1,"big":1e3}}' '{"parameters":{}}' '{"parameters":{"at":3},"continues":false}'
expect 0 call org.example.Counter.Count '{"from": 1, "later": [true]}' --more
out_is "$(printf '%s\n' '{"at":1,"big":1000.0}' '{}' '{"at":3}')"
called '{"org.example.Counter.Count": {"from": 1, "later": [true]}}'
answers Count '{"parameters":{"at":1}}' "$(error org.example.Counter.Stuck '{"message":"it is stuck"}')"
expect 1 call org.example.Counter.Count --more
out_is '{"at":1}'
err_is 'sgauth: it is stuck'

trace "login from stdin"
step() { printf '{"parameters":{"login":"L1","step":%s}}' "$1"; }
next() { printf '{"parameters":{"step":%s}}' "$1"; }
password_step='{"kind":"secret","field":"password"}'
code_step='{"kind":"secret","field":"code","message":"the site wants a one-time code besides the password"}'
done_step="{\"kind\":\"done\",\"session\":$jane}"
answers BeginLogin "$(step '{"kind":"wait"}')"
answers Answer "$(next "$password_step")" "$(next "$code_step")" "$(next "$done_step")"
printf 'pass word\n100001\n' >"$scratch/in"
expect 0 login x.test --user jane --method password --default --password-stdin --code-stdin <"$scratch/in"
out_is 'logged in as jane @ https://x.test'
called '{"Answer": {"login": "L1", "value": "pass word", "timeout_ms": 108000}}'
called '"value": "100001"'
answers BeginLogin "$(step "$done_step")"
expect 0 login
out_is 'already logged in as jane @ https://x.test'
expect 0 login x.test --user jane --again --default --password-stdin <"$scratch/in"
called '"site": "x.test", "user": "jane", "default": true, "again": true'
answers BeginLogin "$(step "$password_step")"
answers Answer "$(next '{"kind":"secret","field":"password","message":"the site refused that login and password"}')"
expect 4 login --password-stdin <"$scratch/in"
err_is 'sgauth: the site refused that login and password'
[ "$(grep -c Answer "$scratch/answers/calls")" = 1 ] || fail "a second try without a person"
answers Answer "$(next "$code_step")"
expect 1 login --password-stdin <"$scratch/in"
err_has 'there is no terminal: use --code-stdin'
expect 1 login --password-stdin </dev/null
err_is 'sgauth: stdin has no line with the password'
expect 1 login
err_is 'sgauth: the login has to ask for the password and there is no terminal: use --password-stdin'
printf 'caf\351\n' >"$scratch/latin1"
expect 1 login --password-stdin <"$scratch/latin1"
err_is 'sgauth: what was given is not UTF-8'
answers BeginLogin "$(step '{"kind":"secret","field":"key"}')"
answers Answer "$(next "{\"kind\":\"done\",\"session\":$farm}")"
expect 0 login --script farm --key-stdin <"$scratch/in"
out_is 'logged in as farm @ https://x.test'
! grep -q share_key "$scratch/answers/calls" || fail "a key is shared unasked"
expect 0 login --script farm --key-stdin --share-key <"$scratch/in"
called '"share_key": true'
for failed in '4 Refused' '5 Unreachable' '6 Denied' '130 Cancelled' '1 Failed'; do
    answers BeginLogin "$(step "{\"kind\":\"failed\",\"error\":\"${failed#* }\",\"message\":\"it says\"}")"
    expect "${failed% *}" login
    err_has 'sgauth: it says'
    answers BeginLogin "$(error "${failed#* }" '{"message":"it says"}')"
    expect "${failed% *}" login
done
answers BeginLogin "$(step '{"kind":"open_url","url":"https://x.test/secret-id"}')"
expect 1 login
err_is 'sgauth: logging in with a browser is not available in this version of sgauth'
answers BeginLogin "$(step '{"kind":"dance"}')"
expect 1 login
err_has 'update it'

trace "as root, for another user"
if [ "$(id -u)" = 0 ]; then
    expect 7 --for-user nobody list
    no_call_for_ours=$(grep -c List "$scratch/answers/calls" || true)
    [ "$no_call_for_ours" = 0 ] || fail "our own daemon was asked"
fi
echo "cli_answers: ok"
