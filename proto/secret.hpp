#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// secret owns bytes that must not be copied, printed, compared with == or left in memory. Use the typed
// kinds at the end (password, session_token, ...) so that one cannot be passed for another; plain text
// belongs in std::string. Where the bytes live is decided at link time: the daemon links
// src/base/secret_arena.cpp (locked memory), everything else proto/secret_heap.cpp.

#include <cstddef>
#include <string>
#include <string_view>

namespace sgauth {

class secret {
public:
    secret() noexcept = default;
    // Copies `plain`. Throws std::bad_alloc.
    explicit secret(std::string_view plain);
    secret(secret&& other) noexcept;
    secret& operator=(secret&& other) noexcept;
    secret(const secret&) = delete;
    secret& operator=(const secret&) = delete;
    ~secret();

    bool empty() const noexcept { return size_ == 0; }
    std::size_t size() const noexcept { return size_; }
    // The bytes themselves, valid until the secret moves or dies. The one word to look for in a review.
    std::string_view reveal() const noexcept { return {data_, size_}; }
    // Wipes and empties.
    void clear() noexcept;

    bool operator==(const secret&) const = delete;
    bool operator!=(const secret&) const = delete;

private:
    char* data_ = nullptr;
    std::size_t size_ = 0;
};

// True if both hold the same bytes; the time taken depends on the lengths alone.
bool equal_constant_time(const secret& a, const secret& b) noexcept;

// Overwrites memory in a way that the compiler keeps.
void wipe(void* data, std::size_t size) noexcept;
// Wipes a string's whole capacity, then empties it.
void wipe(std::string& text) noexcept;

// One type per kind of secret. clone() makes a copy a visible act.
template <class Kind>
class secret_of : public secret {
public:
    using secret::secret;
    // Copies `plain`, then wipes it.
    static secret_of take(std::string& plain)
    {
        secret_of made{std::string_view(plain)};
        wipe(plain);
        return made;
    }
    secret_of clone() const { return secret_of(reveal()); }
};

using password = secret_of<struct password_kind>;
using one_time_code = secret_of<struct one_time_code_kind>;
using session_token = secret_of<struct session_token_kind>;
using script_key = secret_of<struct script_key_kind>;
using bearer_token = secret_of<struct bearer_token_kind>;
using vault_passphrase = secret_of<struct passphrase_kind>;
using proxy_password = secret_of<struct proxy_password_kind>;

namespace detail {
// The link-time seam. allocate returns at least `size` writable bytes or throws std::bad_alloc; release
// wipes them and gives them back.
char* allocate_secret(std::size_t size);
void release_secret(char* data, std::size_t size) noexcept;
}  // namespace detail

}  // namespace sgauth
