#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Who may have what, with the real daemon: rules by program, credential and namespace, and what they cannot do. Not as root,
# where there is a choice.
. "$(dirname "$0")/not_as_root.sh"
. "$(dirname "$0")/common.sh"
[ -x "${SGAUTHD:-}" ] && [ -x "${FPT_STAND_IN:-}" ] || { echo "skipped: no daemon or no site"; exit 77; }
unset SHOTGUN_API_CACERTS http_proxy https_proxy HTTP_PROXY HTTPS_PROXY || true
settings=$XDG_CONFIG_HOME/sgauth/config.toml
bin=$(realpath "$scratch")/bin
mkdir -m 700 "$scratch/site" "$XDG_CONFIG_HOME/sgauth" "$bin"
python=$(python3 -c 'import os, sys; print(os.path.realpath(sys.executable))') # not a link or a shim
PYTHONHOME=$("$python" -c 'import sys; print(sys.base_prefix)')
cp "$SGAUTH" "$bin/good"
cp "$SGAUTH" "$bin/other"
cp "$python" "$bin/asker" # not called as an interpreter is
cp "$(realpath "$(command -v sleep)")" "$bin/sleeper"

start "$FPT_STAND_IN" --dir "$scratch/site" --web-session on --logout ends >"$scratch/site.out"
await grep -q ready "$scratch/site.out"
SITE=$(cat "$scratch/site/url")
start "$SGAUTHD" 2>"$scratch/log"
daemon=$!
await test -S "$SGAUTH_SOCKET"
trap 'kill -CONT "$daemon" || true; cleanup' EXIT # it is stopped for a while below
loads=0
rules() { # rules LINE...: these are in force when it returns; a line "rule ACTION" begins one
    local line
    loads=$((loads + 1))
    {
        printf '[site]\nca_file = "%s"\n' "$scratch/site/ca.pem"
        for line in "$@"; do
            case $line in
                rule\ *) printf '[[policy.rule]]\naction = "%s"\n' "${line#rule }" ;;
                *) printf '%s\n' "$line" ;;
            esac
        done
        printf '[renewal]\nkeep_for = "%sh"\n' "$loads" # by which a reload is told from the one before
    } >"$settings"
    kill -HUP "$daemon"
    await in_force
}
in_force() { "$SGAUTH" status --why | grep -Eq "renewal.keep_for +${loads}h"; }
asks() { # asks CODE PROGRAM ARGUMENT...: a program asks for the token
    local want=$1 code=0
    shift
    trace "$*"
    "$@" >"$scratch/out" 2>"$scratch/err" || code=$?
    [ "$code" = "$want" ] || fail "$*: exit $code instead of $want"
}
runs() { [ "$(readlink "/proc/$1/exe")" = "$2" ]; } # runs PID PROGRAM
asker() { PYTHONHOME=$PYTHONHOME "$bin/asker" -B "$here/policy_asker.py" "$@"; }

rules
printf 'jane-password\n100001\n' >"$scratch/in"
expect 0 login "$SITE" --user jane --password-stdin --code-stdin <"$scratch/in"
printf 'farm-key\n' >"$scratch/in"
expect 0 login "$SITE" --script farm --key-stdin --share-key <"$scratch/in"

trace "no rules: everybody"
asks 0 "$bin/other" token
expect 0 policy test $$
out_has "the session_token of jane @ $SITE: handed out"
out_has 'there are no rules'
sentence='Executable rules sort out honest programs and do not stop a hostile process of the same uid, which can connect, hand the socket to a child and exec an allowed program.'
out_has "$sentence"
trace "the documents say so in that sentence"
for page in README.md SECURITY.md; do
    grep -qxF "**$sentence**" "$here/../../$page" || fail "$page does not say: $sentence"
done
grep -qxF "$sentence" "$here/../../daemon/policy.md" || fail "policy.md does not say: $sentence"
expect 0 policy --help
tr -s ' \n' '  ' <"$scratch/out" | grep -qF "$sentence" || fail "the help does not say: $sentence"

trace "by executable: the first rule that applies"
rules 'rule allow' "executable = \"$bin/good\"" 'rule deny' 'reason = "ask the pipeline desk"'
asks 0 "$bin/good" token
asks 6 "$bin/other" token
out_empty
err_has "sgauth: a rule denies it ($settings:6): ask the pipeline desk"
asks 6 "$bin/other" token --json
json 'd["error"] == "Denied" and "ask the pipeline desk" in d["message"]'
asks 0 "$bin/other" whoami
asks 0 "$bin/other" list
asks 125 "$bin/other" exec --env T=session_token -- true

