// SPDX-License-Identifier: Apache-2.0
#include "src/vault/store_image.hpp"

#include "src/vault/store_header.hpp"

#include <charconv>
#include <utility>

namespace sgauth {

namespace {

constexpr std::string_view magic = "sgauth-store ";
constexpr std::string_view version = "1";
constexpr std::size_t most_version_digits = 9;
constexpr std::string_view data_key_domain = "sgauth vault data key 1";

void put_size(std::string& out, std::size_t size)
{
    for (const int shift : {24, 16, 8, 0})
        out += static_cast<char>(size >> shift & 0xff);
}

std::optional<std::string_view> take_piece(std::string_view& from)
{
    if (from.size() < 4)
        return std::nullopt;
    std::size_t size = 0;
    for (const char c : from.substr(0, 4))
        size = size << 8 | static_cast<unsigned char>(c);
    from.remove_prefix(4);
    if (from.size() < size)
        return std::nullopt;
    const std::string_view piece = from.substr(0, size);
    from.remove_prefix(size);
    return piece;
}

bool is_number(std::string_view text)
{
    return !text.empty() && text.size() <= most_version_digits &&
           text.find_first_not_of("0123456789") == std::string_view::npos;
}

}  // namespace

std::expected<store_image, store_fault> read_image(std::string_view bytes)
{
    if (!bytes.starts_with(magic))
        return std::unexpected(store_fault::foreign);
    const std::size_t first_end = bytes.find('\n');
    if (first_end == std::string_view::npos)
        return std::unexpected(store_fault::damaged);
    const std::string_view said = bytes.substr(magic.size(), first_end - magic.size());
    if (said != version)
        return std::unexpected(is_number(said) ? store_fault::future : store_fault::damaged);
    const std::size_t second_end = bytes.find('\n', first_end + 1);
    if (second_end == std::string_view::npos)
        return std::unexpected(store_fault::damaged);
    auto header = read_header(bytes.substr(first_end + 1, second_end - first_end - 1));
    if (!header)
        return std::unexpected(store_fault::damaged);
    store_image image;
    image.header = std::move(*header);
    image.head = bytes.substr(0, second_end + 1);
    image.sealed = bytes.substr(second_end + 1);
    return image;
}

std::optional<key_name> key_named_in(std::string_view bytes)
{
    const std::size_t first_end = bytes.find('\n');
    if (!bytes.starts_with(magic) || first_end == std::string_view::npos)
        return std::nullopt;
    const std::string_view rest = bytes.substr(first_end + 1);
    const std::size_t second_end = rest.find('\n');
    return second_end == std::string_view::npos ? std::nullopt : read_key_name(rest.substr(0, second_end));
}

store_keys store_keys::clone() const
{
    store_keys copy;
    copy.key = key.clone();
    if (lock_key)
        copy.lock_key = lock_key->clone();
    return copy;
}

vault_key store_keys::whole() const
{
    return lock_key ? combine(key, *lock_key) : key.clone();
}

store_image make_image(store_header header, const std::vector<stored_record>& records, const store_keys& keys)
{
    std::size_t size = 0;
    header.records.clear();
    for (const stored_record& one : records) {
        header.records.push_back({one.id, one.record.note});
        size += 4 + one.record.secret.size();
    }
    std::string plain;
    plain.reserve(size);  // growing would leave copies behind
    for (const stored_record& one : records) {
        put_size(plain, one.record.secret.size());
        plain += one.record.secret.reveal();
    }
    store_image image = seal_image(std::move(header), plain, keys);
    wipe(plain);
    return image;
}

store_image seal_image(store_header header, std::string_view plain, const store_keys& keys)
{
    const vault_key data_key = random_key();
    header.check = check_of(keys.key);
    header.data_key = seal(keys.whole(), data_key_domain, data_key.reveal());
    store_image image;
    image.head = std::string(magic).append(version).append("\n").append(write_header(header)).append("\n");
    image.sealed = seal(data_key, image.head, plain);
    image.header = std::move(header);
    return image;
}

std::expected<std::vector<stored_record>, open_fault> open_image(
    const store_image& image, const store_keys& keys
)
{
    const store_header& header = image.header;
    if (check_of(keys.key) != header.check)
        return std::unexpected(open_fault::wrong_key);
    const auto unsealed = unseal(keys.whole(), data_key_domain, header.data_key);
    if (!unsealed)
        return std::unexpected(open_fault::damaged);
    const vault_key data_key(unsealed->reveal());
    const auto plain = unseal(data_key, image.head, image.sealed);
    if (!plain)
        return std::unexpected(open_fault::damaged);

    std::vector<stored_record> records;
    records.reserve(header.records.size());
    std::string_view rest = plain->reveal();
    for (const stored_note& one : header.records) {
        const auto secret = take_piece(rest);
        if (!secret)
            return std::unexpected(open_fault::damaged);
        records.push_back({one.id, {one.note, vault_secret(*secret)}});
    }
    if (!rest.empty())
        return std::unexpected(open_fault::damaged);
    return records;
}

}  // namespace sgauth
