#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# In a real systemd user manager: the socket starts the daemon at the first question, it is ready when systemd says so,
# reloads and stops cleanly, comes back at the next question, and clients start it through the manager when the socket is not
# there. Usage: user_manager.sh BUILD_DIR. Exit 77 where no user manager can be run (it takes root and a cgroup).
. "$(dirname "$0")/manager_stage.sh"
make_stage "$1"
start_site "$1"

with_manager 60 <<'INSIDE'
trace "the socket is enabled at login, nothing runs yet"
systemctl --user enable --now sgauthd.socket 2>/dev/null
active sgauthd.socket active || fail "the socket is not active"
active sgauthd.service inactive || fail "the daemon runs before anybody asked"

trace "the first question starts the daemon"
sgauth status --json >"$HOME/status.json" || fail "status: exit $?"
active sgauthd.service active || fail "the service is not active"
pid=$(systemctl --user show -p MainPID --value sgauthd.service)
grep -q "\"pid\": *$pid" "$HOME/status.json" || fail "another daemon answered: $(cat "$HOME/status.json"), not $pid"
[ "$(systemctl --user show -p Type --value sgauthd.service)" = notify ] || fail "not Type=notify"

trace "a reload keeps it"
systemctl --user reload sgauthd.service || fail "reload: exit $?"
[ "$(systemctl --user show -p MainPID --value sgauthd.service)" = "$pid" ] || fail "the reload replaced the daemon"
sgauth list >/dev/null || fail "list after the reload: exit $?"

trace "rules by unit, as a real manager names it"
mkdir -p "$HOME/.config/sgauth"
printf '[[policy.rule]]\naction = "deny"\nunit = "farm-*.service"\n' >"$HOME/.config/sgauth/config.toml"
systemctl --user reload sgauthd.service || fail "reload with a rule: exit $?"
says() { # says UNIT ACTION: of a process of that unit
    systemd-run --user --quiet --property=Type=exec --unit="$1" sleep 60
    pid_of_unit=$(systemctl --user show -p MainPID --value "$1.service")
    sgauth policy test "$pid_of_unit" --json >"$HOME/policy.json" || fail "policy test: exit $?"
    grep -q "\"action\": *\"$2\"" "$HOME/policy.json" && grep -q "\"unit\": *\"$1.service\"" "$HOME/policy.json" ||
        fail "$1: $(cat "$HOME/policy.json")"
    systemctl --user stop "$1.service"
}
says farm-1 deny
says publisher allow

trace "... and what the daemon in its unit hands out by them, with the key in the user's keyring"
printf '[site]\nca_file = "%s"\n' "$HOME/ca.pem" >>"$HOME/.config/sgauth/config.toml"
systemctl --user reload sgauthd.service || fail "reload with a site: exit $?"
site_is_known() { sgauth status --why | grep -q 'site.ca_file.*ca.pem'; }
await site_is_known
echo bob-password | sgauth login "$(cat "$HOME/url")" --user bob --password-stdin >/dev/null || fail "login: exit $?"
sgauth status --json | grep -q '"key_place": *"keyring"' || fail "the key is elsewhere: $(sgauth vault)"
gets() { # gets UNIT CODE: of asking for the token there; what is answered is in token and err of the home
    local code=0
    systemd-run --user --quiet --wait --collect --pipe --unit="$1" "$(command -v sgauth)" token >"$HOME/token" 2>"$HOME/err" || code=$?
    [ "$code" = "$2" ] || fail "a hand-out to $1: exit $code instead of $2: $(cat "$HOME/err")"
}
gets farm-2 6
[ ! -s "$HOME/token" ] || fail "a rule refuses, and it is handed out"
grep -q 'rule' "$HOME/err" || fail "it does not say that a rule refuses: $(cat "$HOME/err")"
gets publisher-2 0
[ "$(cat "$HOME/token")" = "$(sgauth token)" ] || fail "not bob's token: $(cat "$HOME/token")"
sgauth revoke --all --local >/dev/null
rm "$HOME/.config/sgauth/config.toml"
systemctl --user reload sgauthd.service

trace "a stop is clean, and the socket stays systemd's"
systemctl --user stop sgauthd.service
[ "$(systemctl --user show -p Result --value sgauthd.service)" = success ] || fail "the stop was not clean"
[ -S "$XDG_RUNTIME_DIR/sgauth/agent.sock" ] || fail "the daemon removed systemd's socket"
sgauth list >/dev/null || fail "it did not come back: exit $?"

trace "without the socket a client has the manager start it"
systemctl --user stop sgauthd.socket sgauthd.service 2>/dev/null
code=0; sgauth list >/dev/null 2>&1 || code=$?
[ "$code" = 7 ] || fail "list started the daemon, or ended with $code instead of 7"
code=0; sgauth whoami >/dev/null 2>&1 || code=$?
[ "$code" = 3 ] || fail "whoami ended with $code instead of 3"
active sgauthd.service active || fail "the manager did not start the service"

trace "the environment of a client does not matter"
code=0; env -i PATH="$PATH" sgauth whoami >/dev/null 2>&1 || code=$?
[ "$code" = 3 ] || fail "env -i: $code instead of 3"

trace "what runs below sgauth exec names the usual socket, and asks the manager all the same"
systemctl --user stop sgauthd.service
code=0; SGAUTH_SOCKET=$XDG_RUNTIME_DIR/sgauth/agent.sock sgauth whoami >/dev/null 2>&1 || code=$?
[ "$code" = 3 ] || fail "with SGAUTH_SOCKET: $code instead of 3"
active sgauthd.service active || fail "the manager was not asked"

trace "a manager without our units is given the daemon to run"
systemctl --user stop sgauthd.socket sgauthd.service 2>/dev/null
systemctl --user disable sgauthd.socket 2>/dev/null
rm "$HOME"/.config/systemd/user/sgauthd.*
systemctl --user daemon-reload
code=0; sgauth whoami >/dev/null 2>&1 || code=$?
[ "$code" = 3 ] || fail "without our units: $code instead of 3"
active sgauthd-run.service active || fail "the manager does not run the daemon"
pid=$(systemctl --user show -p MainPID --value sgauthd-run.service)
sgauth status --json | grep -q "\"pid\": *$pid" || fail "another daemon answered than $pid"
systemctl --user stop sgauthd-run.service
INSIDE

# Without a manager; what it says is in $scratch/err.
whoami_ends() { # whoami_ends CODE
    local code=0
    as_user XDG_RUNTIME_DIR="$scratch/run" sgauth whoami >/dev/null 2>"$scratch/err" || code=$?
    [ "$code" = "$1" ] || fail "whoami ended with $code instead of $1: $(cat "$scratch/err")"
}
trace "an account that may not log in has no daemon started"
mkdir -m 700 "$scratch/run"
chown "$user" "$scratch/run"
usermod --shell /usr/sbin/nologin "$user"
whoami_ends 7
grep -q 'this account cannot log in' "$scratch/err" || fail "it does not say why: $(cat "$scratch/err")"
[ -z "$(ls -A "$scratch/run")" ] || fail "something was made: $(ls -AR "$scratch/run")"
! pgrep -u "$uid" -x sgauthd >/dev/null || fail "a daemon runs"
usermod --shell /bin/bash "$user"
whoami_ends 3
kill "$(cat "$scratch/run/sgauth/agent.sock.lock")"
echo "all held"