trace "policy test says the same beforehand, and by which rule"
"$bin/sleeper" 60 & started+=($!)
sleeper=$!
await runs "$sleeper" "$bin/sleeper"
expect 0 policy test "$sleeper"
out_has "the session_token of jane @ $SITE: denied"
out_has "a rule denies it ($settings:6): ask the pipeline desk"
out_has "executable  $bin/sleeper"
expect 0 policy test "$sleeper" "$SITE" --user farm --json
json "d['action'] == 'deny' and d['rule'] == '$settings:6' and d['form'] == 'script_key' and d['user'] == 'farm'"
json "d['executable'] == '$bin/sleeper' and d['known'] and not d['foreign_namespace']"
expect 1 policy test 4194304
err_has 'no process has the pid 4194304'
expect 2 policy test $$ 'ftp://x'
expect 2 call TestPolicy "{\"pid\": $$, \"form\": \"cookie\"}"

trace "and what keeps a credential back that the rules would give, in the words that an asker gets"
same_as_asked() { # same_as_asked ARGUMENT...: of `policy test`, of which the asker gets nothing either
    expect 0 policy test $$ "$@"
    out_has ': not handed out'
    expect 0 policy test $$ "$@" --json
    json "d['action'] == 'deny' and not d.get('rule')"
    said=$(python3 -c 'import json,sys; print(json.load(open(sys.argv[1]))["reason"])' "$scratch/out")
}
rules 'rule allow'
same_as_asked "$SITE" --form bearer
asks 1 "$bin/good" call GetCredential '{"forms": ["bearer"]}'
err_has "$said"
rules 'rule allow' '[audit]' 'sink = "none"' 'required = true'
same_as_asked
asks 6 "$bin/good" token
err_has "$said"
rules 'rule allow'
expect 0 lock
same_as_asked
asks 6 "$bin/good" token
err_has "$said"
expect 0 unlock
await "$SGAUTH" token
expect 0 policy test $$
out_has ': handed out'

trace "a link in a rule is what it leads to; a pattern fits one folder"
ln -s "$bin/other" "$bin/link"
rules 'rule deny' "executable = \"$bin/link\"" 'rule allow' "executable = \"$bin/*\"" 'rule deny'
asks 6 "$bin/other" token
asks 0 "$bin/good" token
expect 6 token

trace "by session and form"
rules 'rule deny' 'form = "script_key"' "site = \"$SITE\"" 'rule deny' 'user = "JANE"' 'reason = "not jane"'
asks 6 "$bin/good" token
err_has 'not jane'
asks 6 "$bin/good" token --user farm --json
rules 'rule deny' 'site = "https://elsewhere.example.com"' 'rule deny' 'user = "bob"'
asks 0 "$bin/good" token
asks 0 "$bin/good" token --user farm --json

trace "an interpreter is not trusted by its name: the settings are bad, and say where"
cp "$settings" "$scratch/good.toml"
printf '[[policy.rule]]\naction = "allow"\nexecutable = "%s"\n' "$python" >"$settings"
kill -HUP "$daemon"
refusals=0
refused_again() { [ "$(grep -c "$settings:3: policy.rule.executable: is an interpreter" "$scratch/log")" -gt "$refusals" ]; }
await refused_again
for nowhere in 'unit = "*"' 'unit = "*.scope"' 'cgroup = "/**"'; do # which is no place
    refusals=$(grep -c "$settings:3: policy.rule.executable: is an interpreter" "$scratch/log")
    printf '[[policy.rule]]\naction = "allow"\nexecutable = "%s"\n%s\n' "$python" "$nowhere" >"$settings"
    kill -HUP "$daemon"
    await refused_again
done
asks 0 "$bin/good" token # the settings stay as they were
rules 'rule allow' 'executable = "/**"' 'rule deny'
asks 0 "$bin/good" token
[ "$(asker ask </dev/null)" = ok ] || fail "a program by another name was refused"
[[ $("$python" -B "$here/policy_asker.py" ask </dev/null) == "a rule denies it"* ]] || fail "a wide pattern trusts an interpreter"

trace "another mount namespace"
rules 'rule deny' 'foreign_namespace = true'
asks 0 "$bin/good" token
elsewhere() { # elsewhere COMMAND...: in another mount namespace
    {
        export -p
        printf '%q ' "$@"
        printf '>%q 2>%q\necho $? >%q\n' "$scratch"/away.{out,err,code}
    } >"$scratch/away"
    root_does unshare "$scratch/away" || unshare --map-current-user -m bash "$scratch/away" || return 125
    cat "$scratch/away.out"
    cat "$scratch/away.err" >&2
    return "$(cat "$scratch/away.code")"
}
if elsewhere true; then
    asks 6 elsewhere "$bin/good" token
    err_has "a rule denies it ($settings:3)"
    echo "ok: a foreign mount namespace is told"
