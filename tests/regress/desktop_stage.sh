# SPDX-License-Identifier: Apache-2.0
#
# Sourced: a system bus of our own with a logind on it, and what a desktop does there.
export DBUS_SYSTEM_BUS_ADDRESS=unix:path=$scratch/bus
uid=$(id -u)

# As a system bus, but that everybody may own every name: a foreign sender is to be refused by us.
cat >"$scratch/bus.conf" <<BUS
<busconfig>
  <type>system</type>
  <listen>$DBUS_SYSTEM_BUS_ADDRESS</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/><allow receive_sender="*"/><allow own="*"/><allow user="*"/>
  </policy>
</busconfig>
BUS
start_bus() {
    start dbus-daemon --nofork --nopidfile --config-file="$scratch/bus.conf"
    bus=$!
    await test -S "$scratch/bus"
}
end() { # end PID: and waits until it has gone
    kill "$1"
    wait "$1" 2>/dev/null || true
}
start_logind() {
    rm -f "$scratch/orders"
    mkfifo "$scratch/orders"
    start /usr/bin/python3 -B "$here/fake_logind.py" "$scratch/orders" >"$scratch/logind"
    logind=$!
    await grep -qx ready "$scratch/logind"
    desktop session 1 "$uid"
    desktop session 2 4242
}
desktop() { # desktop ORDER WORD...: and waits until logind has done it
    local before
    before=$(grep -c '^done' "$scratch/logind" || true)
    echo "$*" >"$scratch/orders"
    is_done() { [ "$(grep -c '^done' "$scratch/logind")" -gt "$before" ]; }
    await is_done
}
held() { [ "$(grep '^held' "$scratch/logind" | tail -n 1)" = "held $1" ]; }
helpers() { pgrep -P "$daemon" -x sgauth-desktop || true; }
listens() { held 1 && [ -n "$(helpers)" ]; }
no_helper() { [ -z "$(helpers)" ]; }
is_locked() { "$SGAUTH" status --json | grep -qE '"locked": ?true'; }
is_open() { ! is_locked; }
