#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# The daemon's process that looks at others (daemon/onlooker.cpp) ends, or hangs: nobody is judged blindly, and it is told.
. "$(dirname "$0")/common.sh"
. "$(dirname "$0")/real_world.sh"
start_site
settings '[[policy.rule]]\naction = "allow"\nexecutable = "/**"\n'
start_daemon
log_in bob

onlooker() { # its pid: the daemon's child of that name
    local child
    for child in $(cat "/proc/$daemon/task/$daemon/children"); do
        [ "$(cat "/proc/$child/comm")" != sgauthd-looks ] || echo "$child"
    done
}
gone() { [ ! -e "/proc/$1" ]; }
problem='problem: it cannot be seen any more which program asks, and every rule that names one refuses:'
well() {
    expect 0 token
    expect 0 status
    ! grep -q 'problem:' "$scratch/out" || fail "a problem: $(cat "$scratch/out")"
}
lost() { # lost TIMES: all of it is told, and logged so often
    expect 0 status
    out_has "$problem"
    out_has 'run `systemctl --user restart sgauthd`'
    expect 6 token
    err_has "cannot be told: the daemon's process that looks at others did not answer"
    expect 0 status
    [ "$(grep -c 'problem:' "$scratch/out")" = 1 ] || fail "not one problem"
    [ "$(grep -c 'it cannot be seen any more' "$scratch/log")" = "$1" ] || fail "not logged once: $(cat "$scratch/log")"
}

trace "it ends: told without anybody having asked"
well
looks=$(onlooker)
kill -KILL "$looks"
await gone "$looks" # waited for, too
lost 1

trace "a reload does not make it forgotten"
settings '[[policy.rule]]\naction = "allow"\nexecutable = "/**"\n[renewal]\nkeep_for = "7h"\n'
kill -HUP "$daemon"
in_force() { "$SGAUTH" status --why | grep -Eq 'renewal.keep_for +7h'; }
await in_force
lost 1

trace "a restart brings another"
restart_daemon
well

trace "it hangs: the first who asks waits for it, nobody after"
looks=$(onlooker)
kill -STOP "$looks"
expect 6 token
await gone "$looks"
lost 2
echo "lost_onlooker: ok"
