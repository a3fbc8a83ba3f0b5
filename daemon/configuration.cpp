// SPDX-License-Identifier: Apache-2.0
#include "daemon/configuration.hpp"

#include "src/settings/settings_file.hpp"
#include "src/site/proxy.hpp"
#include "src/site/site_url.hpp"

#include <cstdlib>
#include <unistd.h>

namespace sgauth {

namespace {

std::expected<std::string, std::string> stored_spelling(std::string_view typed)
{
    const auto url = site_url::parse(typed);
    if (!url)
        return std::unexpected(url.error().detail);
    return url->text();
}

std::string fault_of_proxy(std::string_view typed)
{
    const auto good = proxy::parse(typed);
    return good ? std::string() : good.error().detail;
}

}  // namespace

const char* own_variable(const char* name)
{
    return std::getenv(name);
}

loaded read_settings(const std::string& chosen)
{
    settings_places places = default_settings_places(own_variable);
    places.chosen = chosen;
    return load_settings(
        places, ::geteuid(), read_settings_file, {stored_spelling, fault_of_proxy, follow_links}
    );
}

std::optional<key_place> place_of(vault_backend wanted)
{
    switch (wanted) {
        case vault_backend::automatic:
            return std::nullopt;
        case vault_backend::secret_service:
            return key_place::secret_service;
        case vault_backend::keyring:
            return key_place::keyring;
        case vault_backend::passphrase:
            return key_place::passphrase;
        case vault_backend::credential:
            return key_place::credential;
        case vault_backend::memory:
            return key_place::memory;
    }
    return std::nullopt;
}

}  // namespace sgauth
