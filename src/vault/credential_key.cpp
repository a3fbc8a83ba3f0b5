// SPDX-License-Identifier: Apache-2.0
#include "src/vault/credential_key.hpp"

#include "proto/utf8.hpp"
#include "src/base/atomic_file.hpp"

#include <chrono>
#include <functional>
#include <utility>

namespace sgauth {

namespace {

constexpr std::size_t max_credential_bytes = std::size_t{64} * 1024;
constexpr std::chrono::seconds look_again{60};

key_result<vault_key> read_key(const std::filesystem::path& file)
{
    auto read = read_file(file, max_credential_bytes);
    if (!read)
        return std::unexpected(key_fault{key_trouble::away, read.error().detail});
    if (!*read)
        return std::unexpected(
            key_fault{key_trouble::away, "there is no credential " + proto::printable(file.native())}
        );
    const vault_secret content = vault_secret::take(**read);
    if (content.size() < key_bytes)
        return std::unexpected(key_fault{
            key_trouble::failed,
            "the credential " + proto::printable(file.native()) + " is shorter than 32 bytes"
        });
    return key_from(content.reveal());
}

}  // namespace

credential_key::credential_key(std::filesystem::path folder, lane& disk, time_source& time)
    : file_(folder.empty() ? folder : folder / file_name), disk_(disk), time_(time)
{
}

key_holder::awaitable<key_result<void>> credential_key::probe(prompting)
{
    std::string none;
    const auto found = co_await make(std::move(none));
    if (!found)
        co_return std::unexpected(found.error());
    co_return key_result<void>();
}

key_holder::awaitable<key_result<vault_key>> credential_key::make(std::string id)
{
    return fetch(std::move(id), prompting::never);
}

key_holder::awaitable<key_result<vault_key>> credential_key::fetch(std::string, prompting)
{
    if (file_.empty())
        co_return std::unexpected(key_fault{key_trouble::away, "no systemd credential was given"});
    std::move_only_function<key_result<vault_key>()> work = [file = file_] { return read_key(file); };
    co_return co_await disk_.run<key_result<vault_key>>(std::move(work));
}

key_holder::awaitable<key_result<void>> credential_key::keep_only(key_ids)
{
    co_return key_result<void>();
}

key_holder::awaitable<void> credential_key::changed(std::string)
{
    co_await time_.sleep_until(time_.now() + look_again);
}

}  // namespace sgauth
