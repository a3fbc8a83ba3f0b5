#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# systemd's own check of our user units. Usage: verify_units.sh FOLDER-WITH-THE-UNITS; 77: it cannot be run here.
set -euo pipefail

command -v systemd-analyze >/dev/null || { echo "skipped: no systemd-analyze"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
chmod 700 "$work"

# The daemon need not be installed where this runs.
prepare() {
    cp "$1/sgauthd.socket" "$work/"
    sed 's|^ExecStart=.*|ExecStart=/bin/true|' "$1/sgauthd.service" > "$work/sgauthd.service"
}
verify() {
    XDG_RUNTIME_DIR=$work systemd-analyze verify --user --man=no --recursive-errors=no \
        "$work/sgauthd.socket" "$work/sgauthd.service"
}

prepare "$1"
verify
for unit in socket service; do
    prepare "$1"
    printf '\n[%s]\nPlantedNonsense=1\n' "${unit^}" >> "$work/sgauthd.$unit"
    if verify 2>/dev/null; then
        echo "a planted unknown key in sgauthd.$unit was not found"
        exit 1
    fi
done
grep -q '^X-systemd-skip=true$' "$1/sgauthd.desktop"
