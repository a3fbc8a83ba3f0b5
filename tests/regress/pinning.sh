#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# The build that takes its kernel for an older one goes that kernel's way of pinning a peer's process, the other the newer one's:
# what is tested with both is two things. Usage: pinning.sh SGAUTHD_OLDER_KERNEL; takes SGAUTHD too.
. "$(dirname "$0")/common.sh"
command -v strace >/dev/null || { echo "skipped: no strace"; exit 77; }

calls_of() { # calls_of SGAUTHD: into $by_kernel and $by_start_time, how often each was asked
    local daemon
    start strace -D -f -qq -e trace=getsockopt,pidfd_open -o "$scratch/trace" "$1" 2>"$scratch/log"
    daemon=$! # as strace -D has it
    await "$SGAUTH" status
    kill "$daemon"
    wait "$daemon" || fail "the daemon ended with $?"
    by_kernel=$(grep -cE 'SOL_SOCKET, (0x4d|SO_PEERPIDFD)[^=]*= 0|(0x4d|SO_PEERPIDFD).* = 0$' "$scratch/trace" || true)
    by_start_time=$(grep -c 'pidfd_open(.*= [0-9]' "$scratch/trace" || true)
}
trace "the older kernel's way"
calls_of "$1"
[ "$by_kernel" = 0 ] && [ "$by_start_time" -gt 0 ] || fail "by the kernel $by_kernel times, by start time $by_start_time times"

trace "this kernel's own"
calls_of "$SGAUTHD"
[ "$by_kernel" -gt 0 ] || { echo "skipped: this kernel does not pin a peer's process"; exit 77; }
[ "$by_start_time" = 0 ] || fail "by start time $by_start_time times"
echo "all held"
