// SPDX-License-Identifier: Apache-2.0
#include "src/vault/store_header.hpp"
#include "src/vault/store_image.hpp"

#include <doctest/doctest.h>

using namespace sgauth;

namespace {

stored_record record(std::string id, std::string_view secret)
{
    stored_record made;
    made.record.note = "note of " + id;
    made.id = std::move(id);
    made.record.secret = vault_secret(secret);
    return made;
}

store_header small_header()
{
    store_header header;
    header.place = key_place::keyring;
    header.why = "a test";
    header.made = 1790000000;
    header.serial = 7;
    header.key_id = "00ff";
    header.key_boot = "this boot";
    return header;
}

store_keys some_keys()
{
    store_keys keys;
    keys.key = random_key();
    return keys;
}

store_image small_image(const store_keys& keys)
{
    std::vector<stored_record> records;
    records.push_back(record("a", "quoll"));
    records.push_back(record("b", ""));
    return make_image(small_header(), records, keys);
}

std::string line_with(std::string_view from, std::string_view to)
{
    std::string line = write_header(small_image(some_keys()).header);
    const std::size_t at = line.find(from);
    REQUIRE(at != std::string::npos);
    return line.replace(at, from.size(), to);
}

}  // namespace

TEST_SUITE("vault.store_image")
{
    TEST_CASE("what is no store of ours, of another version, or cut, is told apart")
    {
        CHECK(read_image("").error() == store_fault::foreign);
        CHECK(read_image("something else").error() == store_fault::foreign);
        CHECK(read_image("sgauth-stor").error() == store_fault::foreign);
        CHECK(read_image("sgauth-store 1").error() == store_fault::damaged);
        CHECK(read_image("sgauth-store 2\n{}\n").error() == store_fault::future);
        CHECK(read_image("sgauth-store 999999999\n").error() == store_fault::future);
        CHECK(read_image("sgauth-store 9999999999\n").error() == store_fault::damaged);
        CHECK(read_image("sgauth-store x\n{}\n").error() == store_fault::damaged);
        CHECK(read_image("sgauth-store \n{}\n").error() == store_fault::damaged);
        CHECK(read_image("sgauth-store 1\n{}").error() == store_fault::damaged);
        CHECK(read_image("sgauth-store 1\n{}\n").error() == store_fault::damaged);
    }

    TEST_CASE("no beginning of a store opens")
    {
        const store_keys keys = some_keys();
        const std::string whole = small_image(keys).bytes();
        for (std::size_t size = 0; size < whole.size(); ++size) {
            const auto image = read_image(whole.substr(0, size));
            if (image)
                CHECK(open_image(*image, keys).error() == open_fault::damaged);
        }
    }

    TEST_CASE("what was sealed under the right key opens only if it is as many secrets as the header says")
    {
        const store_keys keys = some_keys();
        store_header header = small_header();
        header.records = {{"a", "note"}, {"b", "note"}};
        const auto opens = [&](std::string_view plain) {
            return open_image(seal_image(header, plain, keys), keys).has_value();
        };
        using namespace std::string_view_literals;
        CHECK(opens("\0\0\0\5quoll\0\0\0\0"sv));
        for (const std::string_view bad :
             {""sv,
              "\0\0\0\5quoll"sv,
              "\0\0\0\5quoll\0\0\0"sv,
              "\0\0\0\5quoll\0\0\0\1"sv,
              "\0\0\0\5quoll\0\0\0\0\0"sv,
              "\xff\xff\xff\xffquoll\0\0\0\0"sv,
              "\0\0\0\12quoll\0\0\0\0"sv}) {
            CAPTURE(bad.size());
            CHECK_FALSE(opens(bad));
        }
    }

    TEST_CASE("no store with a changed byte opens, wherever that is")
    {
        const store_keys keys = some_keys();
        const std::string whole = small_image(keys).bytes();
        for (std::size_t i = 0; i < whole.size(); ++i)
            for (const char bit : {'\x01', '\x20', '\x80'}) {
                std::string changed = whole;
                changed[i] = static_cast<char>(changed[i] ^ bit);
                if (const auto image = read_image(changed))
                    CHECK_FALSE(open_image(*image, keys));
            }
        CHECK_FALSE(open_image(*read_image(whole + '\0'), keys));
    }

    TEST_CASE("a wrong key is told apart from damage, and one-off passphrases are needed")
    {
        store_keys keys = some_keys();
        const store_image image = small_image(keys);
        CHECK(open_image(image, some_keys()).error() == open_fault::wrong_key);
        CHECK(open_image(image, store_keys()).error() == open_fault::wrong_key);
        store_keys both = keys.clone();
        both.lock_key = random_key();
        const store_image locked = small_image(both);
        CHECK(open_image(locked, both));
        CHECK_FALSE(open_image(locked, keys));
    }

    TEST_CASE("what was sealed comes back, and nothing of it can be read without the key")
    {
        const store_keys keys = some_keys();
        const store_image image = small_image(keys);
        CHECK(image.bytes().find("quoll") == std::string::npos);
        const auto read = read_image(image.bytes());
        REQUIRE(read);
        CHECK(read->bytes() == image.bytes());
        CHECK(read->header.serial == 7);
        CHECK(read->header.key_boot == "this boot");
        const auto records = open_image(*read, keys);
        REQUIRE(records);
        REQUIRE(records->size() == 2);
        CHECK((*records)[0].id == "a");
        CHECK((*records)[0].record.note == "note of a");
        CHECK((*records)[0].record.secret.reveal() == "quoll");
        CHECK((*records)[1].record.secret.empty());
    }

    TEST_CASE("each image has a data key of its own")
    {
        const store_keys keys = some_keys();
        const store_image one = small_image(keys);
        store_image mixed = small_image(keys);
        mixed.header.data_key = one.header.data_key;
        CHECK(open_image(mixed, keys).error() == open_fault::damaged);
    }
}

