# SPDX-License-Identifier: Apache-2.0
#
# A user of its own with a real systemd user manager, for tests of what only that shows. Sourced, as root. What it takes
# that is not there is a skip (77); all of it is gone afterwards. It gives:
#   make_stage BUILD_DIR  the user ($user, $uid), its home ($scratch/home), the build installed below $prefix, its units in place
#   with_manager SECONDS  runs the script on stdin as that user, beside a manager that has just started; at most that long.
#                         The script has: trace, fail, await COMMAND..., active UNIT STATE, start_manager, stop_manager
#                         Once it returns no process of that user is left; the next call has a fresh /run/user
#   start_site BUILD_DIR  a stand-in site, not that user's; its URL and certificate are in url and ca.pem of the home
#   as_user COMMAND...    runs it as that user, without a manager
# `before_manager` is run as root in the manager's mount namespace before it starts; `capabilities` is what setpriv(1) is
# told of them: a manager has none.
set -euo pipefail

user=sgauthtest$$
scratch=$(mktemp -d /tmp/sgauth-manager.XXXXXX)
prefix=$scratch/prefix
before_manager=:
capabilities='--inh-caps=-all'
site_pid=
group=/sys/fs/cgroup/unified/$user
[ -d /sys/fs/cgroup/unified ] || group=/sys/fs/cgroup/$user

skip() { echo "skipped: $*"; exit 77; }
fail() { echo "FAILED: $*" >&2; exit 1; }
trace() { echo "--- $*"; }

end_processes() {
    local procs pid
    [ -d "$group" ] || return 0
    for procs in $(find "$group" -name cgroup.procs 2>/dev/null); do
        while read -r pid; do kill -KILL "$pid" 2>/dev/null || true; done <"$procs"
    done
    sleep 0.2
    find "$group" -mindepth 1 -depth -type d -exec rmdir {} + 2>/dev/null || true
}
cleanup() {
    [ -z "$site_pid" ] || kill "$site_pid" 2>/dev/null || true
    end_processes
    rmdir "$group" 2>/dev/null || true
    userdel "$user" 2>/dev/null || true
    rm -rf "$scratch"
}
trap cleanup EXIT

make_stage() {
    [ "$(id -u)" = 0 ] || skip "needs root, to make a user and a cgroup"
    [ -x /lib/systemd/systemd ] || skip "systemd is not installed"
    mkdir "$group" 2>/dev/null || skip "no cgroup can be made at $group"
    chmod 755 "$scratch"
    useradd --no-create-home --home-dir "$scratch/home" --shell /bin/bash "$user"
    uid=$(id -u "$user")
    mkdir -p "$scratch/home/.config/systemd/user"
    cmake --install "$(realpath "$1")" --prefix "$prefix" >/dev/null
    cp "$prefix"/lib/systemd/user/sgauthd.* "$scratch/home/.config/systemd/user/"
    sed -i "s|^ExecStart=.*sgauthd|ExecStart=$prefix/bin/sgauthd|" "$scratch/home/.config/systemd/user/sgauthd.service"
    chown -R "$user" "$scratch/home"
    chown "$user" "$group" "$group"/cgroup.{procs,subtree_control,threads}
    cat >"$scratch/words.sh" <<'WORDS'
set -euo pipefail
fail() { echo "FAILED: $*" >&2; journal; exit 1; }
trace() { echo "--- $*"; }
journal() { tail -n 20 "$HOME/manager.log" >&2 || true; }
await() { local i; for i in $(seq 100); do "$@" >/dev/null 2>&1 && return 0; sleep 0.05; done; fail "gave up waiting for: $*"; }
active() { [ "$(systemctl --user is-active "$1")" = "$2" ]; }
start_manager() {
    /lib/systemd/systemd --user >>"$HOME/manager.log" 2>&1 &
    manager=$!
    await test -S "$XDG_RUNTIME_DIR/systemd/private"
    await active default.target active
}
stop_manager() { # as when the user's last session ends
    kill "$manager" 2>/dev/null || true
    wait "$manager" 2>/dev/null || true
    rm -rf "$XDG_RUNTIME_DIR/systemd"
}
start_manager
WORDS
}

start_site() {
    local program=$1/tests/site/fpt_stand_in file
    [ -x "$program" ] || skip "no stand-in site"
    mkdir "$scratch/site"
    "$program" --dir "$scratch/site" >"$scratch/site.out" &
    site_pid=$!
    for _ in $(seq 100); do grep -q ready "$scratch/site.out" && break; sleep 0.05; done
    for file in url ca.pem; do install -o "$user" -m 644 "$scratch/site/$file" "$scratch/home/"; done
}

user_environment() { echo "HOME=$scratch/home USER=$user LOGNAME=$user PATH=$prefix/bin:/usr/bin:/bin"; }
as_user() {
    # shellcheck disable=SC2046 # one word a variable
    setpriv --reuid "$user" --regid "$user" --clear-groups env -i $(user_environment) "$@"
}
with_manager() {
    { cat "$scratch/words.sh" -; echo stop_manager; } >"$scratch/inside.sh"
    local code=0
    unshare --mount --propagation private bash -euc "
        echo \$\$ >$group/cgroup.procs
        mount -t tmpfs tmpfs /run/systemd && mkdir -p /run/systemd/system
        mkdir -p /run/user && mount -t tmpfs tmpfs /run/user && mkdir -m 700 /run/user/$uid && chown $user /run/user/$uid
        $before_manager
        exec setpriv --reuid $user --regid $user --clear-groups $capabilities env -i $(user_environment) XDG_RUNTIME_DIR=/run/user/$uid \
            timeout $1 bash $scratch/inside.sh" || code=$?
    end_processes
    [ "$code" = 0 ] || fail "beside the manager: exit $code"
    ! pgrep -u "$uid" >/dev/null || fail "of the user still runs: $(pgrep -lu "$uid")"
}
