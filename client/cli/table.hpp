#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// A table of text whose columns line up, by what the characters take on a terminal rather than by bytes.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace sgauth::cli {

// How many columns of a terminal the text takes: two for the wide characters of East Asia and for emoji, none
// for combining marks. No locale, so an approximation; well-formed UTF-8 is expected (proto::printable makes
// it).
std::size_t display_width(std::string_view text) noexcept;

class table {
public:
    explicit table(std::vector<std::string> header) : header_(std::move(header)) {}
    // As many cells as the header has. Foreign text has to be printable already.
    void add(std::vector<std::string> row);
    // All lines, header first, two spaces between the columns, none at a line's end.
    std::string text(bool colour) const;

private:
    std::vector<std::size_t> widths() const;

    std::vector<std::string> header_;
    std::vector<std::vector<std::string>> rows_;
};

}  // namespace sgauth::cli
