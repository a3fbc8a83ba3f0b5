// SPDX-License-Identifier: Apache-2.0
//
// The store and its tombstones, which anybody may have written. What is taken is written as the same again,
// and nothing opens without the key.

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

// What is sealed, as one may find it whose store was changed: the pieces are those of somebody with the key.
void check_records(const store_header& header, std::string_view plain)
{
    store_keys keys;
    keys.key = vault_key(std::string(key_bytes, 'k'));
    store_image image = make_image(header, {}, keys);
    require(open_image(image, keys).has_value());
    image.header.records = header.records;
    const auto opened = open_image(image, keys);
    require(opened.has_value() == header.records.empty());
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
        store_keys keys;
        keys.key = vault_key(std::string(key_bytes, 'k'));
        if (const auto opened = open_image(*image, keys))
            require(opened->size() == image->header.records.size());
        check_records(image->header, bytes);
    }
    if (const auto graves = tombstones::read(bytes))
        require(tombstones::read(graves->text()) == graves);
    return 0;
}
