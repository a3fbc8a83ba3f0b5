// SPDX-License-Identifier: Apache-2.0
#include "src/policy/audit_chain.hpp"

#include "proto/codec.hpp"
#include "proto/json.hpp"
#include "proto/json_writer.hpp"
#include "src/base/hex.hpp"

#include <openssl/evp.h>
#include <spdlog/fmt/fmt.h>

#include <array>
#include <stdexcept>
#include <utility>

namespace sgauth {

std::string hash_of_line(std::string_view line)
{
    std::array<unsigned char, 32> digest{};
    unsigned size = 0;
    if (EVP_Digest(line.data(), line.size(), digest.data(), &size, EVP_sha256(), nullptr) != 1 ||
        size != digest.size())
        throw std::runtime_error("OpenSSL has no SHA-256");
    return to_hex({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

std::string line_of(const audit_entry& e, std::string_view before)
{
    std::string line;
    proto::json_writer json(line);
    json.begin_object();
    proto::write_members(json, e);
    json.member("before", before).end_object();
    return line;
}

std::optional<audit_line> read_line(std::string_view line)
{
    proto::json_document document;
    audit_line read;
    if (document.parse(line) != proto::json_fault::none || !proto::read_members(document.root(), read.entry))
        return std::nullopt;
    const auto before = document.root()["before"].as_string();
    if (!before)
        return std::nullopt;
    read.before = *before;
    return read;
}

void audit_check::take(std::string_view line)
{
    auto read = read_line(line);
    if (read)
        compare(*read);
    else if (unread_)
        blame("two lines that cannot be read follow each other");
    unread_ = !read;
    hash_ = hash_of_line(line);
    if (read)
        entries_.push_back(std::move(read->entry));
}

void audit_check::compare(const audit_line& read)
{
    const std::int64_t number = read.entry.number;
    const std::int64_t last = entries_.empty() ? 0 : entries_.back().number;
    if (unread_ && read.entry.event != proto::audit_event::torn)
        blame(fmt::format("the line before entry {} cannot be read", number));
    else if (hash_ && read.before != *hash_)
        blame(fmt::format("the line before entry {} is not the one that it was written after", number));
    else if (!entries_.empty() && number != last + 1)
        blame(fmt::format("entry {} follows entry {}", number, last));
    else if (entries_.empty() && number != 1 && from_ == beginning::complete)
        blame(fmt::format("it begins with entry {}", number));
}

std::optional<std::string> audit_check::broken() const
{
    if (!broken_ && unread_)
        return "the last line cannot be read";
    return broken_;
}

void audit_check::blame(std::string what)
{
    if (!broken_)
        broken_ = std::move(what);
}

}  // namespace sgauth