TEST_SUITE("vault.store_header")
{
    TEST_CASE("what does not hold together is no header")
    {
        CHECK_FALSE(read_header(""));
        CHECK_FALSE(read_header("[]"));
        CHECK_FALSE(read_header("{}"));
        CHECK_FALSE(read_header(line_with(R"("place":"keyring")", R"("place":"cellar")")));
        CHECK_FALSE(read_header(line_with(R"("place":"keyring")", R"("place":"passphrase")")));
        CHECK_FALSE(read_header(line_with(R"("serial":7)", R"("serial":-1)")));
        CHECK_FALSE(read_header(line_with(R"("serial":7)", R"("serial":"7")")));
        CHECK_FALSE(read_header(line_with(R"("id":"b")", R"("id":"a")")));
        CHECK_FALSE(read_header(line_with(R"("id":"b")", R"("ib":"b")")));
        CHECK_FALSE(read_header(line_with(R"("data_key":")", R"("data_key":"x)")));
        CHECK_FALSE(read_header(line_with(R"("why":)", R"("wy":)")));
    }

    TEST_CASE("a lock is a person's unless it says the desktop's: the desktop's opens by itself")
    {
        store_header header = small_header();
        header.lock.emplace();
        header.lock->by = locker::desktop;
        header.lock->boot = "that boot";
        const std::string line = write_header(header);
        const auto lock_in = [&](std::string_view from, std::string_view to) {
            std::string changed = line;
            changed.replace(changed.find(from), from.size(), to);
            return read_header(changed);
        };
        CHECK_FALSE(lock_in(R"("boot":"that boot")", R"("boot":7)"));
        CHECK(lock_in(R"("by":"desktop")", R"("by":"somebody")")->lock->by == locker::person);
        CHECK(lock_in(R"("by":"desktop")", R"("by":7)")->lock->by == locker::person);
        CHECK(lock_in(R"("by":"desktop",)", "")->lock->by == locker::person);
        CHECK(read_header(line)->lock == header.lock);
        header.lock->by = locker::person;
        CHECK(write_header(header).find("boot\":\"that") == std::string::npos);
    }

    TEST_CASE("a key's name that could be something else to a helper program is none")
    {
        for (const char* name : {"--help", "a b", "00\\u0000ff", "../x", "FF"})
            CHECK_FALSE(read_header(line_with("\"00ff\"", std::string("\"") + name + "\"")));
        CHECK(read_header(line_with("\"00ff\"", "\"\"")));
        CHECK(read_header(line_with("\"00ff\"", '"' + std::string(64, 'a') + '"')));
        CHECK_FALSE(read_header(line_with("\"00ff\"", '"' + std::string(65, 'a') + '"')));
    }

    TEST_CASE("a key derivation that is not to be trusted is no header")
    {
        store_header header = small_header();
        header.place = key_place::passphrase;
        header.scrypt = new_scrypt_parameters();
        CHECK(read_header(write_header(header)));
        header.scrypt->n <<= 4;
        CHECK_FALSE(read_header(write_header(header)));
        header.scrypt.reset();
        CHECK_FALSE(read_header(write_header(header)));
        header.place = key_place::keyring;
        header.lock.emplace();
        header.lock->scrypt = new_scrypt_parameters();
        header.lock->kept_key = "raw";
        CHECK(read_header(write_header(header))->lock == header.lock);
        header.lock->scrypt->p = 5;
        CHECK_FALSE(read_header(write_header(header)));
    }
}
