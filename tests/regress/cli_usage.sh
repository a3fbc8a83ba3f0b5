#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# The command line without a daemon: help, version, misuse, and that nothing is started.
. "$(dirname "$0")/common.sh"

complains() { # complains CODE TEXT ARGUMENT...: one line on stderr, nothing on stdout
    local code=$1 text=$2
    shift 2
    expect "$code" "$@"
    out_empty
    one_line err
    err_is "sgauth: $text"
}

complains 2 'say what to do; try `sgauth --help`'
complains 2 'unknown command tokn; try `sgauth --help`' tokn
complains 2 'unknown command tokn; try `sgauth --help`' tokn --help
complains 2 'unknown command tokn; try `sgauth --help`' help tokn
complains 2 'unknown option --jsn; try `sgauth token --help`' token --jsn
complains 2 'unknown option --jsn; try `sgauth token --help`' --jsn token
complains 2 'unknown option --js; try `sgauth token --help`' token --js
complains 2 'unknown option -x; try `sgauth list --help`' list -x
complains 2 'unknown option --password; try `sgauth login --help`' login --password=hunter2
complains 2 '--user needs a value; try `sgauth token --help`' token --user
complains 2 '--user needs a value; try `sgauth token --help`' token --user ''
complains 2 '--json takes no value; try `sgauth token --help`' token --json=yes
complains 2 'an empty word on the command line; try `sgauth token --help`' token ''
complains 2 '`sgauth list` has no option --all; try `sgauth list --help`' list --all
complains 2 '`--for-user` goes with revoke, list and status alone; try `sgauth token --help`' --for-user root token
complains 2 'unexpected word b; try `sgauth whoami --help`' whoami a b
complains 2 'unexpected word --json; try `sgauth whoami --help`' whoami a -- --json
complains 2 '--min-valid needs a whole number of seconds' token --min-valid 10m
complains 2 '--min-valid needs a whole number of seconds' token --min-valid=-1
complains 2 '--prompt and --no-prompt exclude each other' token --prompt --no-prompt
complains 2 '--key-stdin goes with --script NAME; try `sgauth login --help`' login --key-stdin
complains 2 '--share-key goes with --script NAME; try `sgauth login --help`' login --share-key
complains 2 '--script and --user exclude each other; try `sgauth login --help`' login --script a --user b
complains 2 '--method is password or browser; try `sgauth login --help`' login --method telepathy
complains 2 'name a method; try `sgauth call --help`' call
complains 2 'the parameters are not a JSON object' call List '[]'
complains 2 'the parameters are not a JSON object' call List '{"a":1,"a":2}'
complains 2 'an answer may be a secret: give the JSON on stdin, `sgauth call Answer -`' call Answer '{"login":"a","value":"b"}'
complains 2 'this machine has no user nobody-of-that-name' --for-user nobody-of-that-name list
complains 125 'the command to run goes behind --; try `sgauth exec --help`' exec
complains 125 'the command to run goes behind --; try `sgauth exec --help`' exec --
complains 125 'unexpected word true; try `sgauth exec --help`' exec https://x.test true
complains 125 'unknown option --evn; try `sgauth exec --help`' exec --evn A=b -- true
latin1=$(printf 'caf\351')
complains 2 '--user is not UTF-8; try `sgauth token --help`' token --user "$latin1"
complains 2 '--user is not UTF-8; try `sgauth token --help`' token "--user=$latin1"
complains 2 'a word on the command line is not UTF-8; try `sgauth whoami --help`' whoami "$latin1"
complains 2 'a word on the command line is not UTF-8; try `sgauth whoami --help`' whoami -- "$latin1"
complains 2 'a word on the command line is not UTF-8; try `sgauth --help`' "$latin1"
complains 2 'unknown option --\xe9; try `sgauth token --help`' token "$(printf -- '--\351')"
complains 125 'a word on the command line is not UTF-8; try `sgauth exec --help`' exec "$latin1" -- true
complains 125 'no daemon listens at '"$SGAUTH_SOCKET"'; start the daemon: `systemctl --user start sgauthd.socket`, or run `sgauth login`' exec -- echo "$latin1"
for bad in A A= =session_token 1A=session_token A-B=session_token A=token; do
    expect 125 exec --env "$bad" -- true
    one_line err
    err_has '--env needs NAME=FORM'
