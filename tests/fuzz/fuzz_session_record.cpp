// SPDX-License-Identifier: Apache-2.0
//
// A session's record: its note, which is read from a store that nobody has vouched for while that is locked,
// and after a line's end its secret. What is taken is written as the same again, is not verified, and can be
// counted on from.

#include "src/session/confined_script.hpp"
#include "src/session/session_record.hpp"

#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string_view>

namespace {

using namespace sgauth;

constexpr boot_time now(std::chrono::hours(100));
constexpr wall_time wall(std::chrono::seconds(1790000000));

void require(bool good)
{
    if (!good)
        std::abort();
}

bool is_same(const session& a, const session& b)
{
    return a.id == b.id && a.site.text() == b.site.text() && a.kind == b.kind && a.user == b.user &&
           a.user_id == b.user_id && a.aliases == b.aliases && a.generation == b.generation &&
           a.shares_key == b.shares_key && a.created == b.created && a.past.end == b.past.end &&
           a.past.born == b.past.born && a.token.reveal() == b.token.reveal() &&
           a.key.reveal() == b.key.reveal();
}

void check_session(const vault_record& record)
{
    const auto read = read_record(record, now, wall);
    const auto locked = read_note(record.note, now, wall);
    require(read.has_value() == locked.has_value());
    if (!read)
        return;
    const session& s = read->held;
    require(locked->held.token.empty() && locked->held.key.empty());
    require(s.token.empty() || s.key.empty() || is_confined(s));
    require(!s.past.verified && s.past.born <= now);
    require(s.generation >= 0 && s.generation + 1 > s.generation);
    require(s.key_generation <= s.generation);
    std::optional<wall_time> revoked_at;
    if (read->is_revoked)
        revoked_at = read->revoked_at.value_or(wall);  // earlier versions wrote none
    const vault_record written = write_record(s, read->is_default, revoked_at);
    const auto again = read_record(written, now, wall);
    require(again && again->is_default == read->is_default && again->is_revoked == read->is_revoked);
    require(is_same(s, again->held));
}

void check_chosen_site(std::string_view note)
{
    const auto site = read_chosen_site(note);
    if (!site)
        return;
    const auto again = read_chosen_site(write_chosen_site(*site).note);
    require(again && again->text() == site->text());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const std::size_t end = bytes.find('\n');
    const std::string_view note = bytes.substr(0, end);
    const std::string_view secret = end == bytes.npos ? std::string_view() : bytes.substr(end + 1);
    check_session({std::string(note), vault_secret(secret)});
    check_chosen_site(note);
    return 0;
}
