#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// Every key there is: how it is read, its limits, and how its value is shown. A new key is a line in
// settings_keys.cpp and one in the documentation.

#include "src/settings/settings.hpp"
#include "src/settings/settings_loader.hpp"
#include "src/settings/settings_toml.hpp"

#include <span>
#include <string>
#include <string_view>

namespace sgauth {

// `Whole` is what the key belongs to: site_settings for those that a site can override, else settings.
template <class Whole>
struct setting_key {
    std::string_view section;
    std::string_view name;
    // Returns what is wrong with the value, or empty and sets it; never half of it.
    std::string (*read)(const setting_node& node, const value_checks& checks, Whole& out);
    std::string (*show)(const Whole& whole);
};

// [site] without the default, [renewal], [compat].
std::span<const setting_key<site_settings>> site_keys();
// site.default, [vault], [lock], [prompt], [audit].
std::span<const setting_key<settings>> own_keys();

}  // namespace sgauth