done

complains 2 'say what: `sgauth policy test PID` or `sgauth policy confirm`; try `sgauth policy --help`' policy
complains 2 '`sgauth policy confirm` takes nothing more; try `sgauth policy --help`' policy confirm now
complains 2 'unknown word tst; try `sgauth policy --help`' policy tst
complains 2 'say which process: `sgauth policy test PID`; try `sgauth policy --help`' policy test
for bad in 0 -1 1x x 99999999999999999999; do
    complains 2 "not a pid: $bad; try \`sgauth policy --help\`" policy -- test "$bad"
done
complains 2 '--form is session_token, script_key or bearer; try `sgauth policy --help`' policy test 1 --form cookie

trace "a complaint as JSON"
expect 2 token --json --min-valid x
err_empty
json 'd == {"error": "Usage", "message": "--min-valid needs a whole number of seconds"}'

trace "what a later version brings"
complains 1 'bearer tokens are not available in this version of sgauth' token --bearer
complains 1 'bearer tokens are not available in this version of sgauth' token --header
complains 1 'logging in with a browser is not available in this version of sgauth' login --method browser
complains 125 'bearer tokens are not available in this version of sgauth' exec --env A=bearer -- true
expect 1 token --bearer --json
json 'd["error"] == "FormUnavailable"'

trace "help and version"
expect 0 --version
out_has 'sgauth '
expect 0 -V token
expect 0 --help
out_has 'Exit codes:'
cp "$scratch/out" "$scratch/all"
expect 0 help
cmp -s "$scratch/out" "$scratch/all" || fail "help and --help differ"
for command in login token whoami list default revoke logout watch lock unlock vault exec status policy call; do
    [ "$command" = logout ] || grep -q "^  $command " "$scratch/all" || fail "--help lacks $command"
    expect 0 "$command" --help
    err_empty
    out_has 'Exit codes'
    out_has 'Example'
    cp "$scratch/out" "$scratch/help"
    expect 0 help "$command"
    cmp -s "$scratch/out" "$scratch/help" || fail "help $command and $command --help differ"
    awk 'length > 118 { exit 1 }' "$scratch/help" || fail "$command --help has a long line"
done
expect 0 token -h

trace "no daemon"
for command in token whoami list default revoke watch status 'call List' login; do
    # shellcheck disable=SC2086
    expect 7 $command
    out_empty
    one_line err
    err_has 'sgauth: no daemon'
done
for command in token whoami list revoke watch status; do
    expect 7 "$command" --json
    err_empty
    json 'd["error"] == "NoDaemon" and d["message"]'
done
expect 125 exec -- true
SGAUTH_SOCKET=relative expect 7 list
err_has 'absolute path'
SGAUTH_SOCKET=/$(printf 'x%.0s' $(seq 107)) expect 7 list
err_has '107'

trace "status, list and watch never start it"
printf '#!/bin/sh\ntouch %s/was-started\n' "$scratch" >"$scratch/sgauthd"
chmod +x "$scratch/sgauthd"
for command in status list watch; do
    SGAUTH_AUTOSTART=1 SGAUTH_DAEMON=$scratch/sgauthd expect 7 "$command"
done
[ ! -e "$scratch/was-started" ] || fail "a daemon was started"
SGAUTH_AUTOSTART=1 SGAUTH_DAEMON=$scratch/sgauthd expect 7 whoami
[ -e "$scratch/was-started" ] || fail "no daemon was started where it should have been"

trace "a full disk is not silent"
expect_full() { local code=0; "$SGAUTH" "$@" >/dev/full 2>"$scratch/err" || code=$?; [ "$code" = 1 ] || fail "exit $code"; }
expect_full --help
err_has 'cannot write the result'

trace "only root asks for others"
if [ "$(id -u)" = 0 ] && setpriv --reuid 65534 --clear-groups "$SGAUTH" --version >/dev/null 2>&1; then
    code=0
    setpriv --reuid 65534 --clear-groups "$SGAUTH" --for-user root list 2>"$scratch/err" || code=$?
    [ "$code" = 6 ] || fail "exit $code instead of 6"
    err_has 'only root may use `--for-user`'
fi
echo "cli_usage: ok"
