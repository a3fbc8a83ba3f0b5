// SPDX-License-Identifier: Apache-2.0
#include "src/session/session_record.hpp"

#include "proto/json.hpp"
#include "proto/json_writer.hpp"
#include "src/session/confined_script.hpp"

#include <algorithm>
#include <utility>

namespace sgauth {

namespace {

constexpr std::int64_t record_version = 1;
// Nobody has vouched for a note that is read while the vault is locked: what is counted on from these must
// not overflow. The end of the year 9999; a generation is counted from milliseconds of wall time.
constexpr std::int64_t latest_created = 253402300799;
constexpr std::int64_t latest_generation = latest_created * 1000;

std::int64_t seconds(wall_time t)
{
    return t.time_since_epoch().count();
}

wall_time from_seconds(std::int64_t s)
{
    return wall_time(std::chrono::seconds(s));
}

bool is_within(std::optional<std::int64_t> number, std::int64_t most)
{
    return number && *number >= 0 && *number <= most;
}

bool read_text(proto::json_value from, const char* key, std::string& to)
{
    const auto text = from[key].as_string();
    to = text.value_or(std::string_view());
    return text.has_value();
}

// Of a confined script that is revoked the token has to be ended at the site, and the key is over.
bool holds_token_alone(const session& s, bool is_revoked)
{
    return s.kind == session_kind::human || (is_revoked && is_confined(s));
}

// The key, and behind it the token: `key_bytes` in the note tells where that begins.
vault_secret both(const script_key& key, const session_token& token)
{
    std::string joined;
    joined.reserve(key.size() + token.size());  // growing would leave a copy behind
    joined.append(key.reveal()).append(token.reveal());
    vault_secret sealed(joined);
    wipe(joined);
    return sealed;
}

// False: the record does not hold what its note says.
bool read_both(const vault_record& record, std::int64_t key_bytes, session& s)
{
    const std::string_view all = record.secret.reveal();
    if (key_bytes < 0 || static_cast<std::uint64_t>(key_bytes) > all.size())
        return false;
    s.key = script_key(all.substr(0, static_cast<std::size_t>(key_bytes)));
    s.token = session_token(all.substr(static_cast<std::size_t>(key_bytes)));
    return true;
}

vault_record write(
    const session& s,
    bool is_default,
    std::optional<wall_time> revoked_at,
    const session_token& token,
    std::int64_t generation
)
{
    const bool is_revoked = revoked_at.has_value();
    const bool is_alone = holds_token_alone(s, is_revoked);
    const bool has_both = !is_alone && is_confined(s) && !token.empty();
    std::string text;
    proto::json_writer json(text);
    json.begin_object().member("v", record_version).member("id", s.id).member("site", s.site.text());
    json.member("kind", s.kind == session_kind::human ? "human" : "script").member("user", s.user);
    json.member("user_id", s.user_id).key("aliases").begin_array();
    for (const std::string& alias : s.aliases)
        json.string(alias);
    json.end_array().member("generation", generation).member("created", seconds(s.created));
    json.member("default", is_default).member("revoked", is_revoked);
    if (revoked_at)
        json.member("revoked_at", seconds(*revoked_at));
    if (s.kind == session_kind::script)
        json.member("share_key", s.shares_key);
    if (has_both)
        json.member("key_bytes", static_cast<std::int64_t>(s.key.size()))
            .member("key_generation", s.key_generation);
    json.member("rejected", s.past.end == end_reason::site)
        .member("too_old", s.past.end == end_reason::max_age);
    json.end_object();
    if (has_both)
        return {std::move(text), both(s.key, token)};
    return {std::move(text), vault_secret(is_alone ? token.reveal() : s.key.reveal())};
}

}  // namespace

vault_record write_chosen_site(const site_url& site)
{
    std::string text;
    proto::json_writer json(text);
    json.begin_object().member("v", record_version).member("site", site.text()).end_object();
    return {std::move(text), {}};
}

std::optional<site_url> read_chosen_site(std::string_view note)
{
    proto::json_document document;
    if (document.parse(note) != proto::json_fault::none)
        return std::nullopt;
    auto site = site_url::parse(document.root()["site"].as_string().value_or(std::string_view()));
    return site ? std::optional(std::move(*site)) : std::nullopt;
}

vault_record write_record(const session& s, bool is_default, std::optional<wall_time> revoked_at)
{
    return write(s, is_default, revoked_at, s.token, s.generation);
}

vault_record write_minted(
    const session& s, bool is_default, const session_token& token, std::int64_t generation
)
{
    return write(s, is_default, std::nullopt, token, generation);
}

vault_secret credential_mark(const vault_record& record)
{
    const auto read = read_record(record, boot_time(), wall_time());
    if (!read || record.secret.empty())
        return record.secret.clone();
    const session& s = read->held;
    const std::string& site = s.site.text();
    const std::string_view credential = s.key.empty() ? s.token.reveal() : s.key.reveal();
    std::string joined;
    joined.reserve(site.size() + 1 + credential.size());  // growing would leave a copy behind
    joined.append(site).append(1, '\n').append(credential);
    vault_secret mark(joined);
    wipe(joined);
    return mark;
}

result<session_record> read_record(const vault_record& record, boot_time now, wall_time wall)
{
    auto out = read_note(record.note, now, wall);
    if (!out)
        return out;
    session& s = out->held;
    if (holds_token_alone(s, out->is_revoked))
        s.token = session_token(record.secret.reveal());
    else if (out->key_bytes && (!is_confined(s) || !read_both(record, *out->key_bytes, s)))
        return fail(errc::failed, "a stored session is incomplete");
    else if (!out->key_bytes)
        s.key = script_key(record.secret.reveal());
    return out;
}

result<session_record> read_note(std::string_view note, boot_time now, wall_time wall)
{
    proto::json_document document;
    if (document.parse(note) != proto::json_fault::none)
        return fail(errc::failed, "a stored session cannot be read");
    const proto::json_value root = document.root();
    if (root["v"].as_int() != record_version)
        return fail(errc::failed, "a stored session is of another version of sgauth");

    auto site = site_url::parse(root["site"].as_string().value_or(std::string_view()));
    if (!site)
        return fail(errc::failed, "a stored session names no site");
    session_record out{session(std::move(*site)), false, false, std::nullopt, std::nullopt};
    session& s = out.held;
    std::string kind;
    const bool is_whole = read_text(root, "id", s.id) && read_text(root, "kind", kind) &&
                          read_text(root, "user", s.user) &&
                          is_within(root["generation"].as_int(), latest_generation) &&
                          is_within(root["created"].as_int(), latest_created);
    const bool is_script = kind == "script";
    if (!is_whole || (!is_script && kind != "human"))
        return fail(errc::failed, "a stored session is incomplete");
    s.kind = is_script ? session_kind::script : session_kind::human;
    s.user_id = root["user_id"].as_int().value_or(0);
    for (const proto::json_value alias : root["aliases"])
        s.aliases.emplace_back(alias.as_string().value_or(std::string_view()));
    s.generation = *root["generation"].as_int();
    const auto key_generation = root["key_generation"].as_int();
    s.key_generation = is_within(key_generation, s.generation) ? *key_generation : s.generation;
    // Scripts that were logged in before there was a choice share their key.
    s.shares_key = !is_script || root["share_key"].as_bool().value_or(true);
    s.created = from_seconds(*root["created"].as_int());
    s.past.born = now - std::max(wall - s.created, std::chrono::seconds(0));
    if (root["rejected"].as_bool().value_or(false))
        s.past.end = end_reason::site;
    else if (root["too_old"].as_bool().value_or(false))
        s.past.end = end_reason::max_age;
    out.key_bytes = root["key_bytes"].as_int();
    out.is_default = root["default"].as_bool().value_or(false);
    out.is_revoked = root["revoked"].as_bool().value_or(false);
    if (const auto at = root["revoked_at"].as_int(); out.is_revoked && is_within(at, latest_created))
        out.revoked_at = from_seconds(*at);
    return out;
}

}  // namespace sgauth
