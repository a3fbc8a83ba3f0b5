#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// The name that a TLS handshake is for.

#include <openssl/types.h>

#include <string>

namespace sgauth {

// Makes the handshake send that name (not an address: RFC 6066 3) and fail unless the certificate is for it.
// False: OpenSSL takes no such name.
bool expect_name(SSL* native, const std::string& host);

}  // namespace sgauth
