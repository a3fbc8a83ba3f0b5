#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# The audit ledger with the real daemon and a stand-in site: what is on record when, what shows, what is refused.
. "$(dirname "$0")/common.sh"
[ -x "${SGAUTHD:-}" ] && [ -x "${FPT_STAND_IN:-}" ] || { echo "skipped: no daemon or no site"; exit 77; }
unset SHOTGUN_API_CACERTS http_proxy https_proxy HTTP_PROXY HTTPS_PROXY || true

settings() { # settings LINE...: of [audit]
    { printf '[site]\nca_file = "%s"\n[audit]\n' "$scratch/site/ca.pem"; printf '%s\n' "$@"; } >"$XDG_CONFIG_HOME/sgauth/config.toml"
}
start_daemon() {
    rm -f "$SGAUTH_SOCKET"
    start "$SGAUTHD" 2>>"$scratch/daemon.log"
    daemon=$!
    await test -S "$SGAUTH_SOCKET"
    await "$SGAUTH" status
    ledger=$(echo "$XDG_STATE_HOME"/sgauth/*/)audit.jsonl
}
end_daemon() { kill "-$1" "$daemon"; wait "$daemon" 2>/dev/null || true; }
reload() { # reload LINE...: and it is in force
    settings "$@"
    kill -HUP "$daemon"
    local line
    for line in "$@"; do await grep_status "${line%% =*}" "$(sed 's/.*= *"\?\([a-z]*\).*/\1/' <<<"$line")"; done
}
grep_status() { "$SGAUTH" status --why | grep -Eq "audit\.$1 +$2 "; }
login() { printf 'jane-password\n%s\n' "$1" | "$SGAUTH" login "$SITE" --user jane --password-stdin --code-stdin >/dev/null; }
# A process that asks N times over one connection and prints how each was answered.
ask() { # ask N
    python3 -B - "$SGAUTH_SOCKET" "$1" <<'PY'
import json, socket, sys
s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1])
for _ in range(int(sys.argv[2])):
    s.sendall(b'{"method":"io.sgauth.Agent.GetCredential","parameters":{"forms":["session_token"]}}\0')
    got = b""
    while not got.endswith(b"\0"):
        got += s.recv(65536)
    print(json.loads(got[:-1]).get("error", "ok"))
PY
}
mkdir -m 700 "$scratch/site" "$XDG_CONFIG_HOME/sgauth"
start "$FPT_STAND_IN" --dir "$scratch/site" --logout ends >"$scratch/site.out"
await grep -q ready "$scratch/site.out"
SITE=$(cat "$scratch/site/url")
settings 'sink = "file"'
start_daemon

trace "nothing is on record, nothing surprising"
expect 0 audit
out_empty
expect 0 audit --json
json 'd == []'
expect 0 why
out_is 'nothing surprising is on record'
expect 2 audit --since yesterday

trace "a refusal, a failed login, and what to do"
expect 3 token
expect 0 why
out_has 'sgauth was refused at '
out_has '; run `sgauth login`'
! echo wrong | "$SGAUTH" login "$SITE" --user bob --password-stdin 2>/dev/null || fail "bob is in"
expect 0 why
out_has "a login of bob at $SITE failed at "
expect 0 why https://elsewhere.test
out_is 'nothing surprising is on record'

trace "a hand-out is one line before its reply; what a process gets again is one line with a count"
login 100001
[ "$(ask 10 | sort -u)" = ok ] || fail "not handed out"
grep -q '"event":"handed_out"' "$ledger" || fail "not on record: $(cat "$ledger")"
[ "$(stat -c %a "$ledger")" = 600 ] || fail "the ledger is open to others"
expect 0 audit --json
json '[e["count"] for e in d if e["event"] == "handed_out"] == [1, 9]'
json 'all("python" in e["executable"] and e["form"] == "session_token" and e["user"] == "jane" for e in d if e["event"] == "handed_out")'
json '[e["event"] for e in d][:3] == ["opened", "refused", "login_failed"] and sum(e["event"] == "login" for e in d) == 1'
json 'all("/sgauth" in e["executable"] for e in d if e["event"] in ("login", "refused"))'
expect 0 audit --since 2h
out_has handed_out
expect 0 audit --since 2099-01-01
out_empty
err_empty

trace "an end and a revoke"
expect 0 revoke
expect 0 why
out_has "the session of jane @ $SITE was revoked at "
out_has ' by sgauth (pid '
out_has ', last used at '
expect 3 token

trace "killed in the middle of a line: told, and the chain goes on"
end_daemon KILL
size=$(stat -c %s "$ledger")
truncate -s $((size - 20)) "$ledger"
start_daemon
login 100002
expect 0 audit --json
err_empty
json '[e["event"] for e in d][-3:] == ["torn", "opened", "login"] and "did not end cleanly" in d[-2]["reason"]'

trace "a clean end is one, and leaves the counts"
[ "$(ask 3 | sort -u)" = ok ] || fail "not handed out"
end_daemon TERM
tail -n 2 "$ledger" | head -n 1 | grep -q '"count":2' || fail "the count is lost: $(tail -n 3 "$ledger")"
tail -n 1 "$ledger" | grep -q '"event":"closed"' || fail "no clean end: $(tail -n 1 "$ledger")"
start_daemon

