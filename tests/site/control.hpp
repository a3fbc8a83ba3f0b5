#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// The control channel: how a test steers the stand-in site and reads back what it saw. README.md lists the
// verbs.

#include "tests/site/message.hpp"
#include "tests/site/model.hpp"

namespace sgauth::stand_in {

// Answers `/control/VERB`; 403 without the secret of DIR/control in the header X-Control.
http_reply answer_control(site_model& site, const http_request& request);

}  // namespace sgauth::stand_in
