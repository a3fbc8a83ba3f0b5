#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# `sgauth lock`: nothing is handed out, nothing is renewed, no credential stays in the daemon's memory; names and revokes work;
# what comes back is checked with its site first.
. "$(dirname "$0")/common.sh"
. "$(dirname "$0")/real_world.sh"
start_site
start_daemon
requests() { site state | python3 -c 'import json,sys; print(json.load(sys.stdin)["counters"]["requests"])'; }
memory_holds() { # memory_holds HEX: whether a writable mapping of the daemon holds these bytes
    python3 - "$daemon" "$1" <<'P'
import sys
pid, text = sys.argv[1], bytes.fromhex(sys.argv[2])
with open(f"/proc/{pid}/maps") as maps, open(f"/proc/{pid}/mem", "rb") as memory:
    for line in maps:
        span, rights = line.split()[:2]
        if "w" not in rights or "[v" in line:
            continue
        begin, end = (int(x, 16) for x in span.split("-"))
        try:
            memory.seek(begin)
            if text in memory.read(end - begin):
                sys.exit(0)
        except OSError:
            continue
sys.exit(1)
P
}

hex() { od -An -v -tx1 | tr -d ' \n'; }
vault_key() { # what its place in the kernel's keyring has of it
    local key
    for key in $(keyctl rlist @u); do
        [[ $(keyctl rdescribe "$key") != *";sgauth:$1:"* ]] || keyctl pipe "$key" | hex
    done
}
declare -A secret # by name, in hex
all_in_memory() { # all_in_memory yes|no: else fails
    [ "$(id -u)" = 0 ] && [ -z "${SGAUTH_SANITIZED:-}" ] || return 0
    local name found
    for name in "${!secret[@]}"; do
        found=no
        ! memory_holds "${secret[$name]}" || found=yes
        [ "$found" = "$1" ] || fail "$name: in memory: $found"
    done
    memory_holds "$(printf bob | hex)" || fail "the scan finds nothing at all"
}

