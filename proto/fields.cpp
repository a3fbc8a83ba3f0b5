// SPDX-License-Identifier: Apache-2.0
#include "proto/fields.hpp"

#include <algorithm>

namespace sgauth::proto {

std::string fields::strict_result()
{
    if (bad_.empty()) {
        const auto end = names_.begin() + static_cast<std::ptrdiff_t>(count_);
        for (const json_value member : object_)
            if (std::find(names_.begin(), end, member.key()) == end)
                return std::string(member.key());
    }
    return bad_;
}

bool fields::convert(json_value value, std::string& out)
{
    const auto text = value.as_string();
    if (text)
        out = *text;
    return text.has_value();
}

bool fields::convert(json_value value, secret& out)
{
    const auto text = value.as_string();
    if (text)
        out = secret(*text);
    return text.has_value();
}

bool fields::convert(json_value value, std::int64_t& out)
{
    const auto number = value.as_int();
    out = number.value_or(0);
    return number.has_value();
}

bool fields::convert(json_value value, bool& out)
{
    const auto truth = value.as_bool();
    out = truth.value_or(false);
    return truth.has_value();
}

bool fields::convert(json_value value, std::vector<std::string>& out)
{
    out.clear();
    if (!value.is(json_kind::array))
        return false;
    for (const json_value item : value) {
        const auto text = item.as_string();
        if (!text)
            return false;
        out.emplace_back(*text);
    }
    return true;
}

}  // namespace sgauth::proto
