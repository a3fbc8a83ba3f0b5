#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Every line of the user unit that fences the daemon in, shown in a real user manager: with all lines a program in the
# daemon's place is refused what the line forbids; with that line alone taken away the same is done. And what must work
# there does: the kernel keyring is the user's, a client's executable is seen. Usage: unit_fences.sh BUILD_DIR PROBE.
. "$(dirname "$0")/manager_stage.sh"
# Of 10, as systemd counts; the page says what is left.
most_exposed=$(sed -n 's/.*security sgauthd.service` counts \([0-9.]*\) of 10.*/\1/p' "$(dirname "$0")/../../SECURITY.md")
[ -n "$most_exposed" ] || fail "SECURITY.md names no exposure figure"
make_stage "$1"

# What says how it is started and stopped, and fences nothing. A key that is in neither list below fails the test.
not_fences='FileDescriptorStoreMax|Type|ExecStart|ExecReload|Slice|Restart|RestartPreventExitStatus|TimeoutStopSec'
unit=$scratch/home/.config/systemd/user/sgauthd.service
sed -n '/^\[Service\]/,/^\[/p' "$unit" | grep -E '^[A-Z][A-Za-z]*=' | grep -vE "^($not_fences)=" >"$scratch/lines"
! grep -qE '^(PrivateUsers|Protect|Private|ReadOnly|ReadWrite|Inaccessible|Temporary|Bind|Root|DynamicUser)' "$scratch/lines" ||
    fail "a line needs a user namespace of its own: $(cat "$scratch/lines")"

install -m 755 "$2" "$scratch/probe"
install -m 4755 "$2" "$scratch/setuid-probe" # root's
mkdir "$scratch/probed"
chown "$user" "$scratch/probed"
capabilities='--inh-caps=-all,+sys_nice --ambient-caps=-all,+sys_nice' # for realtime: see there

with_manager 200 <<'INSIDE'
base=$(dirname "$HOME")
units=$HOME/.config/systemd/user
mapfile -t lines <"$base/lines"

# probe OUTCOME WHAT ACT LINE...: the act in a service with these lines; it is `done`, `refused` or `killed`.
probe() {
    local want=$1 what=$2 act=$3 got
    shift 3
    printf '%s\n' '[Service]' Type=oneshot RemainAfterExit=yes "ExecStart=$base/probe $act" "StandardOutput=truncate:$base/probed/out" "$@" >"$units/probe.service"
    systemctl --user daemon-reload
    systemctl --user start probe.service 2>/dev/null || true
    case "$(systemctl --user show -p ExecMainCode,ExecMainStatus --value probe.service | xargs)" in
        '1 0') got=done ;;
        '1 1') got=refused ;;
        '2 31' | '3 31') got=killed ;; # SIGSYS
        '1 3') echo "$act cannot be told here"; return ;;
        *) fail "$act $what: $(systemctl --user show -p ExecMainCode,ExecMainStatus probe.service | xargs)" ;;
    esac
    systemctl --user stop probe.service
    systemctl --user reset-failed probe.service 2>/dev/null || true
    [ "$got" = "$want" ] || fail "$act $what is $got, not $want: $(cat "$base/probed/out")"
}
without() { # without LINE: the others, in $others
    local line
    others=()
    for line in "${lines[@]}"; do [ "$line" = "$1" ] || others+=("$line"); done
}
act_against() {
    case $1 in
        LimitCORE=0) echo dump-core ;;
        UMask=0077) echo "file-for-all $base/probed/made" ;;
        NoNewPrivileges=yes) echo "become-root $base/setuid-probe" ;;
        SystemCallFilter=@system-service*) echo trace ;;
        SystemCallFilter=~@privileged) echo "give-away $base/probed" ;;
        SystemCallErrorNumber=EPERM) echo trace ;;
        SystemCallArchitectures=native) echo other-machine ;;
        RestrictAddressFamilies=*) echo exotic-socket ;;
        RestrictNamespaces=yes) echo namespace ;;
        MemoryDenyWriteExecute=yes) echo write-code ;;
        LockPersonality=yes) echo personality ;;
        RestrictRealtime=yes) echo realtime ;;
        RestrictSUIDSGID=yes) echo "set-user-id-bit $base/probed/program" ;;
        *) fail "no test shows what this line is for: $1" ;;
    esac
}
for line in "${lines[@]}"; do
    act=$(act_against "$line")
    trace "$line: $act"
    without "$line"
    case $line in
        # The filters imply it: it is shown alone.
        NoNewPrivileges=*)
            probe done 'without any line' "$act"
            probe refused 'with this line alone' "$act" "$line" ;;
        # It says how, not whether.
        SystemCallErrorNumber=*)
            probe refused 'with all lines' "$act" "${lines[@]}"
            probe killed 'without this line' "$act" "${others[@]}" ;;
        # Another machine's call is the one thing that no error is returned for.
        SystemCallArchitectures=*)
            probe killed 'with all lines' "$act" "${lines[@]}"
            probe 'done' 'without this line' "$act" "${others[@]}" ;;
        # Whom the kernel lets: others are refused anyway.
        RestrictRealtime=*)
            probe refused 'with all lines' "$act" "${lines[@]}" AmbientCapabilities=CAP_SYS_NICE
            probe 'done' 'without this line' "$act" "${others[@]}" AmbientCapabilities=CAP_SYS_NICE ;;
        *)
            probe refused 'with all lines' "$act" "${lines[@]}"
            probe 'done' 'without this line' "$act" "${others[@]}" ;;
    esac
