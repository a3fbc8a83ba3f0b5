#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// Which part of the stand-in site answers a request; counts it and lets an armed fault spoil the answer.

#include "tests/site/message.hpp"
#include "tests/site/model.hpp"

namespace sgauth::stand_in {

bool is_control(const http_request& request) noexcept;
outcome answer(site_model& site, const http_request& request);

}  // namespace sgauth::stand_in
