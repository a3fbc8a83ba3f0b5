# SPDX-License-Identifier: Apache-2.0
#
# Sourced before all else: root is let into much that others are not, so a test that root starts goes on as a user who is nobody
# else, with copies of the programs and of these scripts that he may read. What takes root is left to a helper:
#   PID_CHOOSER  a fifo: of a number written to it the kernel is told that it is the last pid; then there is a line in
#                PID_CHOOSER.done. Not set where there was no root to begin with
if [ "$(id -u)" = 0 ] && [ -z "${NOT_AS_ROOT:-}" ]; then
    set -euo pipefail
    somebody=4242 # nobody has to know that uid
    stage=$(mktemp -d "${TMPDIR:-/tmp}/sgauth-somebody.XXXXXX")
    trap 'rm -rf "$stage"' EXIT
    chmod 755 "$stage"
    mkdir "$stage/regress" "$stage/bin" "$stage/tmp"
    cp "$(dirname "$(realpath "$0")")"/*.{sh,py} "$stage/regress"
    for program in SGAUTH SGAUTHD FPT_STAND_IN FPT_CONTROL; do
        [ -x "${!program:-}" ] || continue
        cp "${!program}" "$stage/bin"
        export "$program=$stage/bin/$(basename "${!program}")"
    done
    as_somebody() { setpriv --reuid "$somebody" --regid "$somebody" --clear-groups --inh-caps=-all -- "$@"; }
    # One that somebody else may run: the first may lie in root's home.
    for python in $(type -ap python3); do
        ! as_somebody "$python" -c 'import json' 2>/dev/null || break
    done
    ln -s "$(as_somebody "$python" -c 'import os, sys; print(os.path.realpath(sys.executable))')" "$stage/bin/python3"
    export PATH=$stage/bin:$PATH TMPDIR=$stage/tmp NOT_AS_ROOT=1
    unset PYTHONHOME
    if [ -w /proc/sys/kernel/ns_last_pid ]; then
        export PID_CHOOSER=$stage/tmp/pid
        mkfifo "$PID_CHOOSER" "$PID_CHOOSER.done"
        exec 8<>"$PID_CHOOSER" 9<>"$PID_CHOOSER.done"
        ( while read -r last <&8; do echo "$last" >/proc/sys/kernel/ns_last_pid && echo told >&9; done ) &
        chooser=$!
        trap 'kill "$chooser" || true; rm -rf "$stage"' EXIT
    fi
    chown -R "$somebody:$somebody" "$stage/tmp"
    code=0
    as_somebody bash "$stage/regress/$(basename "$0")" 8<&- 9<&- || code=$?
    exit "$code"
fi
