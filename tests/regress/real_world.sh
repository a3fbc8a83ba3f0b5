# SPDX-License-Identifier: Apache-2.0
#
# For tests of the real daemon with a stand-in site: starts both, kills and restarts the daemon, logs people in. Sourced after
# common.sh. Takes SGAUTHD, FPT_STAND_IN and FPT_CONTROL from the environment.
[ -x "${SGAUTHD:-}" ] && [ -x "${FPT_STAND_IN:-}" ] || { echo "skipped: no daemon or no site"; exit 77; }
unset SHOTGUN_API_CACERTS http_proxy https_proxy HTTP_PROXY HTTPS_PROXY DBUS_SESSION_BUS_ADDRESS CREDENTIALS_DIRECTORY || true

site() { "$FPT_CONTROL" "$scratch/site" "$@"; }
start_site() {
    mkdir -p -m 700 "$scratch/site" "$XDG_CONFIG_HOME/sgauth"
    start "$FPT_STAND_IN" --dir "$scratch/site" --web-session on --logout ends "$@" >"$scratch/site.out"
    site_pid=$!
    await grep -q ready "$scratch/site.out"
    SITE=$(cat "$scratch/site/url")
    settings ''
}
settings() { # settings TEXT: and how the site is trusted
    printf '[site]\nca_file = "%s"\n%b' "$scratch/site/ca.pem" "$1" >"$XDG_CONFIG_HOME/sgauth/config.toml"
}
start_daemon() { # start_daemon [ARGUMENT...]: waits until it serves; its pid in $daemon, its log in $scratch/log
    "$SGAUTHD" "$@" 2>>"$scratch/log" &
    daemon=$!
    started+=("$daemon")
    await "$SGAUTH" status
}
end_daemon() { # end_daemon [SIGNAL]: and waits until it has gone
    kill "-${1:-TERM}" "$daemon"
    wait "$daemon" 2>/dev/null || true
}
restart_daemon() { # restart_daemon [SIGNAL]
    end_daemon "${1:-TERM}"
    start_daemon
}
log_in() { # log_in LOGIN
    printf '%s-password\n' "$1" >"$scratch/in"
    expect 0 login "$SITE" --user "$1" --password-stdin <"$scratch/in"
}
log_script_in() { # log_script_in [--share-key]
    printf 'farm-key\n' >"$scratch/in"
    expect 0 login "$SITE" --script farm --key-stdin "$@" <"$scratch/in"
}
store() { echo "$XDG_STATE_HOME"/sgauth/*/sessions.sealed; }
