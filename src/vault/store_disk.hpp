#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// The store's files in the state folder. Everything blocks: for the disk lane.

#include "src/base/error.hpp"
#include "src/vault/lock_mark.hpp"
#include "src/vault/store_image.hpp"
#include "src/vault/tombstones.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace sgauth {

struct store_files {
    explicit store_files(std::filesystem::path in) : folder(std::move(in)) {}

    std::filesystem::path folder;
    std::filesystem::path store() const { return folder / "sessions.sealed"; }
    std::filesystem::path tombs() const { return folder / "revoked"; }
    std::filesystem::path mark() const { return folder / "locked"; }
};

struct store_on_disk {
    std::optional<store_image> image;
    tombstones graves;
    std::optional<lock_mark> mark;     // somebody has locked it
    std::string unreadable;            // why the disk does not give what is there; empty as a rule
    std::vector<std::string> notices;  // what was set aside, with what to do
};

// Reads all, and removes what a crash has left half written. What cannot be understood is set aside.
store_on_disk read_store(const store_files& files);
// Durable on return. errc::failed, and the old file is whole.
result<void> write_store(const store_files& files, const store_image& image);
result<void> write_tombstones(const store_files& files, const tombstones& graves);
// Nothing: there is to be none.
result<void> write_mark(const store_files& files, const std::optional<lock_mark>& mark);
// Gives the store a new name; returns the sentence that tells of it. Nothing: there is no such file.
result<std::optional<std::string>> set_store_aside(const store_files& files, std::string_view why);
// Durable on return. Not the tombstones: they are what keeps a copy from being of use.
result<void> remove_store(const store_files& files);

}  // namespace sgauth
