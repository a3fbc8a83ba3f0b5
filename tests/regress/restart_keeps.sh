#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# In a real systemd user manager: a restart of the service, as an upgrade does it, keeps the sessions and asks nobody, whatever
# the place of the key allows; and so does the end of the manager itself, when the user's last login ends.
# Usage: restart_keeps.sh BUILD_DIR. Exit 77 where no user manager can be run.
. "$(dirname "$0")/manager_stage.sh"
make_stage "$1"
start_site "$1"
mkdir "$scratch/home/.config/sgauth"
install -o "$user" -m 644 "$(dirname "$0")/forget_keys.py" "$scratch/home/"
head -c 32 /dev/urandom >"$scratch/home/key"
chown -R "$user" "$scratch/home"

with_manager 100 <<'INSIDE'
SITE=$(cat "$HOME/url")
settings() { printf '[site]\nca_file = "%s"\n%b' "$HOME/ca.pem" "$1" >"$HOME/.config/sgauth/config.toml"; }
restart() {
    systemctl --user reset-failed sgauthd.service # as often as this no person restarts it
    systemctl --user restart sgauthd.service || fail "restart: exit $?"
    active sgauthd.service active || fail "the service did not come back"
}
stop() { systemctl --user stop sgauthd.service 2>/dev/null; } # it says that the socket may start it again
begin() { # begin SETTINGS: a daemon without sessions, then one of bob's; its token in $HOME/token
    stop
    systemctl --user reset-failed sgauthd.service
    rm -rf "$HOME/.local/state/sgauth"
    settings "$1"
    systemctl --user start sgauthd.service
    echo bob-password | sgauth login "$SITE" --user bob --password-stdin >/dev/null || fail "login: exit $?"
    sgauth token >"$HOME/token" || fail "token: exit $?"
}
still_there() { sgauth token 2>"$HOME/err" | cmp -s - "$HOME/token" || fail "$1: $(cat "$HOME/err")"; }
ends_with() { # ends_with CODE COMMAND...
    local code=0
    "${@:2}" >/dev/null 2>"$HOME/err" || code=$?
    [ "$code" = "$1" ] || fail "${*:2}: exit $code instead of $1: $(cat "$HOME/err")"
}
kept() { systemctl --user show -p NFileDescriptorStore --value sgauthd.service; }
systemctl --user enable --now sgauthd.socket 2>/dev/null

trace "the kernel keyring: the unit keeps it in reach"
begin ''
sgauth status --json | grep -q '"key_place": *"keyring"' || fail "another place: $(sgauth vault)"
[ "$(kept)" = 1 ] || fail "nothing is kept: $(kept)"
restart
still_there "after a restart"
restart
still_there "after a second restart"
trace "... and without its key there: what is kept is enough"
keys() { for key in $(keyctl rlist @u); do keyctl rdescribe "$key" 2>/dev/null; done | grep -c sgauth: || true; }
before=$(keys)
python3 -B "$HOME/forget_keys.py" "$HOME/.local/state"
[ "$(keys)" -lt "$before" ] || fail "no key was taken away"
restart
still_there "after a restart without the keyring's key"
trace "a stop gives it up"
stop
ends_with 6 sgauth token

trace "a disk that refuses: the restart has the newer store in memory, and it is written when it can be"
begin ''
folder=$(echo "$HOME"/.local/state/sgauth/*)
chmod 500 "$folder"
echo ann-password | sgauth login "$SITE" --user ann --password-stdin >/dev/null 2>&1 || ann=none
if [ "${ann:-}" != none ]; then
    sgauth status | grep -q 'not on the disk yet' || fail "status does not say so: $(sgauth status)"
    restart
    ends_with 0 sgauth token --user ann
fi
ends_with 1 sgauth revoke --user bob --local
restart
ends_with 3 sgauth token --user bob
chmod 700 "$folder"
ends_with 3 sgauth token --user bob
echo bob-password | sgauth login "$SITE" --user bob --password-stdin >/dev/null || fail "login: exit $?"
sgauth status | grep -q 'not on the disk yet' && fail "it is still not written: $(sgauth status)"

trace "a credential of the unit"
mkdir -p "$HOME/.config/systemd/user/sgauthd.service.d"
printf '[Service]\nLoadCredential=sgauth.vault-key:%s\n' "$HOME/key" >"$HOME/.config/systemd/user/sgauthd.service.d/key.conf"
systemctl --user daemon-reload
begin ''
sgauth status --json | grep -q '"key_place": *"credential"' || fail "another place: $(sgauth vault)"
restart
still_there "after a restart"
stop
still_there "after a stop and a start"
rm -r "$HOME/.config/systemd/user/sgauthd.service.d"
systemctl --user daemon-reload

trace "a passphrase: the key is not kept, unless the settings say so"
begin '[vault]\nbackend = "passphrase"\n'
echo phrase | sgauth unlock --passphrase-stdin >/dev/null || fail "unlock: exit $?"
restart
ends_with 6 sgauth token
echo phrase | sgauth unlock --passphrase-stdin >/dev/null || fail "unlock: exit $?"
still_there "after unlocking"
settings '[vault]\nbackend = "passphrase"\nkeep_key_over_restart = true\n'
systemctl --user reload sgauthd.service
echo farm-key | sgauth login "$SITE" --script farm --key-stdin >/dev/null || fail "login: exit $?"
restart
still_there "with the key kept"
trace "what is locked stays locked, and no key of it is kept"
sgauth lock >/dev/null
restart
ends_with 6 sgauth token
echo phrase | sgauth unlock --passphrase-stdin >/dev/null || fail "unlock: exit $?"
still_there "after unlocking"

trace "memory alone: the same"
begin '[vault]\nbackend = "memory"\n'
restart
ends_with 3 sgauth token
begin '[vault]\nbackend = "memory"\nkeep_key_over_restart = true\n'
restart
still_there "with the key kept"

trace "revoked is revoked"
begin ''
sgauth revoke >/dev/null
restart
ends_with 3 sgauth token

trace "the manager ends and starts again: the same sessions"
begin ''
stop_manager
start_manager
active sgauthd.socket active || fail "the socket was not enabled"
still_there "after another manager"
INSIDE

trace "the user's last process is gone, and /run/user with it; the next login finds the same sessions"
for seen in "$$" "$BASHPID"; do [ "$(stat -c %u "/proc/$seen")" = 0 ] || fail "this test is of that user"; done
with_manager 20 <<'INSIDE'
active sgauthd.socket active || fail "the socket was not enabled"
sgauth status --json | grep -q '"key_place": *"keyring"' || fail "another place: $(sgauth vault)"
sgauth token 2>"$HOME/err" | cmp -s - "$HOME/token" || fail "after the last login had ended: $(cat "$HOME/err")"
sgauth revoke --all --local >/dev/null
INSIDE
echo "restart_keeps: ok"