else
    leave_out "no mount namespace can be made here"
fi

trace "who did not connect is nobody: a child that asks, or that ends a call"
rules 'rule allow' "executable = \"$bin/asker\"" 'rule deny' 'user = "bob"'
unknown="a rule asks which program this is ($settings:3), and that cannot be told:"
[ "$(asker ask </dev/null)" = ok ] || fail "an allowed program was refused"
for way in child half; do
    said=$(asker $way)
    [ "$said" = "$unknown the call was not sent by the process that connected" ] || fail "$way: $said"
done
cp "$python" "$bin/helper"
rules 'rule allow' "executable = \"$bin/helper\"" 'rule deny' 'user = "bob"'
said=$(asker become "$bin/helper")
[ "$said" = "$unknown the process does not run the program any more that connected" ] || fail "another program since: $said"
rules 'rule deny' 'user = "bob"'
[ "$(asker child)" = ok ] || fail "nobody is refused where no rule asks for the program"

trace "a program that was replaced since"
rm -f "$scratch/said"
rules 'rule allow' "executable = \"$bin/asker\"" 'rule deny'
mkfifo "$scratch/go"
asker ask <"$scratch/go" >"$scratch/said" & started+=($!)
exec 7>"$scratch/go"
await grep -q . "$scratch/said"
cp "$python" "$bin/new" && mv "$bin/new" "$bin/asker"
echo >&7
exec 7>&-
wait_lines() { [ "$(wc -l <"$scratch/said")" = 3 ]; }
await wait_lines
[ "$(sed -n 1p "$scratch/said")" = ok ] || fail "before: $(cat "$scratch/said")"
sed -n 3p "$scratch/said" | grep -qF "$unknown its program was removed or replaced since it started" || fail "after: $(cat "$scratch/said")"

trace "a process that ended, whose pid is another's now"
gone() { [ ! -e "/proc/$parent" ]; }
said_twice() { [ "$(wc -l <"$scratch/said")" = 2 ]; }
use_again() { # use_again PID: makes an allowed program get it. 1: somebody else did; 2: pids cannot be chosen here
    root_does last_pid $(($1 - 1)) || return 2
    PYTHONHOME=$PYTHONHOME "$bin/asker" -c 'import time; time.sleep(30)' & started+=($!)
    [ "$!" = "$1" ] || return 1
    await runs "$1" "$bin/asker"
}
ask_by_a_pid_that_is_anothers() { # as use_again
    local outcome=0 asking
    rm -f "$scratch/said" # what the one before said is not taken for this one's
    asker leave <"$scratch/go" >"$scratch/said" & asking=$!
    exec 7>"$scratch/go"
    await grep -q . "$scratch/said"
    parent=$(head -n 1 "$scratch/said")
    await gone
    use_again "$parent" || outcome=$?
    echo >&7
    exec 7>&-
    await said_twice
    wait "$asking" # not for cleanup: it has ended, and its pid may be anybody's by then
    sed -n 2p "$scratch/said" | grep -qF "$unknown" || fail "a later process was believed: $(cat "$scratch/said")"
    return "$outcome"
}
for try in 1 2 3 4 5 6 7 8; do # others start processes, too
    outcome=0
    ask_by_a_pid_that_is_anothers || outcome=$?
    [ "$outcome" = 1 ] || break
    echo "try $try: pid $parent went to somebody else"
done
case $outcome in
    0) echo "ok: pid $parent is an allowed program's now" ;;
    1) leave_out "no pid was used again: others always came first" ;;
    *) leave_out "pids cannot be chosen here (ns_last_pid), so none is used again" ;;
esac

trace "what rules by executable cannot do: connect, hand the socket over, become an allowed program"
rules 'rule allow' "executable = \"$bin/sleeper\"" 'rule deny' 'reason = "only the sleeper"'
[[ $(asker ask </dev/null) == *"only the sleeper" ]] || fail "the asker was not refused"
kill -STOP "$daemon"
PYTHONHOME=$PYTHONHOME start "$bin/asker" -B "$here/policy_asker.py" exec "$bin/sleeper" >"$scratch/said"
trick=$!
await runs "$trick" "$bin/sleeper"
kill -CONT "$daemon"
await grep -q . "$scratch/said"
[ "$(cat "$scratch/said")" = ok ] || fail "the documented outcome has changed: tell README and policy test: $(cat "$scratch/said")"
echo "ok: it is handed out, as the README says"
ended_well policy_rules
