// SPDX-License-Identifier: Apache-2.0
#include "src/vault/kernel_keyring.hpp"

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <keyutils.h>
#include <memory>
#include <string_view>

namespace sgauth {

namespace {

constexpr const char* key_type = "user";
// Nothing tells of a key that was added; where one is missed it is looked for this seldom.
constexpr std::chrono::seconds look_again{60};

key_fault fault_of(int cause)
{
    switch (cause) {
        case ENOKEY:
        case EKEYEXPIRED:
        case EKEYREVOKED:
            return {key_trouble::gone, "the kernel keyring has no such key"};
        case ENOSYS:
            return {key_trouble::away, "this kernel has no keyrings"};
        case EACCES:
        case EPERM:
            return {key_trouble::away, "the kernel keyring may not be used here"};
        case EDQUOT:
            return {key_trouble::failed, "this user's quota of the kernel keyring is used up"};
        default:
            return {key_trouble::failed, std::string("the kernel keyring fails: ") + std::strerror(cause)};
    }
}

std::unexpected<key_fault> fault_now()
{
    return std::unexpected(fault_of(errno));
}

struct with_free {
    void operator()(void* text) const noexcept { std::free(text); }
};

// "type;uid;gid;perm;description"
std::string_view description_of(std::string_view whole)
{
    for (int field = 0; field < 4; ++field) {
        const std::size_t end = whole.find(';');
        if (end == std::string_view::npos)
            return {};
        whole.remove_prefix(end + 1);
    }
    return whole;
}

}  // namespace

kernel_keyring::kernel_keyring(std::string tag, time_source& time) : tag_(std::move(tag)), time_(time) {}

std::string kernel_keyring::name(std::string_view id) const
{
    return std::string("sgauth:").append(tag_).append(":").append(id);
}

// A key of the user's keyring can be read by whom its session keyring leads there, and the daemon's may be
// anybody's or nobody's: it gets one of its own.
key_result<void> kernel_keyring::join()
{
    if (joined_)
        return {};
    if (::keyctl_join_session_keyring(nullptr) < 0)
        return fault_now();
    if (::keyctl_link(KEY_SPEC_USER_KEYRING, KEY_SPEC_SESSION_KEYRING) < 0)
        return fault_now();
    joined_ = true;
    return {};
}

key_holder::awaitable<key_result<void>> kernel_keyring::probe(prompting)
{
    const std::string id = "probe";
    const auto made = co_await make(id);
    if (!made)
        co_return std::unexpected(made.error());
    const long key = ::keyctl_search(KEY_SPEC_USER_KEYRING, key_type, name(id).c_str(), 0);
    if (key < 0 || ::keyctl_unlink(static_cast<key_serial_t>(key), KEY_SPEC_USER_KEYRING) < 0)
        co_return fault_now();
    co_return key_result<void>();
}

key_holder::awaitable<key_result<vault_key>> kernel_keyring::make(std::string id)
{
    if (const auto ready = join(); !ready)
        co_return std::unexpected(ready.error());
    vault_key key = random_key();
    const std::string_view bytes = key.reveal();
    const key_serial_t kept =
        ::add_key(key_type, name(id).c_str(), bytes.data(), bytes.size(), KEY_SPEC_USER_KEYRING);
    if (kept < 0)
        co_return fault_now();
    co_return key;
}

key_holder::awaitable<key_result<vault_key>> kernel_keyring::fetch(std::string id, prompting)
{
    if (const auto ready = join(); !ready)
        co_return std::unexpected(ready.error());
    const long key = ::keyctl_search(KEY_SPEC_USER_KEYRING, key_type, name(id).c_str(), 0);
    if (key < 0)
        co_return fault_now();
    std::string bytes(key_bytes, '\0');
    const long size = ::keyctl_read(static_cast<key_serial_t>(key), bytes.data(), bytes.size());
    if (size < 0)
        co_return fault_now();
    vault_key found = vault_key::take(bytes);
    if (size != static_cast<long>(key_bytes))
        co_return std::unexpected(key_fault{key_trouble::failed, "the key in the kernel keyring is no key"});
    co_return found;
}

key_holder::awaitable<key_result<void>> kernel_keyring::keep_only(key_ids ids)
{
    if (const auto ready = join(); !ready)
        co_return std::unexpected(ready.error());
    co_return remove_but(ids);
}

key_result<void> kernel_keyring::remove_but(const key_ids& ids)
{
    void* raw = nullptr;
    const int size = ::keyctl_read_alloc(KEY_SPEC_USER_KEYRING, &raw);
    if (size < 0)
        return fault_now();
    const std::unique_ptr<void, with_free> list(raw);
    const auto* keys = static_cast<const key_serial_t*>(raw);
    const std::string ours = name({});
    key_result<void> end;
    for (std::size_t i = 0; i < static_cast<std::size_t>(size) / sizeof(key_serial_t); ++i) {
        char* text = nullptr;
        if (::keyctl_describe_alloc(keys[i], &text) < 0)
            continue;  // it has gone meanwhile, or is nobody's business
        const std::unique_ptr<char, with_free> held(text);
        const std::string_view described = description_of(text);
        if (!described.starts_with(ours) || ids.contains(described.substr(ours.size())))
            continue;
        // Revoked first: who has linked it elsewhere is not to read it any more.
        if (::keyctl_revoke(keys[i]) < 0 && errno != ENOKEY && errno != EKEYREVOKED && errno != EKEYEXPIRED)
            end = fault_now();
        if (::keyctl_unlink(keys[i], KEY_SPEC_USER_KEYRING) < 0 && errno != ENOENT && errno != ENOKEY)
            end = fault_now();
    }
    return end;
}

key_holder::awaitable<void> kernel_keyring::changed(std::string)
{
    co_await time_.sleep_until(time_.now() + look_again);
}

}  // namespace sgauth
