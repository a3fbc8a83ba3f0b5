// SPDX-License-Identifier: Apache-2.0
#include "src/base/line_splitter.hpp"

namespace sgauth {

bool line_splitter::take(std::string_view bytes)
{
    held_ += bytes;
    is_broken_ = is_broken_ || !is_good();
    if (is_broken_)
        held_.clear();
    return !is_broken_;
}

// Lines that are whole wait here until they are asked for: each of them is looked at.
bool line_splitter::is_good() const
{
    std::size_t begin = 0;
    for (;;) {
        const std::size_t end = held_.find('\n', begin);
        const std::size_t size = (end == std::string::npos ? held_.size() : end) - begin;
        if (size > longest_)
            return false;
        if (end == std::string::npos)
            return true;
        begin = end + 1;
    }
}

std::optional<std::string> line_splitter::next()
{
    const std::size_t end = held_.find('\n');
    if (end == std::string::npos)
        return std::nullopt;
    std::string line = held_.substr(0, end);
    held_.erase(0, end + 1);
    return line;
}

}  // namespace sgauth
