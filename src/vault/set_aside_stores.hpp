#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// The stores in the state folder that were set aside: whose keys they need. They are the user's data, so such
// a key stays as long as its file does. Blocks: for the disk lane.

#include "src/vault/key_place.hpp"
#include "src/vault/store_disk.hpp"

#include <map>
#include <set>
#include <string>

namespace sgauth {

struct set_aside_stores {
    std::map<key_place, key_ids> keys;  // that their headers name
    bool has_nameless = false;          // one does not tell which key it needs
    std::set<std::string> records;      // the ids that their headers name
};

// errc::failed: the folder cannot be read.
result<set_aside_stores> find_set_aside(const store_files& files);
// Also where it cannot be told.
bool has_set_aside(const store_files& files);
// For a wipe. errc::failed: one is still there.
result<void> remove_set_aside(const store_files& files);

}  // namespace sgauth
