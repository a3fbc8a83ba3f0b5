// SPDX-License-Identifier: Apache-2.0
#include "src/vault/keyring_helper/keyring.hpp"

#include <array>
#include <cstdio>
#include <string.h>
#include <utility>

namespace sgauth::keyring_helper {

namespace {

constexpr std::size_t key_bytes = 32;

const SecretSchema schema = {
    "io.sgauth.VaultKey",
    SECRET_SCHEMA_NONE,
    {{"store", SECRET_SCHEMA_ATTRIBUTE_STRING},
     {"key", SECRET_SCHEMA_ATTRIBUTE_STRING},
     {nullptr, SECRET_SCHEMA_ATTRIBUTE_STRING}},
    0,
    nullptr,
    nullptr,
    nullptr,
    nullptr,
    nullptr,
    nullptr,
    nullptr
};

held<GHashTable> attributes(const char* tag, const char* id)
{
    return held<GHashTable>(
        *id ? secret_attributes_build(&schema, "store", tag, "key", id, nullptr)
            : secret_attributes_build(&schema, "store", tag, nullptr)
    );
}

bool says_locked(const glib_error& why)
{
    return g_error_matches(why.get(), SECRET_ERROR, SECRET_ERROR_IS_LOCKED);
}

errand_end refused(const glib_error& why)
{
    return {says_locked(why) ? is_locked : failed, why.text()};
}

struct unref_all {
    void operator()(GList* items) const noexcept { g_list_free_full(items, g_object_unref); }
};
using held_items = std::unique_ptr<GList, unref_all>;

// An empty list is an answer only where `why` is not set.
held_items search(
    SecretService* service, const char* tag, const char* id, SecretSearchFlags flags, glib_error& why
)
{
    const auto names = attributes(tag, id);
    return held_items(secret_service_search_sync(service, &schema, names.get(), flags, nullptr, why.out()));
}

// Whether the keyring that would have the key is locked: then its absence means nothing.
errand_end absent(SecretService* service)
{
    errand_end ready = probe(service);
    if (ready.code == done)
        ready.code = no_such_key;
    return ready;
}

errand_end remove_item(SecretItem* item)
{
    // Not tried: the keyring would ask the person for its password.
    if (secret_item_get_locked(item))
        return {is_locked, "a key is in a keyring that is locked"};
    glib_error why;
    if (secret_item_delete_sync(item, nullptr, why.out()))
        return {};
    return refused(why);
}

}  // namespace

held<SecretService> open_service(glib_error& why)
{
    return held<SecretService>(secret_service_get_sync(SECRET_SERVICE_OPEN_SESSION, nullptr, why.out()));
}

errand_end probe(SecretService* service)
{
    glib_error why;
    const held<SecretCollection> collection(secret_collection_for_alias_sync(
        service, SECRET_COLLECTION_DEFAULT, SECRET_COLLECTION_NONE, nullptr, why.out()
    ));
    if (!collection)
        return {why.is_set() ? failed : no_collection, why.text()};
    return {secret_collection_get_locked(collection.get()) ? is_locked : done, {}};
}

errand_end store(SecretService* service, const char* tag, const char* id)
{
    std::array<char, key_bytes> key;
    if (std::fread(key.data(), 1, key.size(), stdin) != key.size())
        return {wrong_usage, "a key of 32 bytes is expected on standard input"};
    const held_secret value(
        secret_value_new(key.data(), static_cast<gssize>(key.size()), "application/octet-stream")
    );
    explicit_bzero(key.data(), key.size());
    if (errand_end ready = probe(service); ready.code != done)
        return ready;
    glib_error why;
    const auto names = attributes(tag, id);
    const bool is_kept = secret_service_store_sync(
        service,
        &schema,
        names.get(),
        SECRET_COLLECTION_DEFAULT,
        "sgauth: key of the stored sessions",
        value.get(),
        nullptr,
        why.out()
    );
    return is_kept ? errand_end() : refused(why);
}

found_key fetch(SecretService* service, const char* tag, const char* id, bool may_ask)
{
    glib_error why;
    const auto items = search(service, tag, id, may_ask ? SECRET_SEARCH_UNLOCK : SECRET_SEARCH_NONE, why);
    if (why.is_set())
        return {refused(why), nullptr};
    if (!items)
        return {absent(service), nullptr};
    auto* item = static_cast<SecretItem*>(items->data);
    const bool was_locked = secret_item_get_locked(item);
    // By itself: a search that loads secrets says nothing of one that it could not load.
    const bool is_loaded = secret_item_load_secret_sync(item, nullptr, why.out());
    held_secret value(is_loaded ? secret_item_get_secret(item) : nullptr);
    if (!value && (says_locked(why) || was_locked))
        return {{may_ask ? dismissed : is_locked, {}}, nullptr};
    if (!value)
        return {refused(why), nullptr};
    gsize size = 0;
    secret_value_get(value.get(), &size);
    if (size != key_bytes)
        return {{failed, "the key in the desktop's keyring is no key"}, nullptr};
    return {{}, std::move(value)};
}

errand_end keep_only(SecretService* service, const char* tag, const std::set<std::string, std::less<>>& ids)
{
    glib_error why;
    const auto items = search(service, tag, "", SECRET_SEARCH_ALL, why);
    if (why.is_set())
        return refused(why);
    errand_end end = probe(service);  // one that is locked may not tell all that is in it
    if (end.code == no_collection)
        end = {};
    for (const GList* at = items.get(); at; at = at->next) {
        auto* item = static_cast<SecretItem*>(at->data);
        const held<GHashTable> own(secret_item_get_attributes(item));
        const auto* key = own ? static_cast<const char*>(g_hash_table_lookup(own.get(), "key")) : nullptr;
        if (key && ids.contains(std::string_view(key)))
            continue;
        if (errand_end removed = remove_item(item); removed.code != done)
            end = std::move(removed);
    }
    return end;
}

}  // namespace sgauth::keyring_helper
