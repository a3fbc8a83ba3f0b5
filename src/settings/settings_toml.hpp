#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// A TOML file as the little that settings need, each value with its line. toml++ is in the .cpp alone.

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace sgauth {

struct setting_node {
    enum class kind { text, truth, table, table_array, other };
    std::string key;
    std::uint32_t line = 0;
    kind what = kind::other;
    std::string text;                   // of a text
    bool truth = false;                 // of a truth
    std::vector<setting_node> members;  // of a table: by name; of a table array: one each, without a key
    std::string_view type;              // what the file has there, for people: "a number"
};

struct syntax_fault {
    std::uint32_t line = 0;
    std::string why;  // may hold bytes of the file
};

// The file's top table.
std::expected<setting_node, syntax_fault> read_toml(std::string_view text);

}  // namespace sgauth
