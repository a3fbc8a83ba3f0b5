// SPDX-License-Identifier: Apache-2.0
#include "src/vault/set_aside_stores.hpp"

#include "proto/utf8.hpp"
#include "src/base/atomic_file.hpp"

#include <optional>
#include <system_error>
#include <vector>

namespace sgauth {

namespace {

result<std::vector<std::filesystem::path>> list_set_aside(const store_files& files)
{
    const std::string beginning = files.store().filename().string().append(set_aside_mark);
    std::vector<std::filesystem::path> found;
    std::error_code ec;
    std::filesystem::directory_iterator at(files.folder, ec);
    for (; !ec && at != std::filesystem::directory_iterator(); at.increment(ec))
        if (at->path().filename().native().starts_with(beginning))
            found.push_back(at->path());
    if (ec)
        return fail(
            errc::failed, "cannot look into " + proto::printable(files.folder.native()) + ": " + ec.message()
        );
    return found;
}

void note_what_is_in(const std::filesystem::path& store, set_aside_stores& found)
{
    const auto bytes = read_file(store, max_store_bytes);
    auto key = bytes && *bytes ? key_named_in(**bytes) : std::nullopt;
    if (key)
        found.keys[key->place].insert(std::move(key->id));
    else
        found.has_nameless = true;
    if (!bytes || !*bytes)
        return;
    if (const auto image = read_image(**bytes))
        for (const stored_note& one : image->header.records)
            found.records.insert(one.id);
}

}  // namespace

result<set_aside_stores> find_set_aside(const store_files& files)
{
    const auto stores = list_set_aside(files);
    if (!stores)
        return std::unexpected(stores.error());
    set_aside_stores found;
    for (const std::filesystem::path& store : *stores)
        note_what_is_in(store, found);
    return found;
}

bool has_set_aside(const store_files& files)
{
    const auto stores = list_set_aside(files);
    return !stores || !stores->empty();
}

result<void> remove_set_aside(const store_files& files)
{
    std::error_code ec;
    if (!std::filesystem::exists(files.folder, ec) && !ec)
        return {};
    const auto stores = list_set_aside(files);
    if (!stores)
        return std::unexpected(stores.error());
    result<void> end;
    for (const std::filesystem::path& store : *stores)
        if (auto removed = remove_file(store); !removed)
            end = std::move(removed);
    return end;
}

}  // namespace sgauth
