#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# What the vault promises, with the real daemon: sessions outlive it, however it ends; a revoke outlives everything; what cannot
# be opened is told apart, and never overwritten. Run for each place of the key that needs no desktop.
. "$(dirname "$0")/common.sh"
. "$(dirname "$0")/real_world.sh"
start_site

place_is() { # place_is WORD: where status says that the key is
    expect 0 status --json
    json "d.get('key_place') == '$1'"
}
status_tells() { # status_tells TEXT...: which place has the key, how long that lasts, why it is there, what the others lack
    expect 0 status
    local text
    for text in "$@"; do
        out_has "$text"
    done
}
outlives_restarts() {
    log_in bob
    log_script_in --share-key
    expect 0 token --user bob
    cp "$scratch/out" "$scratch/token"
    expect 0 whoami
    local signal
    for signal in TERM KILL; do
        restart_daemon $signal
        [ -z "${UNLOCK:-}" ] || expect 0 unlock --passphrase-stdin < <(echo "$UNLOCK")
        expect 0 token --user bob
        cmp -s "$scratch/out" "$scratch/token" || fail "another token after a restart by $signal"
        expect 0 token --user farm --json
        json 'd["script_key"] == "farm-key"'
        expect 0 whoami
        out_is "bob @ $SITE"
    done
    ! grep -aqFf "$scratch/token" "$(store)" || fail "the token stands in the store"
    ! grep -aqF farm-key "$(store)" || fail "the key stands in the store"
    [ "$(stat -c %a "$(store)")" = 600 ] || fail "the store is open to others"
}
revoked_stays_revoked() { # also when an older copy of the store is put back
    cp "$(store)" "$scratch/older"
    log_in bob # with another token than the copy has
    expect 0 revoke --user bob
    expect 0 revoke --user farm
    end_daemon KILL
    cp "$scratch/older" "$(store)"
    start_daemon
    [ -z "${UNLOCK:-}" ] || expect "${1:-0}" unlock --passphrase-stdin < <(echo "$UNLOCK")
    expect "$2" token --user farm --json
    expect "$2" token --user bob
    [ "$2" = 3 ] || return 0
    expect 0 list
    ! grep -qw bob "$scratch/out" || fail "the token that a later login replaced came back with the copy"
}
clear_but_the_folder() {
    kill -USR1 "$daemon"
    await grep -q 'every credential was wiped' "$scratch/log"
    [ ! -e "$(store)" ] || fail "the store outlived a wipe"
    end_daemon
    rm "$scratch/log"
}
clear() {
    clear_but_the_folder
    rm -rf "$XDG_STATE_HOME"/sgauth
}

trace "=== by itself: the kernel keyring, as there is no bus and no credential"
start_daemon
expect 0 status
out_has 'nothing to store yet'
outlives_restarts
place_is keyring
status_tells 'by a key in the kernel keyring: sessions outlast logging out and restarts of the daemon, but not a reboot' \
    'chosen when the store was made; no systemd credential was given; the Secret Service does not answer'
revoked_stays_revoked 0 6
err_has 'somebody has removed the key'
trace "a login begins a new store, and the one that cannot be opened is kept"
log_in bob
expect 0 token
ls "$XDG_STATE_HOME"/sgauth/*/sessions.sealed.bad-1 >/dev/null || fail "the store was not set aside"
clear

trace "=== a key gone with a reboot is told as that"
start_daemon
log_in bob
end_daemon
python3 - "$(store)" <<'P'
import re,sys
path=sys.argv[1]; data=open(path,'rb').read()
open(path,'wb').write(re.sub(rb'"key_boot":"[^"]*"', b'"key_boot":"an-earlier-one"', data))
P
python3 -B "$here/forget_keys.py" "$XDG_STATE_HOME"  # and no other daemon's keys of the same user
start_daemon
expect 6 token
err_has 'rebooted'
err_has 'sgauth login'
expect 0 list
out_has bob
out_has locked
expect 0 whoami
out_has locked
trace "only a login begins a new store there: a choice of site is refused"
expect 6 default "$SITE"
err_has 'rebooted'
! ls "$XDG_STATE_HOME"/sgauth/*/sessions.sealed.bad-* 2>/dev/null || fail "a choice of site set the store aside"
clear

trace "=== the same behind a lock: an unlock says what helps, and that helps"
start_daemon
log_in bob
expect 0 lock
end_daemon KILL
python3 -B "$here/forget_keys.py" "$XDG_STATE_HOME"
start_daemon
expect 6 token
err_has 'sgauth unlock'
expect 6 unlock
err_has 'sgauth login'
expect 6 token
err_has 'sgauth login'
log_in bob
expect 0 token
clear

trace "=== a systemd credential"
mkdir -m 700 "$scratch/credentials"
head -c 32 /dev/urandom >"$scratch/credentials/sgauth.vault-key"
export CREDENTIALS_DIRECTORY=$scratch/credentials
start_daemon
outlives_restarts
place_is credential
status_tells 'by a key in a systemd credential: sessions outlast rebooting as long as the credential stays the same' \
    "chosen when the store was made; not tried after it: the desktop's keyring (Secret Service), the kernel keyring"
