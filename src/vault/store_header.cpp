// SPDX-License-Identifier: Apache-2.0
#include "src/vault/store_header.hpp"

#include "proto/json.hpp"
#include "proto/json_writer.hpp"
#include "src/base/hex.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace sgauth {

namespace {

using proto::json_value;
using proto::json_writer;

constexpr std::size_t most_key_id = 64;
// A lock that says nothing of it is a person's, as all were once.
constexpr std::string_view by_desktop = "desktop";

void write_scrypt(json_writer& json, std::string_view name, const std::optional<scrypt_parameters>& with)
{
    if (!with)
        return;
    json.key(name).begin_object().member("n", with->n).member("r", with->r).member("p", with->p);
    json.member("salt", to_hex(with->salt)).end_object();
}

// False if it is there and makes no sense.
bool read_scrypt(json_value from, std::optional<scrypt_parameters>& to)
{
    if (!from)
        return true;
    const auto n = from["n"].as_int();
    const auto r = from["r"].as_int();
    const auto p = from["p"].as_int();
    auto salt = from_hex(from["salt"].as_string().value_or(std::string_view()));
    if (!n || !r || !p || !salt)
        return false;
    to = scrypt_parameters{*n, *r, *p, std::move(*salt)};
    return is_acceptable(*to);
}

bool read_text(json_value from, std::string& to)
{
    const auto text = from.as_string();
    to = text.value_or(std::string_view());
    return text.has_value();
}

bool read_bytes(json_value from, std::string& to)
{
    auto raw = from_hex(from.as_string().value_or(std::string_view()));
    const bool is_hex = raw.has_value();
    if (is_hex)
        to = std::move(*raw);
    return is_hex;
}

bool read_lock(json_value from, std::optional<store_lock>& to)
{
    if (!from)
        return true;
    to.emplace();
    // A word of a later version is a person's too: that opens nothing by itself.
    if (from["by"] && from["by"].as_string() == by_desktop) {
        to->by = locker::desktop;
        if (!read_text(from["boot"], to->boot))
            return false;
    }
    if (!read_scrypt(from["scrypt"], to->scrypt))
        return false;
    return read_text(from["check"], to->check) && read_bytes(from["kept_key"], to->kept_key);
}

bool read_records(json_value from, std::vector<stored_note>& to)
{
    if (!from.is(proto::json_kind::array))
        return false;
    std::set<std::string, std::less<>> seen;
    for (const json_value one : from) {
        stored_note note;
        if (!read_text(one["id"], note.id) || !read_text(one["note"], note.note))
            return false;
        if (!seen.insert(note.id).second)
            return false;
        to.push_back(std::move(note));
    }
    return true;
}

// It becomes a helper's argument, and a name in the kernel.
bool is_key_id(std::string_view text)
{
    return text.size() <= most_key_id && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

bool read_plain_members(json_value root, store_header& to)
{
    const auto place = key_place_from(root["place"].as_string().value_or(std::string_view()));
    const auto made = root["made"].as_int();
    const auto serial = root["serial"].as_int();
    if (!place || !made || !serial || *serial < 0)
        return false;
    to.place = *place;
    to.made = *made;
    to.serial = *serial;
    to.had_lasting_key = root["had_lasting_key"].as_bool().value_or(false);
    return read_text(root["why"], to.why) && read_text(root["key_id"], to.key_id) && is_key_id(to.key_id) &&
           read_text(root["key_boot"], to.key_boot) && read_text(root["check"], to.check) &&
           read_bytes(root["data_key"], to.data_key);
}

}  // namespace

std::string write_header(const store_header& header)
{
    std::string out;
    json_writer json(out);
    json.begin_object().member("place", word_for(header.place)).member("why", header.why);
    json.member("made", header.made).member("serial", header.serial).member("key_id", header.key_id);
    if (header.had_lasting_key)
        json.member("had_lasting_key", true);
    json.member("key_boot", header.key_boot).member("check", header.check);
    json.member("data_key", to_hex(header.data_key));
    write_scrypt(json, "scrypt", header.scrypt);
    if (header.lock) {
        json.key("lock").begin_object();
        if (header.lock->by == locker::desktop)
            json.member("by", by_desktop).member("boot", header.lock->boot);
        json.member("check", header.lock->check);
        json.member("kept_key", to_hex(header.lock->kept_key));
        write_scrypt(json, "scrypt", header.lock->scrypt);
        json.end_object();
    }
    json.key("records").begin_array();
    for (const stored_note& one : header.records)
        json.begin_object().member("id", one.id).member("note", one.note).end_object();
    json.end_array().end_object();
    return out;
}

std::optional<store_header> read_header(std::string_view line)
{
    proto::json_document document;
    if (document.parse(line) != proto::json_fault::none)
        return std::nullopt;
    const json_value root = document.root();
    store_header header;
    const bool holds = read_plain_members(root, header) && read_scrypt(root["scrypt"], header.scrypt) &&
                       read_lock(root["lock"], header.lock) && read_records(root["records"], header.records);
    if (!holds || (header.place == key_place::passphrase) != header.scrypt.has_value())
        return std::nullopt;
    return header;
}

std::optional<key_name> read_key_name(std::string_view line)
{
    proto::json_document document;
    if (document.parse(line) != proto::json_fault::none)
        return std::nullopt;
    const auto place = key_place_from(document.root()["place"].as_string().value_or(std::string_view()));
    key_name key;
    if (!place || !read_text(document.root()["key_id"], key.id) || !is_key_id(key.id))
        return std::nullopt;
    key.place = *place;
    return key;
}

}  // namespace sgauth
