#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// A session as the commands show it.

#include "proto/messages.hpp"

#include <string>
#include <string_view>

namespace sgauth::cli {

// "" if it is valid; " (unverified)", " (expired: the site rejected it)", " (locked)".
std::string state_note(const proto::session_info& session);

// The JSON object of DESIGN.md 5, with a newline.
std::string session_document(const proto::session_info& session);

// The same object, with the credential's members added. Holds a secret: wipe it.
std::string credential_document(const proto::get_credential_reply& reply);

}  // namespace sgauth::cli
