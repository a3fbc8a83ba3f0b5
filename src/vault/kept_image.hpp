#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// A store's image as it is kept over a restart: behind a hash of it. Memory tears where a kill comes between
// two pages, and nothing else tells a cut image before somebody has opened it; by then it would stand in the
// place of the disk's good one. No proof against people: it is no secret that makes it. Pure.

#include <optional>
#include <string>
#include <string_view>

namespace sgauth {

std::string write_kept(std::string_view image);
// The image, a part of `kept`. Nothing: it is not whole.
std::optional<std::string_view> read_kept(std::string_view kept);

}  // namespace sgauth
