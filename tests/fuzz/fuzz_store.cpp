// SPDX-License-Identifier: Apache-2.0
//
// The store and its tombstones, which anybody may have written. What is taken is written as the same again,
// nothing opens without the key, and what was sealed under it opens only if it is whole.

#include "src/vault/store_header.hpp"
#include "src/vault/store_image.hpp"
#include "src/vault/tombstones.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

using namespace sgauth;

void require(bool good)
{
    if (!good)
        std::abort();
}

bool is_same(const store_header& a, const store_header& b)
{
    const auto same_note = [](const stored_note& x, const stored_note& y) {
        return x.id == y.id && x.note == y.note;
    };
    return a.place == b.place && a.why == b.why && a.made == b.made && a.serial == b.serial &&
           a.key_id == b.key_id && a.key_boot == b.key_boot && a.check == b.check &&
           a.data_key == b.data_key && a.scrypt == b.scrypt && a.lock == b.lock &&
           std::equal(a.records.begin(), a.records.end(), b.records.begin(), b.records.end(), same_note);
}

void check_header(std::string_view line)
{
    const auto header = read_header(line);
    if (!header)
        return;
    require(!header->scrypt || is_acceptable(*header->scrypt));
    require(!header->lock || !header->lock->scrypt || is_acceptable(*header->lock->scrypt));
    const auto again = read_header(write_header(*header));
    require(again && is_same(*header, *again));
}

store_keys known_keys()
{
    store_keys keys;
    keys.key = vault_key(std::string(key_bytes, 'k'));
    return keys;
}

// Whether `plain` is `count` secrets, each after its size, and nothing else.
bool is_whole(std::string_view plain, std::size_t count)
{
    std::uint64_t at = 0;
    for (; count > 0; --count) {
        if (plain.size() - at < 4)
            return false;
        std::uint64_t size = 0;
        for (std::uint64_t i = at; i < at + 4; ++i)
            size = size * 256 + static_cast<unsigned char>(plain[i]);
        at += 4 + size;
        if (at > plain.size())
            return false;
    }
    return at == plain.size();
}

// What is behind the seal, as somebody with the key may have written it.
void check_records(const store_header& header, std::string_view plain)
{
    const store_keys keys = known_keys();
    store_image image = seal_image(header, plain, keys);
    const auto opened = open_image(image, keys);
    require(opened.has_value() == is_whole(plain, header.records.size()));
    if (opened) {
        require(opened->size() == header.records.size());
        require(open_image(make_image(header, *opened, keys), keys).has_value());
        for (std::size_t i = 0; i < opened->size(); ++i)
            require((*opened)[i].id == header.records[i].id);
    }
    // What nobody sealed under the key.
    image.sealed = plain;
    require(!open_image(image, keys));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    check_header(bytes);
    if (const auto image = read_image(bytes)) {
        require(image->bytes() == bytes);
        require(!open_image(*image, known_keys()));
        check_records(image->header, image->sealed);
    }
    if (const auto graves = tombstones::read(bytes))
        require(tombstones::read(graves->text()) == graves);
    return 0;
}
