# SPDX-License-Identifier: Apache-2.0
#
# Sourced before all else: root is let into much that others are not, so a test that root starts goes on as a user who is nobody
# else, with copies of the programs and of these scripts that he may read. What takes root is left to a helper:
#   root_does last_pid PID    tells the kernel that it gave that pid last
#   root_does unshare SCRIPT  runs it as that user, in a mount namespace of its own
# It fails where there was no root to begin with, or root may not either.
if [ "$(id -u)" = 0 ] && [ -z "${NOT_AS_ROOT:-}" ]; then
    set -euo pipefail
    somebody=4242 # nobody has to know that uid
    stage=$(mktemp -d "${TMPDIR:-/tmp}/sgauth-somebody.XXXXXX")
    trap 'rm -rf "$stage"' EXIT
    chmod 755 "$stage"
    mkdir -p "$stage/tests/regress" "$stage/daemon" "$stage/bin" "$stage/tmp"
    tree=$(dirname "$(realpath "$0")")/../..
    cp "$tree"/tests/regress/*.{sh,py} "$stage/tests/regress"
    cp "$tree"/{README,SECURITY}.md "$stage" # what is promised there is asked for too
    cp "$tree"/daemon/policy.md "$stage/daemon"
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
    export ROOT_ASKED=$stage/tmp/root
    mkfifo "$ROOT_ASKED" "$ROOT_ASKED.done"
    exec 8<>"$ROOT_ASKED" 9<>"$ROOT_ASKED.done"
    while read -r what argument <&8; do
        code=0
        case $what in
            last_pid) { echo "$argument" >/proc/sys/kernel/ns_last_pid; } 2>/dev/null || code=$? ;;
            unshare) unshare -m setpriv --reuid "$somebody" --regid "$somebody" --clear-groups --inh-caps=-all -- bash "$argument" || code=$? ;;
        esac
        echo "$code" >&9
    done &
    helper=$!
    trap 'kill "$helper" || true; rm -rf "$stage"' EXIT
    chown -R "$somebody:$somebody" "$stage/tmp"
    code=0
    as_somebody bash "$stage/tests/regress/$(basename "$0")" 8<&- 9<&- || code=$?
    exit "$code"
fi
root_does() {
    local code
    [ -n "${ROOT_ASKED:-}" ] || return 1
    echo "$*" >"$ROOT_ASKED"
    read -r code <"$ROOT_ASKED.done"
    return "$code"
}
