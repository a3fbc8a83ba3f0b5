#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// One step of the store: its records with some changes are sealed anew, and then written. The two are apart
// for a disk that hangs: what waits for it holds no key and no secret.

#include "src/vault/store_disk.hpp"
#include "src/vault/store_image.hpp"
#include "src/vault/tombstones.hpp"
#include "src/vault/vault.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace sgauth {

struct store_change {
    enum class verb { put, erase };
    verb what = verb::put;
    std::string id;
    vault_record record;  // of put
    older_copies older = older_copies::may_bring_back;
    afterwards left = afterwards::nothing;  // of erase
};

struct store_step {
    explicit store_step(store_files in) : files(std::move(in)) {}

    store_files files;
    record_mark mark = mark_whole_secret;
    bool needs_tombstones = false;  // no new key makes older copies useless
    std::optional<store_image> before;
    store_keys keys_before;
    store_header header;  // of the new image, but for its records and what the seal makes
    store_keys keys;
    tombstones graves;
    std::vector<store_change> changes;
};

struct store_step_end {
    tombstones graves;
    std::optional<tombstones> buried;
    std::string unwritten;  // why the disk has still what it had; empty: it is durable
};

// What must not come back.
struct grave_change {
    tombstones before_writing;  // has to be on the disk first
    tombstones after_writing;
};

// The records after the changes, and what must not come back of those before: where a new key makes older
// copies useless, and where tombstones stand in for that.
struct changed_records {
    std::vector<stored_record> records;
    grave_change graves;
    grave_change burying;
};
changed_records change_records(
    std::vector<stored_record> records,
    const tombstones& graves,
    std::vector<store_change> changes,
    record_mark mark = mark_whole_secret
);

struct sealed_step {
    explicit sealed_step(store_files in) : files(std::move(in)) {}

    store_files files;
    std::optional<store_image> image;  // nothing: what was there cannot be opened
    grave_change graves;
    std::optional<grave_change> graves_beside;  // in their place, where a store was set aside
    std::optional<tombstones> buried;           // those of the file; nothing: not known
};

// Computes, and waits for nothing.
sealed_step seal_step(store_step step);
// Blocks: for the disk lane.
store_step_end write_step(sealed_step step);

// What the disk is to hold: the tombstones, and the image or no store at all.
struct store_on_way {
    std::optional<store_image> image;  // nothing, or one of memory alone: no file
    tombstones graves;
    std::optional<tombstones> buried;  // those of the file; nothing: not known
    bool is_graves_alone = false;      // the store stays as it is
};
// Writes what the disk has not. `what.buried` is then what its file holds.
result<void> bring_to_disk(const store_files& files, store_on_way& what);

}  // namespace sgauth
