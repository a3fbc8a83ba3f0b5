# SPDX-License-Identifier: Apache-2.0
#
# Sourced after common.sh, on a bus of session_bus.sh: a real gnome-keyring, and who asks it to unlock.
export DBUS_SESSION_BUS_ADDRESS=$bus XDG_DATA_HOME=$scratch/data
mkdir -p -m 700 "$XDG_DATA_HOME/keyrings"

secrets() { # secrets OBJECT INTERFACE.METHOD ARGUMENT...
    gdbus call --session --dest org.freedesktop.secrets --object-path "/org/freedesktop/secrets$1" --method "org.freedesktop.$2" "${@:3}"
}
start_keyring() { # with its login collection open
    printf 'keyring-password' >"$scratch/password"
    start bash -c 'exec gnome-keyring-daemon --foreground --unlock --components=secrets <"$0" >/dev/null 2>>"$1"' "$scratch/password" "$scratch/keyring.log"
    keyring=$!
    await secrets /aliases/default DBus.Properties.Get org.freedesktop.Secret.Collection Label
}
is_locked() { secrets /collection/login DBus.Properties.Get org.freedesktop.Secret.Collection Locked | grep -q "$1"; }
lock_keyring() {
    secrets '' Secret.Service.Lock '[objectpath "/org/freedesktop/secrets/collection/login"]' >/dev/null
    await is_locked true
}
keys() { secrets '' Secret.Service.SearchItems '{"xdg:schema":"io.sgauth.VaultKey"}' | grep -o '/org/freedesktop/secrets/collection/[a-z]*/[0-9]*' | sort -u; }
unlock_keyring() { # as the desktop does, at its login or when its screen is unlocked
    /usr/bin/python3 -B "$here/unlock_keyring.py" keyring-password
    is_locked false || fail "the keyring stays locked"
}
# Who asks for a dialog calls Unlock: from now on all such calls are noted.
watch_dialogs() {
    : >"$scratch/dialogs"
    start dbus-monitor --session "type='method_call',interface='org.freedesktop.Secret.Service',member='Unlock'" >"$scratch/dialogs"
    await grep -q NameAcquired "$scratch/dialogs"
}
dialogs() { grep -c 'member=Unlock' "$scratch/dialogs" || true; }
