// SPDX-License-Identifier: Apache-2.0
#include "client/cli/table.hpp"

#include "client/cli/output.hpp"
#include "proto/utf8.hpp"

#include <algorithm>
#include <cassert>
#include <cstdint>

namespace sgauth::cli {

namespace {

struct range {
    std::uint32_t first, last;
};

// Unicode 15, EastAsianWidth W and F and the emoji blocks, in whole blocks; the combining blocks.
constexpr range wide[] = {
    {0x1100, 0x115F},
    {0x2E80, 0x303E},
    {0x3041, 0xA4CF},
    {0xA960, 0xA97C},
    {0xAC00, 0xD7A3},
    {0xF900, 0xFAFF},
    {0xFE30, 0xFE6F},
    {0xFF00, 0xFF60},
    {0xFFE0, 0xFFE6},
    {0x1F300, 0x1F64F},
    {0x1F680, 0x1F6FF},
    {0x1F900, 0x1F9FF},
    {0x20000, 0x3FFFD},
};
constexpr range combining[] = {
    {0x0300, 0x036F},
    {0x0483, 0x0489},
    {0x0591, 0x05BD},
    {0x064B, 0x065F},
    {0x1AB0, 0x1AFF},
    {0x1DC0, 0x1DFF},
    {0x200B, 0x200D},
    {0x20D0, 0x20FF},
    {0xFE00, 0xFE0F},
    {0xFE20, 0xFE2F},
};

template <std::size_t Size>
bool is_in(const range (&ranges)[Size], std::uint32_t point) noexcept
{
    for (const range& r : ranges)
        if (point >= r.first && point <= r.last)
            return true;
    return false;
}

std::uint32_t decode(std::string_view sequence) noexcept
{
    constexpr unsigned char masks[] = {0, 0x7F, 0x1F, 0x0F, 0x07};
    std::uint32_t point = static_cast<unsigned char>(sequence[0]) & masks[sequence.size()];
    for (const char c : sequence.substr(1))
        point = (point << 6) | (static_cast<unsigned char>(c) & 0x3Fu);
    return point;
}

}  // namespace

std::size_t display_width(std::string_view text) noexcept
{
    std::size_t columns = 0;
    while (!text.empty()) {
        const std::size_t length = std::max<std::size_t>(1, proto::utf8_length(text));
        const std::uint32_t point = decode(text.substr(0, length));
        columns += is_in(wide, point) ? 2u : is_in(combining, point) ? 0u : 1u;
        text.remove_prefix(length);
    }
    return columns;
}

void table::add(std::vector<std::string> row)
{
    assert(row.size() == header_.size());
    rows_.push_back(std::move(row));
}

std::vector<std::size_t> table::widths() const
{
    std::vector<std::size_t> widest;
    for (const std::string& cell : header_)
        widest.push_back(display_width(cell));
    for (const auto& row : rows_)
        for (std::size_t i = 0; i < row.size(); ++i)
            widest[i] = std::max(widest[i], display_width(row[i]));
    return widest;
}

std::string table::text(bool colour) const
{
    const std::vector<std::size_t> widest = widths();
    const auto line_of = [&](const std::vector<std::string>& row) {
        std::string line;
        for (std::size_t i = 0; i < row.size(); ++i)
            line.append(row[i]).append(widest[i] - display_width(row[i]) + 2, ' ');
        line.erase(line.find_last_not_of(' ') + 1);
        return line;
    };
    std::string all = bold(line_of(header_), colour) + '\n';
    for (const auto& row : rows_)
        all += line_of(row) + '\n';
    return all;
}

}  // namespace sgauth::cli
