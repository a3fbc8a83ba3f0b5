#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// application/x-www-form-urlencoded, and escaping for the HTML pages.

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sgauth::stand_in {

class form_fields {
public:
    // Reads `a=b&c=d`; a field without `=` has an empty value, a broken escape stays as it is.
    static form_fields parse(std::string_view text);

    std::optional<std::string_view> operator[](std::string_view name) const noexcept;
    // The field, or empty.
    std::string_view get(std::string_view name) const noexcept;
    void add(std::string name, std::string value);

private:
    std::vector<std::pair<std::string, std::string>> fields_;
};

// `plus`: whether + means a space.
enum class plus_sign { is_space, is_itself };
std::string percent_decode(std::string_view text, plus_sign plus);
std::string percent_encode(std::string_view text);
std::string escape_html(std::string_view text);

}  // namespace sgauth::stand_in
