#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# The fence of the real daemon, tried from within it: a library that is loaded into it does what somebody would who has taken it
# over, before the fence, which shows that nothing else is in the way, and behind it. TRESPASSER names that library.
. "$(dirname "$0")/common.sh"
. "$(dirname "$0")/real_world.sh"
[ -r "${TRESPASSER:-}" ] || { echo "skipped: no library that trespasses"; exit 77; }
start_site
start_daemon
end_daemon
! grep -q 'not fenced' "$scratch/log" || { echo "skipped: $(grep -o 'files are not fenced.*' "$scratch/log")"; exit 77; }
state=$(echo "$XDG_STATE_HOME"/sgauth/*)
[ -d "$state" ] || fail "not one state folder: $state"

# Where somebody would stay, look, or get further: what he starts with, others' sessions, our own settings, the socket's place.
echo secret >"$HOME/.netrc"
echo : >"$HOME/.profile"
mkdir "$HOME/bin" "$XDG_STATE_HOME/sgauth/another-machine"
fenced="write $HOME/.profile
make $HOME/.bash_login
make $HOME/bin/sgauth
remove $HOME/.profile
write $XDG_CONFIG_HOME/sgauth/config.toml
make $XDG_CONFIG_HOME/sgauth/more
make $XDG_STATE_HOME/made
make $XDG_STATE_HOME/sgauth/made
make $XDG_STATE_HOME/sgauth/another-machine/made
make $XDG_RUNTIME_DIR/made
make $scratch/made
make ${TMPDIR:-/tmp}/made-by-sgauthd.$$
execute /bin/true
execute /bin/sh
execute $SGAUTH"
# In its state folder it writes; from its socket's folder it takes files away; reading stays free; its helpers run.
open="make $state/made
write $state/there
remove $state/gone
remove $XDG_RUNTIME_DIR/gone
write /dev/null
read $HOME/.netrc
execute $(dirname "$SGAUTHD")/sgauth-keyring
execute $(dirname "$SGAUTHD")/sgauth-desktop"
printf '%s\n' "$fenced" "$open" >"$scratch/acts"
put_there() { touch "$HOME/.profile" "$state/there" "$state/gone" "$XDG_RUNTIME_DIR/gone"; }
outcomes() { # outcomes WHEN: of each act, once it has tried them all
    await tried "$1"
    sed -n "s/^trespass [^ ]* $1 //p" "$scratch/log" | sort
}
tried() { [ "$(grep -c "^trespass [^ ]* $1 " "$scratch/log")" = "$(wc -l <"$scratch/acts")" ]; }
with_errno() { while read -r act; do echo "$act $1"; done; }
is() { # is WHEN EXPECTED
    [ "$(outcomes "$1")" = "$(sort <<<"$2")" ] || fail "$1: $(diff <(outcomes "$1") <(sort <<<"$2"))"
}

trace "before the fence all of it succeeds: nothing else is in the way"
put_there
printf '#!/bin/sh\nTRESPASS=%s LD_PRELOAD=%s exec %s "$@"\n' "$scratch/acts" "$TRESPASSER" "$SGAUTHD" >"$scratch/sgauthd"
chmod 700 "$scratch/sgauthd"
SGAUTHD=$scratch/sgauthd start_daemon
is start "$(with_errno 0 <<<"$fenced"; with_errno 0 <<<"$open")"

trace "behind it what SECURITY.md says, and nothing else"
behind=$(with_errno 13 <<<"$fenced"; with_errno 0 <<<"$open") # EACCES
put_there
kill -USR2 "$daemon"
is signal "$behind"
[ -s "$HOME/.netrc" ] && [ -e "$HOME/.profile" ] || fail "something is gone all the same"

trace "and in the thread that writes the store"
put_there
log_in bob
is disk "$behind"
expect 0 token
end_daemon
echo "fence: ok"
