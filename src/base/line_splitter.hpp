#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// Bytes as they come become lines. Pure, and bounded: what has no end of line in time is refused.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace sgauth {

class line_splitter {
public:
    // A line is that long at most, its end not counted.
    explicit line_splitter(std::size_t longest) : longest_(longest) {}

    // False: a line is too long; from then on there is none any more.
    [[nodiscard]] bool take(std::string_view bytes);
    // The next whole line, without its end.
    std::optional<std::string> next();

private:
    bool is_good() const;

    std::size_t longest_;
    std::string held_;
    bool is_broken_ = false;
};

}  // namespace sgauth
