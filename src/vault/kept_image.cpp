// SPDX-License-Identifier: Apache-2.0
#include "src/vault/kept_image.hpp"

#include "src/vault/vault_key.hpp"

namespace sgauth {

namespace {

std::string hash_of(std::string_view image)
{
    return digest("sgauth kept image 1", image);
}

}  // namespace

std::string write_kept(std::string_view image)
{
    return hash_of(image).append("\n").append(image);
}

std::optional<std::string_view> read_kept(std::string_view kept)
{
    const std::size_t end = kept.find('\n');
    if (end == std::string_view::npos)
        return std::nullopt;
    const std::string_view image = kept.substr(end + 1);
    return kept.substr(0, end) == hash_of(image) ? std::optional(image) : std::nullopt;
}

}  // namespace sgauth