revoked_stays_revoked 0 3
trace "a confined script's key too, though a token has come beside it since"
log_script_in
cp "$(store)" "$scratch/older"
expect 0 token --user farm
expect 0 revoke --user farm
end_daemon KILL
cp "$scratch/older" "$(store)"
start_daemon
expect 3 token --user farm
trace "another credential is a wrong key, and away is away: neither is an empty store"
log_in bob
mv "$scratch/credentials/sgauth.vault-key" "$scratch/key"
restart_daemon
expect 6 token
err_has 'wait for a systemd credential'
err_has 'sgauth unlock'
head -c 32 /dev/urandom >"$scratch/credentials/sgauth.vault-key"
restart_daemon
expect 6 token
err_has 'is not the one that sealed'
expect 0 whoami
cp "$scratch/key" "$scratch/credentials/sgauth.vault-key"
expect 0 unlock
expect 0 token
unset CREDENTIALS_DIRECTORY
clear

trace "=== a passphrase"
settings '[vault]\nbackend = "passphrase"\n'
start_daemon
expect 0 status
log_in bob
err_has 'sgauth unlock'
expect 0 token
expect 0 status
out_has 'sgauth unlock'
UNLOCK='correct horse'
TERM=xterm python3 -B "$here/on_terminal.py" --wait 'Password: ' --type bob-password --wait 'choose a passphrase' --wait 'Passphrase: ' --type "$UNLOCK" \
    --wait 'again: ' --type "$UNLOCK" -- "$SGAUTH" login "$SITE" --user bob --again >"$scratch/out" 2>&1 || fail "login: exit $?"
out_has 'logged in as bob'
outlives_restarts
place_is passphrase
status_tells 'by a passphrase: sessions outlast rebooting; after each start of the daemon somebody has to unlock them' \
    'the settings say so; no other place was tried'
derived_at_full_cost() { grep -aqF '"scrypt":{"n":131072,"r":8,"p":1' "$(store)" || fail "cheaper than it should be: $(head -c 400 "$(store)")"; }
derived_at_full_cost
restart_daemon
expect 6 token
err_has 'sgauth unlock'
expect 6 unlock --passphrase-stdin < <(echo wrong)
err_has 'wrong passphrase'
expect 0 unlock --passphrase-stdin < <(echo "$UNLOCK")
revoked_stays_revoked 0 3
trace "after a move to memory alone too, and a wipe leaves nothing that the passphrase opens"
log_in bob
at=$(store)
cp "$at" "$scratch/older"
expect 0 vault memory
expect 0 revoke --user bob
end_daemon
cp "$scratch/older" "$at"
start_daemon
expect 0 unlock --passphrase-stdin < <(echo "$UNLOCK")
expect 3 token --user bob
log_in bob
restart_daemon
expect 0 vault --reset
[ -e "$at.bad-1" ] || fail "a reset has set nothing aside"
clear_but_the_folder
[ ! -e "$at.bad-1" ] || fail "a wipe left a store that the passphrase opens"
cp "$scratch/older" "$at"
start_daemon
expect 0 unlock --passphrase-stdin < <(echo "$UNLOCK")
expect 3 token --user bob
unset UNLOCK
clear

trace "=== memory alone ends with the daemon"
settings '[vault]\nbackend = "memory"\n'
start_daemon
log_in bob
expect 0 token
place_is memory
status_tells "nothing is stored: sessions live in the daemon's memory and end with it" 'the settings say so; no other place was tried'
[ ! -e "$(store)" ] || fail "memory alone has a file"
restart_daemon
expect 3 token

trace "=== what is not a store is set aside, and said"
settings ''
for content in 'something else' 'sgauth-store 2\n{}\n' 'sgauth-store 1\n{"place"'; do
    end_daemon
    printf '%b' "$content" >"$XDG_STATE_HOME/sgauth/$(ls "$XDG_STATE_HOME/sgauth")/sessions.sealed"
    start_daemon
    expect 0 status
    out_has 'set aside as sessions.sealed.bad-'
    [[ $content != *'store 2'* ]] || out_has 'install that version, stop sgauthd, and rename the file back'
    expect 3 token
done
[ "$(cat "$XDG_STATE_HOME"/sgauth/*/sessions.sealed.bad-1)" = 'something else' ] || fail "it was not kept as it was"
clear

trace "=== a store that was set aside keeps its key, and a tombstone refuses what is revoked meanwhile"
start_daemon
log_in bob
log_script_in
cp "$(store)" "$(store).bad-7"
expect 0 revoke --user farm
end_daemon
mv "$(store).bad-7" "$(store)"
start_daemon
expect 0 token --user bob
expect 3 token --user farm --json
clear

trace "=== the key and the sessions move"
start_daemon
log_in bob
expect 0 token
cp "$scratch/out" "$scratch/token"
cp "$(store)" "$scratch/older"
expect 0 vault
out_has 'kernel keyring'
expect 0 vault --rekey
expect 0 vault passphrase --passphrase-stdin < <(echo 'a phrase')
place_is passphrase
derived_at_full_cost
restart_daemon
expect 6 token
expect 0 unlock --passphrase-stdin < <(echo 'a phrase')
expect 0 token
cmp -s "$scratch/out" "$scratch/token" || fail "the session was lost on its way"
expect 0 vault keyring
place_is keyring
status_tells 'by a key in the kernel keyring' 'chosen by `sgauth vault`; no other place was tried'
restart_daemon
expect 0 token
trace "a second daemon for the same store does not start"
code=0
timeout 10 "$SGAUTHD" --socket "$scratch/run/other.sock" 2>"$scratch/err" || code=$?
[ "$code" = 1 ] || fail "exit $code instead of 1"
err_has 'another sgauthd'
trace "revoke --all --local takes the key first, and the file"
expect 0 revoke --all --local
[ ! -e "$(store)" ] || fail "the store is still there"
restart_daemon
expect 3 token
echo "vault: ok"
