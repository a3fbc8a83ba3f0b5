// SPDX-License-Identifier: Apache-2.0
#include "proto/json.hpp"

#include "proto/json_string.hpp"
#include "proto/secret.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace sgauth::proto {

namespace {
// Below this many members a look at each sibling is cheaper than sorting.
constexpr std::size_t few_members = 16;
}  // namespace

// Receives nlohmann's SAX events. Every handler returns false to stop; `fault` then says why.
struct json_document::reader {
    json_document& document;
    const strings_apart& strings;
    json_fault fault = json_fault::none;
    std::uint32_t pending_key_at = 0, pending_key_size = 0;
    struct open_container {
        std::uint32_t index;
        std::uint32_t last_child;  // 0 when it has none yet: index 0 is the top value, nobody's child
    };
    std::vector<open_container> open;

    reader(json_document& d, const strings_apart& s) : document(d), strings(s)
    {
        open.reserve(max_json_depth
        );  // growing step by step is a tenth of the time that a call takes to read
    }

    bool stop(json_fault why)
    {
        fault = why;
        return false;
    }
    std::string_view key_of(const detail::json_node& n) const
    {
        return std::string_view(document.text_).substr(n.key_at, n.key_size);
    }
    detail::json_node* add(json_kind kind)
    {
        if (document.nodes_.size() >= max_json_values) {
            fault = json_fault::too_many_values;
            return nullptr;
        }
        const auto index = static_cast<std::uint32_t>(document.nodes_.size());
        if (!open.empty()) {
            open_container& parent = open.back();
            detail::json_node& holder = document.nodes_[parent.index];
            if (parent.last_child == 0)
                holder.first = index;
            else
                document.nodes_[parent.last_child].next = index;
            parent.last_child = index;
            ++holder.count;
        }
        detail::json_node& node = document.nodes_.emplace_back();
        node.kind = kind;
        node.key_at = std::exchange(pending_key_at, 0);
        node.key_size = std::exchange(pending_key_size, 0);
        return &node;
    }
    detail::json_text last_string() const
    {
        return {
            static_cast<std::uint32_t>(strings.last_at), static_cast<std::uint32_t>(strings.last().size())
        };
    }
    bool push(json_kind kind)
    {
        if (open.size() == max_json_depth)
            return stop(json_fault::too_deep);
        const auto index = static_cast<std::uint32_t>(document.nodes_.size());
        if (!add(kind))
            return false;
        open.push_back({index, 0});
        return true;
    }
    bool has_key(std::string_view key) const
    {
        const detail::json_node& holder = document.nodes_[open.back().index];
        std::uint32_t at = holder.first;
        for (std::uint32_t i = 0; i < holder.count; ++i, at = document.nodes_[at].next)
            if (key_of(document.nodes_[at]) == key)
                return true;
        return false;
    }
    bool keys_are_unique(const detail::json_node& holder) const
    {
        std::vector<std::string_view> keys;
        keys.reserve(holder.count);
        std::uint32_t at = holder.first;
        for (std::uint32_t i = 0; i < holder.count; ++i, at = document.nodes_[at].next)
            keys.push_back(key_of(document.nodes_[at]));
        std::sort(keys.begin(), keys.end());
        return std::adjacent_find(keys.begin(), keys.end()) == keys.end();
    }