trace "nothing to lock is locked all the same"
expect 0 lock
expect 0 unlock
expect 0 unlock
out_is 'nothing is locked'
log_in bob
log_script_in
expect 0 token
secret=([the token]="$(tr -d '\n' <"$scratch/out" | hex)" [the script\'s key]="$(printf farm-key | hex)")
expect 0 token --user farm
secret+=([the script\'s token]="$(tr -d '\n' <"$scratch/out" | hex)")
tag=$(python3 -c 'import hashlib,os,sys; print(hashlib.sha256(b"sgauth store 1\0" + os.path.dirname(sys.argv[1]).encode()).hexdigest()[:16])' "$(store)")
secret+=([the vault\'s key]="$(vault_key "$tag")")
[ "${#secret[the vault\'s key]}" = 64 ] || fail "the vault's key was not found in its keyring"
all_in_memory yes

trace "while locked"
start "$SGAUTH" watch >"$scratch/watched"
await grep -q farm "$scratch/watched"
expect 0 lock
out_is locked
await grep -q '^locked' "$scratch/watched"
expect 6 token
err_has 'sgauth unlock'
expect 6 token --user farm --json
expect 6 token --prompt
expect 0 whoami
out_has '(locked'
expect 0 list --json
json 'len(d) == 2 and all(s["state"] == "locked" for s in d)'
expect 0 status
out_has 'locked by `sgauth lock`'
printf 'bob-password\n' >"$scratch/in"
expect 6 login "$SITE" --user bob --password-stdin <"$scratch/in"
all_in_memory no
# Nothing tells of what does not happen: what was on its way to the site before has come to rest first.
at_rest() { local seen; seen=$(requests); sleep 0.5; [ "$(requests)" = "$seen" ]; }
await at_rest
before=$(requests)
expect 6 token
expect 6 token --user farm --json
sleep 0.5
[ "$(requests)" = "$before" ] || fail "the site was asked while locked"

trace "a restart does not unlock"
restart_daemon
expect 6 token
expect 0 whoami

trace "revoke works, and the site hears of it after unlocking"
expect 0 revoke --user bob --json
json 'd[0]["at_site"] == "unreachable"'
expect 3 whoami --json
expect 0 list --json
json 'len(d) == 1'
restart_daemon KILL
expect 0 list --json
json 'len(d) == 1'
expect 0 unlock
out_is unlocked
expect 0 token --user farm --json
logged_out() { site state | grep -q '/logout'; }
await logged_out
expect 3 token --user bob

trace "revoke --local keeps its word: also after unlocking the site hears nothing, and nothing comes back"
log_in bob
expect 0 lock
site reset_counters >/dev/null
expect 0 revoke --user bob --local --json
json 'd[0]["at_site"] == "not_tried"'
restart_daemon KILL
expect 0 unlock
expect 3 token --user bob
expect 0 token --user farm  # asked behind whatever the unlocking has begun
logged_out && fail "the site was told"

trace "what comes back is checked before it is valid"
log_in bob
expect 0 lock
expect 0 unlock
expect 0 whoami
out_has 'unverified'
expect 0 token
expect 0 whoami
out_is "bob @ $SITE"
expect 0 lock
site expire '{"login":"bob"}' >/dev/null
expect 0 unlock
expect 3 token

trace "with a passphrase"
log_in bob
expect 0 lock --passphrase-stdin < <(echo 'open sesame')
secret=([the passphrase]="$(printf 'open sesame' | hex)")
all_in_memory no
expect 1 lock --passphrase-stdin < <(printf '\n')
expect 6 lock --passphrase-stdin < <(echo again)
expect 1 unlock </dev/null
err_has '--passphrase-stdin'
expect 6 token
# The first pause is a second: where that has gone by before the right one was said, it may open, and it is tried again.
is_refused_after_three() {
    local word began code=0
    for word in one two three; do
        began=$(date +%s%N)
        expect 6 unlock --passphrase-stdin < <(echo "$word")
        err_has 'wrong passphrase'
    done
    "$SGAUTH" unlock --passphrase-stdin < <(echo 'open sesame') >"$scratch/out" 2>"$scratch/err" || code=$?
    if [ "$code" = 0 ] && [ $(($(date +%s%N) - began)) -ge 1000000000 ]; then
        expect 0 lock --passphrase-stdin < <(echo 'open sesame')
        return 1
    fi
    [ "$code" = 6 ] || fail "the right passphrase, too soon: exit $code"
    err_has 'too many wrong passphrases'
}
for round in 1 2 3 4 5; do
    ! is_refused_after_three || break
    [ "$round" != 5 ] || fail "too slow here to see a pause of a second"
done
unlocked() { "$SGAUTH" unlock --passphrase-stdin < <(echo 'open sesame') 2>/dev/null; }
await unlocked
expect 0 token
expect 0 lock --passphrase-stdin < <(echo 'open sesame')
restart_daemon
expect 6 token
expect 6 unlock --passphrase-stdin < <(echo wrong)
expect 0 unlock --passphrase-stdin < <(echo 'open sesame')
expect 0 token

trace "asked twice on the terminal"
code=0
TERM=xterm python3 -B "$here/on_terminal.py" --wait 'Passphrase: ' --type 'a b' --wait 'again: ' --type 'a c' -- "$SGAUTH" lock --passphrase >"$scratch/out" 2>&1 || code=$?
[ "$code" = 1 ] || fail "exit $code instead of 1"
out_has 'the two passphrases differ'
TERM=xterm python3 -B "$here/on_terminal.py" --wait 'Passphrase: ' --type 'a b' --wait 'again: ' --type 'a b' -- "$SGAUTH" lock --passphrase >"$scratch/out" 2>&1 || fail "lock: exit $?"
TERM=xterm python3 -B "$here/on_terminal.py" --wait 'Passphrase: ' --type 'a b' -- "$SGAUTH" unlock >"$scratch/out" 2>&1 || fail "unlock: exit $?"
expect 0 token

trace "asked for where a login would be, and nowhere else"
on_terminal() { TERM=xterm python3 -B "$here/on_terminal.py" "$@" >"$scratch/out" 2>&1; }
expect 0 lock --passphrase-stdin < <(echo 'a b')
code=0
on_terminal -- "$SGAUTH" token || code=$?
[ "$code" = 6 ] || fail "exit $code instead of 6"
code=0
on_terminal --wait 'Passphrase: ' --type wrong -- "$SGAUTH" token --prompt || code=$?
[ "$code" = 6 ] || fail "exit $code instead of 6"
out_has 'wrong passphrase'
on_terminal --wait 'Passphrase: ' --type 'a b' -- "$SGAUTH" token --prompt || fail "token --prompt: exit $?"
expect 0 lock --passphrase-stdin < <(echo 'a b')
on_terminal --wait 'Passphrase: ' --type 'a b' -- "$SGAUTH" login "$SITE" --user bob || fail "login: exit $?"
out_has 'already logged in as bob'

trace "memory alone wants a passphrase: nothing else could unlock it"
settings '[vault]\nbackend = "memory"\n'
end_daemon
rm -rf "$XDG_STATE_HOME/sgauth"
start_daemon
log_in bob
expect 6 lock
err_has '--passphrase-stdin'
expect 0 token
expect 0 lock --passphrase-stdin < <(echo phrase)
expect 6 token
expect 0 unlock --passphrase-stdin < <(echo phrase)
expect 0 token
echo "lock: ok"
