// SPDX-License-Identifier: Apache-2.0
#include "src/vault/store_change.hpp"
#include "tests/support/temp_dir.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

using namespace sgauth;

namespace {

stored_record stored(std::string id, std::string_view secret)
{
    stored_record made;
    made.id = std::move(id);
    made.record.secret = vault_secret(secret);
    return made;
}

std::vector<stored_record> only(stored_record one)
{
    std::vector<stored_record> all;
    all.push_back(std::move(one));
    return all;
}

std::vector<store_change> put(std::string id, std::string_view secret, older_copies older)
{
    std::vector<store_change> all;
    all.push_back({store_change::verb::put, std::move(id), {"", vault_secret(secret)}, older});
    return all;
}

std::vector<store_change> erase(std::string id, older_copies older)
{
    std::vector<store_change> all;
    all.push_back({store_change::verb::erase, std::move(id), {}, older});
    return all;
}

constexpr auto owed = afterwards::is_owed;
constexpr auto useless = older_copies::are_made_useless;
constexpr auto may = older_copies::may_bring_back;

store_step step_in(const store_files& files, std::vector<store_change> changes)
{
    store_step step(files);
    step.needs_tombstones = true;
    step.header.place = key_place::credential;
    step.keys.key = random_key();
    step.changes = std::move(changes);
    return step;
}

// Sealed, and written beside what the file of tombstones is known to hold.
struct stepped : store_step_end {
    std::optional<store_image> image;
};
stepped take_step(store_step step, std::optional<tombstones> buried = tombstones())
{
    sealed_step sealed = seal_step(std::move(step));
    sealed.buried = std::move(buried);
    stepped end;
    end.image = sealed.image;
    static_cast<store_step_end&>(end) = write_step(std::move(sealed));
    return end;
}

}  // namespace

TEST_SUITE("vault.tombstones")
{
    TEST_CASE("what is not ours, or cut, is none")
    {
        tombstones graves;
        graves.add_record("a", owed);
        const std::string text = graves.text();
        CHECK(tombstones::read(text) == graves);
        for (const std::size_t cut : {text.size() - 1, text.size() - 2, std::size_t{10}, std::size_t{0}})
            CHECK_FALSE(tombstones::read(text.substr(0, cut)));
        CHECK_FALSE(tombstones::read(text + "\n"));
        CHECK_FALSE(tombstones::read(text + "secret 00\n"));
        CHECK_FALSE(tombstones::read("sgauth-revoked 3\n"));
    }

    TEST_CASE("no secret and no id stands in them, and each can be lifted")
    {
        tombstones graves;
        const vault_secret quoll("quoll");
        graves.add_secret(quoll, owed);
        graves.add_record("wombat", owed);
        graves.add_secret(vault_secret(), owed);
        CHECK(graves.text().find("quoll") == std::string::npos);
        CHECK(graves.text().find("wombat") == std::string::npos);
        CHECK(graves.names_secret(quoll));
        CHECK_FALSE(graves.names_secret(vault_secret()));
        CHECK_FALSE(graves.names_secret(vault_secret("wombat")));
        CHECK(graves.names_record("wombat"));
        graves.lift_secret(quoll);
        CHECK_FALSE(graves.empty());
        graves.lift_record("wombat");
        CHECK(graves.empty());
    }

    TEST_CASE("each says what is left to do; the record's word comes first, and the last one holds")
    {
        tombstones graves;
        const vault_secret quoll("quoll");
        graves.add_secret(quoll, owed);
        CHECK(graves.left_for("a", quoll) == owed);
        graves.add_record("a", afterwards::nothing);
        CHECK(graves.left_for("a", quoll) == afterwards::nothing);
        CHECK(graves.left_for("b", quoll) == owed);
        CHECK_FALSE(graves.left_for("b", vault_secret("wombat")));
        const auto read = tombstones::read(graves.text());
        CHECK(read == graves);
        graves.add_record("a", owed);
        CHECK(graves.left_for("a", quoll) == owed);
        CHECK_FALSE(read == graves);
        graves.add_secret(quoll, afterwards::nothing);
        graves.lift_record("a");
        CHECK(graves.left_for("a", quoll) == afterwards::nothing);
        graves.lift_secret(quoll);
        CHECK(graves.empty());
    }

    TEST_CASE(
        "a file of before there was a choice is read: all of it is owed; a quiet line in it is not its own"
    )
    {
        tombstones graves;
        graves.add_record("a", owed);
        graves.add_secret(vault_secret("quoll"), owed);
        std::string text = graves.text();
        text.replace(0, text.find('\n'), "sgauth-revoked 1");
        CHECK(tombstones::read(text) == graves);
        graves.add_record("b", afterwards::nothing);
        text = graves.text();
        REQUIRE(tombstones::read(text));
        text.replace(0, text.find('\n'), "sgauth-revoked 1");
        CHECK_FALSE(tombstones::read(text));
    }

    TEST_CASE("the oldest gives way to one more than there is room for, whatever it names")
    {
        const auto nth = [](std::size_t n) { return vault_secret("secret " + std::to_string(n)); };
        tombstones graves;
        graves.add_record("a", owed);
        for (std::size_t n = 1; n < max_tombstones; ++n)
            graves.add_secret(nth(n), owed);
        CHECK(graves.names_secret(nth(1)));
        graves.add_secret(nth(1), owed);  // revoked again: it is the newest
        auto read = tombstones::read(graves.text());
        REQUIRE(read);
        read->add_secret(nth(max_tombstones), owed);
        CHECK_FALSE(read->names_record("a"));
        CHECK(read->names_secret(nth(1)));
        CHECK(read->names_secret(nth(2)));
        read->add_record("b", owed);
        CHECK_FALSE(read->names_secret(nth(2)));
        CHECK(read->names_secret(nth(3)));
        CHECK(read->names_secret(nth(max_tombstones)));
        CHECK(read->text().size() <= max_tombstone_bytes);
    }
}

