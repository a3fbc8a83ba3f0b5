// SPDX-License-Identifier: Apache-2.0
#include "src/policy/glob.hpp"

#include <cstddef>
#include <vector>

namespace sgauth {

bool fits_glob(std::string_view text, std::string_view glob)
{
    // fits[n]: what was taken of the glob fits the first n bytes of the text.
    std::vector<bool> fits(text.size() + 1);
    fits[0] = true;
    while (!glob.empty()) {
        const bool crosses = glob.starts_with("**");
        const char c = glob.front();
        glob.remove_prefix(crosses ? 2 : 1);
        if (c == '*') {
            for (std::size_t n = 1; n <= text.size(); ++n)
                fits[n] = fits[n] || (fits[n - 1] && (crosses || text[n - 1] != '/'));
            continue;
        }
        for (std::size_t n = text.size(); n > 0; --n)
            fits[n] = fits[n - 1] && (c == '?' ? text[n - 1] != '/' : text[n - 1] == c);
        fits[0] = false;
    }
    return fits[text.size()];
}

}  // namespace sgauth
