#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// The command line of the programs in this folder: `--name value` pairs and flags, nothing more.

#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace sgauth::stand_in {

class usage_error : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

class options {
public:
    // Reads the arguments: every `--name` takes a value unless `flags` lists it; the rest are words. Throws
    // usage_error for a name that neither list has, or a missing value.
    options(
        int argc,
        char** argv,
        const std::vector<std::string_view>& with_value,
        const std::vector<std::string_view>& flags
    );

    bool has(std::string_view name) const { return given_.contains(name); }
    std::string get(std::string_view name, std::string_view otherwise = {}) const;
    // Throws usage_error if the value is no integer between `least` and `most`.
    long long number(std::string_view name, long long otherwise, long long least, long long most) const;
    const std::vector<std::string>& words() const noexcept { return words_; }

private:
    std::map<std::string, std::string, std::less<>> given_;
    std::vector<std::string> words_;
};

}  // namespace sgauth::stand_in
