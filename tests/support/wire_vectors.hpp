#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// tests/vectors: messages with what is expected of them (its README.md describes the files).

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace sgauth::testing {

struct wire_vector {
    std::string name;
    std::map<std::string, std::string, std::less<>> headers;
    std::string bytes;
};

// Where the message begins in a vector's text: behind the headers and the empty line; npos if there is none.
inline std::size_t vector_body(std::string_view text)
{
    const std::size_t end = text.find("\n\n");
    return end == std::string_view::npos ? end : end + 2;
}

// Throws std::runtime_error for a file that is no vector.
inline wire_vector parse_vector(std::string name, const std::string& text)
{
    wire_vector out{std::move(name), {}, {}};
    const std::size_t body = vector_body(text);
    if (body == std::string::npos)
        throw std::runtime_error(out.name + ": no empty line behind the headers");
    std::size_t at = 0;
    while (at < body - 1) {
        const std::size_t end = text.find('\n', at);
        const std::size_t colon = text.find(": ", at);
        if (colon == std::string::npos || colon > end)
            throw std::runtime_error(out.name + ": not a header");
        out.headers[text.substr(at, colon - at)] = text.substr(colon + 2, end - colon - 2);
        at = end + 1;
    }
    out.bytes = text.substr(body);
    return out;
}

// All vectors of one folder.
inline std::vector<wire_vector> read_vectors(const std::filesystem::path& folder)
{
    std::vector<wire_vector> out;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        std::ifstream file(entry.path(), std::ios::binary);
        const std::string text{std::istreambuf_iterator<char>(file), {}};
        out.push_back(parse_vector(entry.path().filename().string(), text));
    }
    return out;
}

}  // namespace sgauth::testing
