#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// Where descriptors of ours may stand.

namespace sgauth::client {

// Takes over `made` and returns it, or its copy above the standard streams: in a host that runs with one of
// those closed, what it prints would go into our socket. Close-on-exec. -1, with errno, stays what it is.
int above_standard(int made) noexcept;

}  // namespace sgauth::client
