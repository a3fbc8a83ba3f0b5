#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// The kinds of value a setting can have, read from a node and shown as text. Every read_* returns what is
// wrong, or empty and sets `out`. settings_keys.cpp alone uses it.

#include "src/settings/settings_loader.hpp"
#include "src/settings/settings_toml.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace sgauth {

// A path, a command or a proxy's address: longer ones are a mistake.
inline constexpr std::size_t max_setting_text = 4096;

std::string read_duration(
    const setting_node& node,
    std::chrono::milliseconds least,
    std::chrono::milliseconds most,
    std::chrono::milliseconds& out
);
// The same, for what is counted in whole seconds.
std::string read_duration(
    const setting_node& node,
    std::chrono::milliseconds least,
    std::chrono::milliseconds most,
    std::chrono::seconds& out
);

std::string read_truth(const setting_node& node, bool& out);
std::string show_truth(bool truth);

// What is wrong with a text is said without the text: a proxy's may hold a password.
std::string read_text(const setting_node& node, std::string& out);
std::string show_text(const std::string& text, std::string_view when_empty);
// Empty, or absolute: the daemon's working folder is nobody's.
std::string read_path(const setting_node& node, std::string& out);
// Empty, or what `check` finds nothing wrong with.
std::string read_proxy(const setting_node& node, const proxy_checker& check, std::optional<std::string>& out);
// Without its user and password.
std::string show_proxy(const std::optional<std::string>& proxy);
std::string read_site(const setting_node& node, const site_normaliser& normalise, std::string& out);

template <class Enum>
struct setting_word {
    std::string_view word;
    Enum value;
};

// What to say of a node that is none of these words.
std::string not_one_of(const setting_node& node, const std::string& words);

template <class Enum, std::size_t Count>
std::string read_word(const setting_node& node, const setting_word<Enum> (&words)[Count], Enum& out)
{
    std::string all;
    for (const setting_word<Enum>& w : words) {
        if (node.what == setting_node::kind::text && w.word == node.text) {
            out = w.value;
            return {};
        }
        all.append(all.empty() ? "" : ", ").append(w.word);
    }
    return not_one_of(node, all);
}

template <class Enum, std::size_t Count>
std::string show_word(const setting_word<Enum> (&words)[Count], Enum value)
{
    for (const setting_word<Enum>& w : words)
        if (w.value == value)
            return std::string(w.word);
    return {};
}

}  // namespace sgauth