    // --- what nlohmann calls; the strings that it hands over are empty ---
    bool null() { return add(json_kind::null) != nullptr; }
    bool boolean(bool value)
    {
        detail::json_node* node = add(json_kind::boolean);
        if (node)
            node->boolean = value;
        return node != nullptr;
    }
    bool number_integer(std::int64_t value)
    {
        detail::json_node* node = add(json_kind::integer);
        if (node)
            node->integer = value;
        return node != nullptr;
    }
    bool number_unsigned(std::uint64_t value)
    {
        if (value > static_cast<std::uint64_t>(INT64_MAX))
            return number_float(static_cast<double>(value), {});
        return number_integer(static_cast<std::int64_t>(value));
    }
    bool number_float(double value, const std::string&)
    {
        detail::json_node* node = add(json_kind::real);
        if (node)
            node->real = value;
        return node != nullptr;
    }
    bool string(std::string&)
    {
        detail::json_node* node = add(json_kind::string);
        if (node)
            node->text = last_string();
        return node != nullptr;
    }
    bool binary(std::vector<std::uint8_t>&) { return stop(json_fault::syntax); }
    bool start_object(std::size_t) { return push(json_kind::object); }
    bool start_array(std::size_t) { return push(json_kind::array); }
    bool key(std::string&)
    {
        if (document.nodes_[open.back().index].count < few_members && has_key(strings.last()))
            return stop(json_fault::duplicate_key);
        pending_key_at = last_string().at;
        pending_key_size = last_string().size;
        return true;
    }
    bool end_object()
    {
        const detail::json_node& holder = document.nodes_[open.back().index];
        if (holder.count > few_members && !keys_are_unique(holder))
            return stop(json_fault::duplicate_key);
        open.pop_back();
        return true;
    }
    bool end_array()
    {
        open.pop_back();
        return true;
    }
    bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&)
    {
        return stop(json_fault::syntax);
    }
};

json_document::~json_document()
{
    clear();
}

void json_document::clear() noexcept
{
    nodes_.clear();
    wipe(text_);
}

json_fault json_document::parse(std::string_view text)
{
    clear();
    if (text.size() > UINT32_MAX)
        return json_fault::too_many_values;
    // nlohmann skips a byte order mark, and takes a NUL for the end of the text, whatever stands behind it.
    if (text.substr(0, 3) == "\xEF\xBB\xBF" || text.find('\0') != std::string_view::npos)
        return json_fault::syntax;
    text_.reserve(text.size());  // unescaping only shrinks, so the buffer never moves and leaves no copy
    const char* const end = text.data() + text.size();
    strings_apart strings{end, text_};
    reader events(*this, strings);
    const bool good = nlohmann::json::sax_parse(
        strings_apart::iterator(strings, text.data()), strings_apart::iterator(strings, end), &events
    );
    if (!good) {
        clear();
        return events.fault == json_fault::none ? json_fault::syntax : events.fault;
    }
    return json_fault::none;
}

const detail::json_node& json_value::node() const noexcept
{
    return document_->nodes_[index_];
}

bool json_value::is(json_kind kind) const noexcept
{
    return document_ && node().kind == kind;
}

std::optional<bool> json_value::as_bool() const noexcept
{
    return is(json_kind::boolean) ? std::optional(node().boolean) : std::nullopt;
}

std::optional<std::int64_t> json_value::as_int() const noexcept
{
    return is(json_kind::integer) ? std::optional(node().integer) : std::nullopt;
}

std::optional<double> json_value::as_number() const noexcept
{
    if (is(json_kind::integer))
        return static_cast<double>(node().integer);
    return is(json_kind::real) ? std::optional(node().real) : std::nullopt;
}

std::optional<std::string_view> json_value::as_string() const noexcept
{
    if (!is(json_kind::string))
        return std::nullopt;
    return std::string_view(document_->text_).substr(node().text.at, node().text.size);
}

json_value json_value::operator[](std::string_view key) const noexcept
{
    if (is(json_kind::object))
        for (const json_value member : *this)
            if (member.key() == key)
                return member;
    return {};
}

std::size_t json_value::size() const noexcept
{
    return is(json_kind::object) || is(json_kind::array) ? node().count : 0;
}

std::string_view json_value::key() const noexcept
{
    if (!document_)
        return {};
    return std::string_view(document_->text_).substr(node().key_at, node().key_size);
}

json_value::iterator json_value::begin() const noexcept
{
    return size() ? iterator(json_value(document_, node().first)) : end();
}

json_value::iterator json_value::end() const noexcept
{
    return iterator();
}

json_value::iterator& json_value::iterator::operator++() noexcept
{
    const std::uint32_t next = at_.node().next;
    at_ = next ? json_value(at_.document_, next) : json_value();
    return *this;
}

}  // namespace sgauth::proto
