#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// The stand-in's own certificate authority and server certificates, as PEM files in one folder: EC P-256,
// made once and kept. `ca.pem` is what a client trusts; `good.pem`, `wrong_host.pem`, `untrusted.pem` and
// `expired.pem` hold what the server shows (chain), the files ending in `.key` the keys (0600).

#include <filesystem>

namespace sgauth::stand_in {

// Makes what is missing. Throws std::runtime_error.
void make_tls_files(const std::filesystem::path& folder);

// Writes `content` to a new file of mode 0600, replacing an old one in one step. Throws std::runtime_error.
void write_private_file(const std::filesystem::path& path, std::string_view content);

}  // namespace sgauth::stand_in