done

trace "what the daemon needs works with all of them"
for act in fence usual-sockets keep-key; do probe 'done' 'with all lines' "$act" "${lines[@]}"; done

trace "its helper program reaches the desktop's bus behind them; nobody there shows a thing"
sed 's|@BUS@|'"$base/probed/bus"'|' >"$HOME/bus.conf" <<'BUS'
<busconfig>
  <listen>unix:path=@BUS@</listen>
  <policy context="default"><allow send_destination="*"/><allow receive_sender="*"/><allow own="*"/></policy>
</busconfig>
BUS
dbus-daemon --config-file="$HOME/bus.conf" --nofork 2>/dev/null &
bus=$!
await test -S "$base/probed/bus"
printf '%s\n' '[Service]' Type=oneshot "ExecStart=$base/prefix/libexec/sgauth/sgauth-desktop notify" StandardInput=data 'StandardInputText=of what' \
    "Environment=DBUS_SESSION_BUS_ADDRESS=unix:path=$base/probed/bus" "${lines[@]}" >"$units/probe.service"
systemctl --user daemon-reload
systemctl --user start probe.service 2>/dev/null || true
outcome=$(systemctl --user show -p ExecMainCode,ExecMainStatus --value probe.service | xargs)
[ "$outcome" = '1 4' ] || fail "the desktop's helper program: $outcome"
systemctl --user reset-failed probe.service
kill "$bus"

trace "it is the user's own keyring, and a client's executable is seen; in a user namespace of its own neither"
setpriv --inh-caps=-all --ambient-caps=-all sleep 300 & # one with a capability more than the daemon is not seen
client=$!
setpriv --inh-caps=-all --ambient-caps=-all tail -f /dev/null &
other=$!
await grep -qx tail "/proc/$other/comm"
await grep -qx sleep "/proc/$client/comm"
ring=$("$base/probe" keyring)
probe 'done' 'with all lines' keyring "${lines[@]}"
[ "$(cat "$base/probed/out")" = "$ring" ] || fail "keyring $(cat "$base/probed/out") instead of $ring"
probe 'done' 'with all lines' "executable $client" "${lines[@]}"
[ "$(cat "$base/probed/out")" = "$(readlink "/proc/$client/exe")" ] || fail "not that executable: $(cat "$base/probed/out")"
probe refused 'with PrivateUsers= planted' "executable $client" "${lines[@]}" PrivateUsers=yes
probe 'done' 'with PrivateUsers= planted' keyring "${lines[@]}" PrivateUsers=yes
[ "$(cat "$base/probed/out")" != "$ring" ] || fail "a planted PrivateUsers= did not show"

trace "the daemon itself lives with them, fenced, in the user namespace of its clients, and judges by what they run"
mkdir -p -m 700 "$HOME/.config/sgauth"
printf '[[policy.rule]]\naction = "deny"\nexecutable = "%s"\n' "$(readlink "/proc/$client/exe")" >"$HOME/.config/sgauth/config.toml"
systemctl --user start sgauthd.socket sgauthd.service
pid=$(systemctl --user show -p MainPID --value sgauthd.service)
sgauth status --json >"$base/probed/status" || fail "status: exit $?"
! grep -q 'not fenced' "$base/probed/status" || fail "it is not fenced: $(cat "$base/probed/status")"
[ "$(cat "/proc/$pid/uid_map")" = "$(cat /proc/self/uid_map)" ] || fail "the daemon is in another user namespace"
grep -qx 'Seccomp:	2' "/proc/$pid/status" || fail "no filter holds for it"
grep -qx 'NoNewPrivs:	1' "/proc/$pid/status" || fail "it may get new privileges"
said() { sgauth policy test "$1" --json | python3 -c 'import json,sys; d=json.load(sys.stdin); print(d["action"], d["executable"])'; }
[ "$(said "$client")" = "deny $(readlink "/proc/$client/exe")" ] || fail "of the client it says: $(said "$client")"
[ "$(said "$other")" = "allow $(readlink "/proc/$other/exe")" ] || fail "of another program it says: $(said "$other")"
kill "$client" "$other"
systemctl --user stop sgauthd.socket sgauthd.service 2>/dev/null
INSIDE

figure=$(XDG_RUNTIME_DIR=$scratch systemd-analyze --user --no-pager --offline=true security "$unit" 2>/dev/null | grep -o 'level for .*')
exposed=$(sed -n 's/.*: \([0-9.]*\) .*/\1/p' <<<"$figure")
trace "exposure $exposed of 10, $most_exposed in SECURITY.md"
awk -v is="$exposed" -v most="$most_exposed" 'BEGIN { exit !(is > 0 && is <= most) }' || fail "exposure: $figure"
echo "all held: $(wc -l <"$scratch/lines") lines"
