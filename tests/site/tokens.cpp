// SPDX-License-Identifier: Apache-2.0
#include "tests/site/tokens.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <stdexcept>

namespace sgauth::stand_in {

namespace {
constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::string_view jwt_head = R"({"alg":"HS256"})";

const unsigned char* bytes_of(std::string_view text)
{
    return reinterpret_cast<const unsigned char*>(text.data());
}

std::string hmac_sha256(std::string_view text, std::string_view key)
{
    unsigned char mac[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    if (!HMAC(
            EVP_sha256(), key.data(), static_cast<int>(key.size()), bytes_of(text), text.size(), mac, &size
        ))
        throw std::runtime_error("HMAC failed");
    return {reinterpret_cast<const char*>(mac), size};
}
}  // namespace

std::string random_hex(std::size_t bytes)
{
    std::string raw(bytes, '\0');
    if (RAND_bytes(reinterpret_cast<unsigned char*>(raw.data()), static_cast<int>(bytes)) != 1)
        throw std::runtime_error("no randomness");
    std::string out;
    for (char c : raw) {
        out += "0123456789abcdef"[static_cast<unsigned char>(c) >> 4];
        out += "0123456789abcdef"[static_cast<unsigned char>(c) & 15];
    }
    return out;
}

std::string base64url_encode(std::string_view bytes)
{
    std::string out;
    unsigned held = 0;
    unsigned bits = 0;
    for (char c : bytes) {
        held = held << 8 | static_cast<unsigned char>(c);
        bits += 8;
        while (bits >= 6) {
            bits -= 6;
            out += alphabet[held >> bits & 63];
        }
    }
    if (bits > 0)
        out += alphabet[held << (6 - bits) & 63];
    return out;
}

std::optional<std::string> base64url_decode(std::string_view text)
{
    std::string out;
    unsigned held = 0;
    unsigned bits = 0;
    for (char c : text) {
        auto at = alphabet.find(c);
        if (at == std::string_view::npos)
            return std::nullopt;
        held = held << 6 | static_cast<unsigned>(at);
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            out += static_cast<char>(held >> bits & 255);
        }
    }
    return out;
}

std::string sign_jwt(std::string_view payload_json, std::string_view key)
{
    auto signed_part = base64url_encode(jwt_head) + "." + base64url_encode(payload_json);
    return signed_part + "." + base64url_encode(hmac_sha256(signed_part, key));
}

std::optional<std::string> verify_jwt(std::string_view token, std::string_view key)
{
    auto second_dot = token.rfind('.');
    auto first_dot = token.find('.');
    if (first_dot == std::string_view::npos || second_dot == first_dot)
        return std::nullopt;
    if (base64url_encode(hmac_sha256(token.substr(0, second_dot), key)) != token.substr(second_dot + 1))
        return std::nullopt;
    return base64url_decode(token.substr(first_dot + 1, second_dot - first_dot - 1));
}

}  // namespace sgauth::stand_in