TEST_SUITE("vault.store_change")
{
    TEST_CASE("without a new key a revoked secret is buried before the store is written")
    {
        const auto out = change_records(only(stored("a", "quoll")), {}, put("a", "quoll", useless));
        CHECK(out.burying.before_writing.names_secret(vault_secret("quoll")));
        CHECK(out.records.size() == 1);
        const auto gone = change_records(only(stored("a", "quoll")), {}, erase("a", useless));
        CHECK(gone.burying.before_writing.names_secret(vault_secret("quoll")));
        CHECK(gone.records.empty());
        CHECK(out.burying.before_writing.left_for("", vault_secret("quoll")) == owed);
        CHECK(gone.burying.before_writing.left_for("", vault_secret("quoll")) == afterwards::nothing);
    }

    TEST_CASE("with a new key nothing needs to be buried, and a plain erase buries nothing")
    {
        const auto revoked = change_records(only(stored("a", "quoll")), {}, erase("a", useless));
        CHECK(revoked.graves.before_writing.empty());
        const auto erased = change_records(only(stored("a", "quoll")), {}, erase("a", may));
        CHECK(erased.burying.before_writing.empty());
    }

    TEST_CASE("a secret that a person logs in with again is welcome; a record's end lifts its stone")
    {
        tombstones graves;
        graves.add_secret(vault_secret("key"), owed);
        graves.add_record("a", owed);
        const auto again = change_records({}, graves, put("b", "key", may));
        CHECK_FALSE(again.graves.before_writing.names_secret(vault_secret("key")));
        CHECK_FALSE(again.burying.before_writing.names_secret(vault_secret("key")));
        const auto end = change_records(only(stored("a", "x")), graves, erase("a", may));
        CHECK(end.graves.before_writing.names_record("a"));
        CHECK_FALSE(end.graves.after_writing.names_record("a"));
        CHECK(end.burying.after_writing.names_record("a"));  // an older copy may have it still
    }

    TEST_CASE("a full tombstone file keeps neither a revoke nor a login from being stored")
    {
        const test::temp_dir scratch;
        const store_files files(scratch.path());
        store_step step = step_in(files, put("b", "wombat", may));
        step.graves = {};
        for (std::size_t n = 0; n < max_tombstones; ++n)
            step.graves.add_secret(vault_secret("secret " + std::to_string(n)), owed);
        step.graves.add_secret(vault_secret("quoll"), owed);
        CHECK(take_step(std::move(step)).unwritten.empty());
        const store_on_disk read = read_store(files);
        REQUIRE(read.image);
        CHECK(read.image->header.records.size() == 1);
        CHECK(read.graves.names_secret(vault_secret("quoll")));
    }

    TEST_CASE("a tombstone that could not be written is written with the next step")
    {
        const test::temp_dir dir;
        const store_files files(dir.path());
        std::filesystem::create_directory(files.tombs());  // no file can take its place
        store_step first = step_in(files, put("a", "quoll", may));
        store_keys keys = first.keys.clone();
        stepped end = take_step(std::move(first));
        CHECK(end.unwritten.empty());

        store_step revoke = step_in(files, erase("a", useless));
        revoke.keys = keys.clone();
        revoke.keys_before = keys.clone();
        revoke.before = end.image;
        end = take_step(std::move(revoke));
        CHECK_FALSE(end.unwritten.empty());
        CHECK_FALSE(end.buried);

        std::filesystem::remove(files.tombs());
        store_step again = step_in(files, {});
        again.keys = keys.clone();
        again.keys_before = keys.clone();
        again.before = end.image;
        again.graves = end.graves;
        end = take_step(std::move(again), end.buried);
        CHECK(end.unwritten.empty());
        CHECK(read_store(files).graves.names_secret(vault_secret("quoll")));
    }

    TEST_CASE("as many tombstones as there is room for can be read again, and one more")
    {
        const test::temp_dir dir;
        const store_files files(dir.path());
        tombstones graves;
        for (std::size_t i = 0; i < max_tombstones; ++i)
            graves.add_record(std::to_string(i), owed);
        CHECK(write_tombstones(files, graves));
        CHECK(read_store(files).graves == graves);
        graves.add_record("one more", owed);
        CHECK(write_tombstones(files, graves));
        CHECK(read_store(files).unreadable.empty());
        CHECK(read_store(files).graves == graves);
        CHECK_FALSE(graves.names_record("0"));
    }

    TEST_CASE("a store of memory alone leaves no file behind")
    {
        const test::temp_dir dir;
        const store_files files(dir.path());
        store_step stored = step_in(files, put("a", "quoll", may));
        store_keys keys = stored.keys.clone();
        stepped end = take_step(std::move(stored));
        CHECK(std::filesystem::exists(files.store()));
        store_step leaving = step_in(files, {});
        leaving.header.place = key_place::memory;
        leaving.before = end.image;
        leaving.keys_before = std::move(keys);
        CHECK(take_step(std::move(leaving)).unwritten.empty());
        CHECK_FALSE(std::filesystem::exists(files.store()));
    }
}
