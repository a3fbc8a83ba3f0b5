#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// The interfaces' descriptions, word for word the .varlink files beside this one. Only the daemon links them.

namespace sgauth::proto {

extern const char* const agent_description;    // io.sgauth.Agent
extern const char* const service_description;  // org.varlink.service

}  // namespace sgauth::proto
