// SPDX-License-Identifier: Apache-2.0
#include "src/vault/vault_key.hpp"

#include "src/base/hex.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <array>
#include <memory>
#include <stdexcept>

namespace sgauth {

namespace {

// What each derivation is for; part of the format of the store.
constexpr std::string_view check_domain = "sgauth vault check 1";
constexpr std::string_view credential_domain = "sgauth vault credential 1";

using cipher_context = std::unique_ptr<EVP_CIPHER_CTX, decltype(&::EVP_CIPHER_CTX_free)>;
using digest_context = std::unique_ptr<EVP_MD_CTX, decltype(&::EVP_MD_CTX_free)>;

void require(bool good)
{
    if (!good)
        throw std::runtime_error("OpenSSL failed, which it does when memory or randomness has run out");
}

const unsigned char* bytes(std::string_view text)
{
    return reinterpret_cast<const unsigned char*>(text.data());
}

unsigned char* bytes(std::string& text)
{
    return reinterpret_cast<unsigned char*>(text.data());
}

int size_of(std::string_view text)
{
    return static_cast<int>(text.size());
}

std::string hmac(const vault_key& key, std::string_view text)
{
    std::string out(32, '\0');
    unsigned size = 0;
    const std::string_view k = key.reveal();
    require(::HMAC(::EVP_sha256(), k.data(), size_of(k), bytes(text), text.size(), bytes(out), &size));
    return out;
}

}  // namespace

vault_key random_key()
{
    std::string made(key_bytes, '\0');
    require(::RAND_priv_bytes(bytes(made), static_cast<int>(key_bytes)) == 1);
    return vault_key::take(made);
}

std::string seal(const vault_key& key, std::string_view with, std::string_view plain)
{
    require(key.size() == key_bytes);
    std::string out(nonce_bytes + plain.size() + tag_bytes, '\0');
    require(::RAND_bytes(bytes(out), static_cast<int>(nonce_bytes)) == 1);
    const cipher_context context(::EVP_CIPHER_CTX_new(), ::EVP_CIPHER_CTX_free);
    require(context != nullptr);
    EVP_CIPHER_CTX* c = context.get();
    require(::EVP_EncryptInit_ex(c, ::EVP_aes_256_gcm(), nullptr, bytes(key.reveal()), bytes(out)) == 1);
    int size = 0;
    require(::EVP_EncryptUpdate(c, nullptr, &size, bytes(with), size_of(with)) == 1);
    unsigned char* const to = bytes(out) + nonce_bytes;
    if (!plain.empty())
        require(::EVP_EncryptUpdate(c, to, &size, bytes(plain), size_of(plain)) == 1);
    require(::EVP_EncryptFinal_ex(c, to + plain.size(), &size) == 1);
    const int tag_size = static_cast<int>(tag_bytes);
    require(::EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_GCM_GET_TAG, tag_size, to + plain.size()) == 1);
    return out;
}

std::optional<vault_secret> unseal(const vault_key& key, std::string_view with, std::string_view sealed)
{
    if (key.size() != key_bytes || sealed.size() < nonce_bytes + tag_bytes)
        return std::nullopt;
    const std::string_view nonce = sealed.substr(0, nonce_bytes);
    std::string tag(sealed.substr(sealed.size() - tag_bytes));
    const std::string_view body = sealed.substr(nonce_bytes, sealed.size() - nonce_bytes - tag_bytes);
    const cipher_context context(::EVP_CIPHER_CTX_new(), ::EVP_CIPHER_CTX_free);
    require(context != nullptr);
    EVP_CIPHER_CTX* c = context.get();
    require(::EVP_DecryptInit_ex(c, ::EVP_aes_256_gcm(), nullptr, bytes(key.reveal()), bytes(nonce)) == 1);
    int size = 0;
    require(::EVP_DecryptUpdate(c, nullptr, &size, bytes(with), size_of(with)) == 1);
    std::string plain(body.size(), '\0');
    if (!body.empty())
        require(::EVP_DecryptUpdate(c, bytes(plain), &size, bytes(body), size_of(body)) == 1);
    const int tag_size = static_cast<int>(tag_bytes);
    require(::EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_GCM_SET_TAG, tag_size, tag.data()) == 1);
    std::array<unsigned char, tag_bytes> rest{};
    const bool is_genuine = ::EVP_DecryptFinal_ex(c, rest.data(), &size) == 1;
    vault_secret out = vault_secret::take(plain);
    if (!is_genuine)
        return std::nullopt;
    return out;
}

std::string check_of(const vault_key& key)
{
    return to_hex(hmac(key, check_domain).substr(0, 16));
}

vault_key combine(const vault_key& one, const vault_key& other)
{
    std::string both = hmac(one, other.reveal());
    return vault_key::take(both);
}

vault_key key_from(std::string_view material)
{
    std::string made = hmac(vault_key(credential_domain), material);
    return vault_key::take(made);
}

std::string digest(std::string_view what, std::string_view text)
{
    const digest_context context(::EVP_MD_CTX_new(), ::EVP_MD_CTX_free);
    require(context != nullptr);
    EVP_MD_CTX* c = context.get();
    std::string out(32, '\0');
    unsigned size = 0;
    require(::EVP_DigestInit_ex(c, ::EVP_sha256(), nullptr) == 1);
    // The domain with its terminator: no domain is another's beginning then.
    require(::EVP_DigestUpdate(c, what.data(), what.size()) == 1 && ::EVP_DigestUpdate(c, "", 1) == 1);
    require(::EVP_DigestUpdate(c, text.data(), text.size()) == 1);
    require(::EVP_DigestFinal_ex(c, bytes(out), &size) == 1);
    return to_hex(out);
}

}  // namespace sgauth
