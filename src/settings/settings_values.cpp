// SPDX-License-Identifier: Apache-2.0
#include "src/settings/settings_values.hpp"

#include "proto/utf8.hpp"
#include "src/settings/settings_words.hpp"

#include <algorithm>
#include <utility>

namespace sgauth {

namespace {

using std::chrono::milliseconds;
using kind = setting_node::kind;

std::string wrong_type(const setting_node& node, std::string_view wanted)
{
    return "has to be " + std::string(wanted) + ", and is " + std::string(node.type);
}

std::string quoted(const setting_node& node)
{
    return "\"" + proto::printable(node.text, 60) + "\"";
}

std::string check_text(const setting_node& node)
{
    if (node.what != kind::text)
        return wrong_type(node, "a string");
    if (node.text.size() > max_setting_text)
        return "is longer than " + std::to_string(max_setting_text) + " bytes";
    const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; };
    if (std::any_of(node.text.begin(), node.text.end(), is_control))
        return "holds a control character";
    return {};
}

}  // namespace

std::string read_duration(const setting_node& node, milliseconds least, milliseconds most, milliseconds& out)
{
    if (node.what != kind::text)
        return wrong_type(node, "a duration, as \"30s\" or \"24h\"");
    const auto duration = parse_duration(node.text);
    if (!duration)
        return quoted(node) +
               " is not a duration; write a number and ms, s, m, h or d, as \"30s\" or \"24h\"";
    if (*duration < least || *duration > most)
        return quoted(node) + " is out of range; from " + duration_text(least) + " to " + duration_text(most);
    out = *duration;
    return {};
}

std::string read_duration(
    const setting_node& node, milliseconds least, milliseconds most, std::chrono::seconds& out
)
{
    milliseconds exact{};
    std::string wrong = read_duration(node, least, most, exact);
    if (!wrong.empty())
        return wrong;
    if (exact % std::chrono::seconds(1) != milliseconds(0))
        return quoted(node) + " is not a whole number of seconds";
    out = std::chrono::duration_cast<std::chrono::seconds>(exact);
    return {};
}

std::string read_truth(const setting_node& node, bool& out)
{
    if (node.what != kind::truth)
        return wrong_type(node, "true or false");
    out = node.truth;
    return {};
}

std::string show_truth(bool truth)
{
    return truth ? "true" : "false";
}

std::string read_text(const setting_node& node, std::string& out)
{
    std::string wrong = check_text(node);
    if (wrong.empty())
        out = node.text;
    return wrong;
}

std::string read_path(const setting_node& node, std::string& out)
{
    if (node.what == kind::text && !node.text.empty() && node.text.front() != '/')
        return quoted(node) + " is not an absolute path";
    return read_text(node, out);
}

std::string read_proxy(const setting_node& node, const proxy_checker& check, std::optional<std::string>& out)
{
    std::string text;
    std::string wrong = read_text(node, text);
    if (wrong.empty() && !text.empty())
        wrong = check(text);
    if (wrong.empty())
        out = std::move(text);
    return wrong;
}

std::string show_proxy(const std::optional<std::string>& proxy)
{
    if (!proxy)
        return "the system's";
    if (proxy->empty())
        return "none";
    const auto at = proxy->rfind('@');
    return at == std::string::npos ? *proxy : "***" + proxy->substr(at);
}

std::string show_text(const std::string& text, std::string_view when_empty)
{
    return text.empty() ? std::string(when_empty) : text;
}

std::string read_site(const setting_node& node, const site_normaliser& normalise, std::string& out)
{
    if (node.what != kind::text)
        return wrong_type(node, "the address of a site");
    auto site = normalise(node.text);
    if (!site)
        return quoted(node) + " is not the address of a site: " + site.error();
    out = std::move(*site);
    return {};
}

std::string not_one_of(const setting_node& node, const std::string& words)
{
    return node.what == kind::text ? quoted(node) + " is not one of " + words
                                   : wrong_type(node, "one of " + words);
}

}  // namespace sgauth
