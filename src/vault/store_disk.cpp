// SPDX-License-Identifier: Apache-2.0
#include "src/vault/store_disk.hpp"

#include "proto/utf8.hpp"
#include "src/base/atomic_file.hpp"

#include <utility>

namespace sgauth {

namespace {

std::string_view words_for(store_fault fault)
{
    switch (fault) {
        case store_fault::foreign:
            return "is no store of sgauth's";
        case store_fault::future:
            return "was written by a later version of sgauth";
        case store_fault::damaged:
            return "is damaged";
    }
    return "is damaged";
}

constexpr const char* log_in_again =
    ": its sessions are not used, log in again; nothing but a wipe deletes it";
// An older version was installed over a later one: nothing is lost.
constexpr const char* go_back_up =
    ": install that version, stop sgauthd, and rename the file back, which brings its sessions back; or log "
    "in again; nothing but a wipe deletes it";

std::string sentence(
    const std::filesystem::path& was,
    std::string_view why,
    const std::filesystem::path& now,
    const char* advice
)
{
    return proto::printable(was.native())
        .append(" ")
        .append(why)
        .append(" and was set aside as ")
        .append(proto::printable(now.filename().native()))
        .append(advice);
}

result<std::string> move_aside(const store_files& files, std::string_view why, const char* advice)
{
    const auto moved = set_aside(files.store());
    if (!moved)
        return std::unexpected(moved.error());
    return sentence(files.store(), why, *moved, advice);
}

void read_image_file(const store_files& files, store_on_disk& into)
{
    const auto read = read_file(files.store(), max_store_bytes);
    if (!read) {
        into.unreadable = read.error().detail;
        return;
    }
    if (!*read)
        return;
    auto image = read_image(**read);
    if (image) {
        into.image = std::move(*image);
        return;
    }
    const char* const advice = image.error() == store_fault::future ? go_back_up : log_in_again;
    const auto told = move_aside(files, words_for(image.error()), advice);
    told ? into.notices.push_back(*told) : void(into.unreadable = told.error().detail);
}

void read_tombstone_file(const store_files& files, store_on_disk& into)
{
    const auto read = read_file(files.tombs(), max_tombstone_bytes);
    if (!read) {
        into.unreadable = read.error().detail;
        return;
    }
    if (!*read)
        return;
    if (auto graves = tombstones::read(**read)) {
        into.graves = std::move(*graves);
        return;
    }
    const auto moved = set_aside(files.tombs());
    if (!moved) {
        into.unreadable = moved.error().detail;
        return;
    }
    into.notices.push_back(sentence(
        files.tombs(),
        "is damaged",
        *moved,
        ": what was revoked may come back from an older copy of the store, if somebody puts one there"
    ));
}

// One that cannot be read locks as well.
void read_mark_file(const store_files& files, store_on_disk& into)
{
    const auto read = read_file(files.mark(), max_lock_mark_bytes);
    if (!read)
        into.mark.emplace();
    else if (*read)
        into.mark = read_lock_mark(**read);
}

// Looked at first: a folder that cannot be written refuses also what would change nothing.
result<void> remove_if_there(const std::filesystem::path& file)
{
    std::error_code ec;  // set as well where it is not there
    const auto what = std::filesystem::symlink_status(file, ec).type();
    return what == std::filesystem::file_type::not_found ? result<void>() : remove_file(file);
}

}  // namespace

store_on_disk read_store(const store_files& files)
{
    remove_unfinished(files.mark());
    remove_unfinished(files.store());
    remove_unfinished(files.tombs());
    store_on_disk read;
    read_mark_file(files, read);
    read_image_file(files, read);
    if (read.unreadable.empty())
        read_tombstone_file(files, read);
    return read;
}

result<void> write_store(const store_files& files, const store_image& image)
{
    if (image.head.size() + image.sealed.size() > max_store_bytes)
        return fail(errc::failed, "there are more sessions than a store can hold; revoke some");
    return write_file(files.store(), image.bytes());
}

result<void> write_tombstones(const store_files& files, const tombstones& graves)
{
    return write_file(files.tombs(), graves.text());
}

result<void> write_mark(const store_files& files, const std::optional<lock_mark>& mark)
{
    return mark ? write_file(files.mark(), text_of(*mark)) : remove_if_there(files.mark());
}

result<std::optional<std::string>> set_store_aside(const store_files& files, std::string_view why)
{
    std::error_code ec;
    const auto there = std::filesystem::symlink_status(files.store(), ec);
    if (there.type() == std::filesystem::file_type::not_found)
        return std::nullopt;
    return move_aside(files, why, log_in_again);
}

result<void> remove_store(const store_files& files)
{
    return remove_if_there(files.store());
}

}  // namespace sgauth
