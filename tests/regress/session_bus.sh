# SPDX-License-Identifier: Apache-2.0
#
# Sourced before anything else: runs the script on a session bus of its own, without services to be activated: what is on it
# the test has started. Skips where PROGRAM or the module of /usr/bin/python3 is missing.
# Usage: . session_bus.sh PYTHON_MODULES [PROGRAM...]
if [ -z "${SGAUTH_TEST_BUS:-}" ]; then
    /usr/bin/python3 -c "import $1" 2>/dev/null || { echo "skipped: /usr/bin/python3 has no $1"; exit 77; }
    for program in dbus-run-session "${@:2}"; do
        command -v "$program" >/dev/null || { echo "skipped: $program is not installed"; exit 77; }
    done
    config=$(mktemp /tmp/sgauth-bus.XXXXXX)
    cat >"$config" <<'BUS'
<busconfig>
  <type>session</type>
  <listen>unix:tmpdir=/tmp</listen>
  <policy context="default"><allow send_destination="*"/><allow receive_sender="*"/><allow own="*"/></policy>
</busconfig>
BUS
    SGAUTH_TEST_BUS=$config exec dbus-run-session --config-file="$config" -- bash "$0"
fi
rm -f "$SGAUTH_TEST_BUS"
bus=$DBUS_SESSION_BUS_ADDRESS