trace "a line that is cut out or changed shows, and is no failure"
login 100003
cp "$ledger" "$scratch/kept"
sed -i 2d "$ledger"
expect 0 audit
err_has 'sgauth: the chain is broken: '
expect 0 why
err_has 'the chain is broken'
cp "$scratch/kept" "$ledger"
expect 0 audit
err_empty

trace "no record, no credential, where that is required; else a warning"
mv "$ledger" "$scratch/kept"
mkdir "$ledger"
expect 0 token
expect 0 status
out_has 'problem: hand-outs are not recorded: '
reload 'sink = "file"' 'required = true'
expect 6 token
err_has 'has to be recorded, and cannot be'
expect 0 status
out_has 'problem: no credential is handed out'
rmdir "$ledger"
mv "$scratch/kept" "$ledger"
expect 0 token
expect 0 status
! grep -q problem: "$scratch/out" || fail "the problem stays"

trace "rotated by size: the chain goes through all files"
python3 - "$ledger" <<'PY'
import hashlib, json, sys
lines = open(sys.argv[1], "rb").read().splitlines()
last = json.loads(lines[-1])
with open(sys.argv[1], "ab") as out:
    size = 0
    while size < 1024 * 1024:
        last.update(number=last["number"] + 1, before=hashlib.sha256(lines[-1]).hexdigest())
        lines.append(json.dumps(last, separators=(",", ":")).encode())
        out.write(lines[-1] + b"\n")
        size += len(lines[-1]) + 1
PY
end_daemon KILL
start_daemon
login 100004
await test -e "$ledger.1"
expect 0 token
expect 0 audit --json
err_empty
json 'len(d) > 3000 and [e["number"] for e in d] == list(range(1, len(d) + 1))'
: >"$scratch/out"
[ "$(stat -c %s "$ledger")" -lt 100000 ] || fail "not rotated"

trace "no secret is in it"
token=$("$SGAUTH" token)
for secret in "$token" jane-password 100004 wrong; do
    for file in "$ledger" "$ledger.1"; do
        code=0
        grep -qF -- "\"$secret\"" "$file" || code=$?
        [ "$code" = 1 ] || fail "a secret is on record"
        ! grep -qF -- "$token" "$file" || fail "the token is on record"
    done
done
grep -qF jane "$ledger" || fail "that scan finds nothing at all"

# The journal's place is fixed, so the daemon gets a /run of its own.
in_own_run=(unshare -m sh -c 'mount -t tmpfs none /run && mkdir -p /run/systemd/journal && mount --bind "$0" /run/systemd/journal && exec "$@"')
mkdir -m 700 "$scratch/journal"
if "${in_own_run[@]}" "$scratch/journal" true 2>/dev/null; then
    trace "to the journal, with fields"
    cat >"$scratch/journald.py" <<'PY'
import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM); s.bind(sys.argv[1])
while True:
    with open(sys.argv[2], "ab") as out:
        out.write(s.recv(65536) + b"\n")
PY
    start python3 -B "$scratch/journald.py" "$scratch/journal/socket" "$scratch/journal.out"
    await test -S "$scratch/journal/socket"
    end_daemon TERM
    settings 'sink = "both"' 'required = true'
    rm -f "$SGAUTH_SOCKET"
    start "${in_own_run[@]}" "$scratch/journal" "$SGAUTHD" 2>>"$scratch/daemon.log"
    daemon=$!
    await "$SGAUTH" status
    login 100005
    expect 0 token
    for field in SGAUTH_EVENT=handed_out "SGAUTH_SITE=$SITE" SGAUTH_USER=jane "SGAUTH_EXE=$(realpath "$SGAUTH")" SYSLOG_IDENTIFIER=sgauthd; do
        grep -qxF -- "$field" "$scratch/journal.out" || fail "the journal lacks $field: $(cat "$scratch/journal.out")"
    done
    rm "$scratch/journal/socket"
    expect 6 token
    err_has 'the journal at /run/systemd/journal/socket takes no entry'
    # The file had taken the line by then: the next one takes it back.
    tail -n 3 "$ledger" | head -n 1 | grep -qF '"handed_out"' || fail "what came before: $(tail -n 3 "$ledger")"
    tail -n 2 "$ledger" | head -n 1 | grep -qF '"withheld"' || fail "a hand-out stands that was none: $(tail -n 3 "$ledger")"
    end_daemon TERM
    settings 'sink = "file"'
    start_daemon
    login 100006
else
    leave_out "no mount namespace can be made here, so there is no journal of one's own"
fi

trace "nothing is recorded where that is asked for"
size=$(stat -c %s "$ledger")
reload 'sink = "none"' 'required = false'
expect 0 token
expect 0 audit --json
err_has 'nothing is recorded'
[ "$(stat -c %s "$ledger")" = "$size" ] || fail "it was recorded"
reload 'sink = "none"' 'required = true'
expect 6 token
ended_well audit
