// SPDX-License-Identifier: Apache-2.0
#include "src/settings/settings.hpp"

namespace sgauth {

const site_settings& settings::for_site(std::string_view url_text) const
{
    const auto at = sites.find(url_text);
    return at == sites.end() ? common : at->second;
}

}  // namespace sgauth
