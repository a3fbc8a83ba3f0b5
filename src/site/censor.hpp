#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// A site's text without what it echoes of a request. Pure.

#include "proto/secret.hpp"

#include <initializer_list>
#include <string>
#include <string_view>

namespace sgauth {

// The first max_foreign_bytes of `text` with each of the secrets replaced by `[removed]`, in clear or as
// JSON, HTML or a URL would write it. Cut afterwards: of a secret
// across the cut nothing is left. Null and empty secrets hide nothing.
std::string censored(std::string_view text, std::initializer_list<const secret*> hidden);

}  // namespace sgauth
