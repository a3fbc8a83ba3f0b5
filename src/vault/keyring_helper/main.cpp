// SPDX-License-Identifier: Apache-2.0
//
// sgauth-keyring VERB TAG ID: one errand at the Secret Service for the daemon, which does not link GLib. A
// key goes over standard input and output alone; what is wrong is said on standard output as a sentence,
// beside the exit code.

#include "src/vault/keyring_helper/exit_codes.hpp"

#include <array>
#include <cstdio>
#include <cstring>
#include <libsecret/secret.h>
#include <memory>
#include <string>
#include <string_view>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

namespace {

using namespace sgauth::keyring_helper;

constexpr std::size_t key_bytes = 32;
// Where there is no bus whose signals could be waited for.
constexpr unsigned poll_seconds = 60;

struct unref {
    void operator()(gpointer object) const noexcept { g_object_unref(object); }
    void operator()(SecretValue* value) const noexcept { secret_value_unref(value); }
    void operator()(GHashTable* table) const noexcept { g_hash_table_unref(table); }
};
template <class T>
using held = std::unique_ptr<T, unref>;

class glib_error {
public:
    ~glib_error() { g_clear_error(&error_); }
    GError** out() { return &error_; }
    const char* text() const { return error_ ? error_->message : "no reason given"; }
    bool is_locked() const { return error_ && g_error_matches(error_, SECRET_ERROR, SECRET_ERROR_IS_LOCKED); }

private:
    GError* error_ = nullptr;
};

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

int complain(int code, const char* what)
{
    std::fputs(what, stdout);
    return code;
}

held<GHashTable> attributes(const char* tag, const char* id)
{
    return held<GHashTable>(
        *id ? secret_attributes_build(&schema, "store", tag, "key", id, nullptr)
            : secret_attributes_build(&schema, "store", tag, nullptr)
    );
}

held<SecretService> open_service(glib_error& why)
{
    return held<SecretService>(secret_service_get_sync(SECRET_SERVICE_OPEN_SESSION, nullptr, why.out()));
}

held<SecretCollection> default_collection(SecretService* service, glib_error& why)
{
    return held<SecretCollection>(secret_collection_for_alias_sync(
        service, SECRET_COLLECTION_DEFAULT, SECRET_COLLECTION_NONE, nullptr, why.out()
    ));
}

int probe(SecretService* service)
{
    glib_error why;
    const auto collection = default_collection(service, why);
    if (!collection)
        return complain(no_collection, why.text());
    return secret_collection_get_locked(collection.get()) ? is_locked : done;
}

int store(SecretService* service, const char* tag, const char* id)
{
    std::array<char, key_bytes> key;
    if (std::fread(key.data(), 1, key.size(), stdin) != key.size())
        return complain(wrong_usage, "a key of 32 bytes is expected on standard input");
    if (const int ready = probe(service); ready != done)
        return ready;
    glib_error why;
    const held<SecretValue> value(
        secret_value_new(key.data(), static_cast<gssize>(key.size()), "application/octet-stream")
    );
    explicit_bzero(key.data(), key.size());
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
    if (is_kept)
        return done;
    return complain(why.is_locked() ? is_locked : failed, why.text());
}

// Whether the keyring that would have the key is locked: then its absence means nothing.
int absent(SecretService* service)
{
    const int ready = probe(service);
    return ready == done ? no_such_key : ready;
}

int fetch(SecretService* service, const char* tag, const char* id, bool may_ask)
{
    glib_error why;
    const auto names = attributes(tag, id);
    const auto flags = static_cast<SecretSearchFlags>(
        SECRET_SEARCH_LOAD_SECRETS | (may_ask ? SECRET_SEARCH_UNLOCK : SECRET_SEARCH_NONE)
    );
    GList* items = secret_service_search_sync(service, &schema, names.get(), flags, nullptr, why.out());
    if (!items)
        return absent(service);
    auto* item = static_cast<SecretItem*>(items->data);
    const held<SecretValue> value(secret_item_get_secret(item));
    const bool locked = secret_item_get_locked(item);
    g_list_free_full(items, g_object_unref);
    if (!value)
        return locked && may_ask ? dismissed : is_locked;
    gsize size = 0;
    const char* bytes = secret_value_get(value.get(), &size);
    return std::fwrite(bytes, 1, size, stdout) == size ? done : failed;
}

int keep_only(SecretService* service, const char* tag, const char* id)
{
    glib_error why;
    const auto names = attributes(tag, "");
    GList* items =
        secret_service_search_sync(service, &schema, names.get(), SECRET_SEARCH_ALL, nullptr, why.out());
    int end = done;
    for (GList* at = items; at; at = at->next) {
        auto* item = static_cast<SecretItem*>(at->data);
        const held<GHashTable> own(secret_item_get_attributes(item));
        const auto* key = static_cast<const char*>(g_hash_table_lookup(own.get(), "key"));
        if (*id && key && std::strcmp(key, id) == 0)
            continue;
        glib_error refused;
        if (!secret_item_delete_sync(item, nullptr, refused.out()))
            end = complain(refused.is_locked() ? is_locked : failed, refused.text());
    }
    g_list_free_full(items, g_object_unref);
    return end;
}

// Ends when the keyring may have become usable: the service came, or its collection was unlocked.
int wait_for_change()
{
    glib_error why;
    const held<GDBusConnection> bus(g_bus_get_sync(G_BUS_TYPE_SESSION, nullptr, why.out()));
    if (!bus) {
        ::sleep(poll_seconds);
        return done;
    }
    GMainLoop* loop = g_main_loop_new(nullptr, FALSE);
    const auto leave =
        [](GDBusConnection*, const gchar*, const gchar*, const gchar*, const gchar*, GVariant*, gpointer to) {
            g_main_loop_quit(static_cast<GMainLoop*>(to));
        };
    g_dbus_connection_signal_subscribe(
        bus.get(),
        nullptr,
        "org.freedesktop.DBus",
        "NameOwnerChanged",
        nullptr,
        "org.freedesktop.secrets",
        G_DBUS_SIGNAL_FLAGS_NONE,
        leave,
        loop,
        nullptr
    );
    g_dbus_connection_signal_subscribe(
        bus.get(),
        "org.freedesktop.secrets",
        "org.freedesktop.DBus.Properties",
        "PropertiesChanged",
        nullptr,
        "org.freedesktop.Secret.Collection",
        G_DBUS_SIGNAL_FLAGS_NONE,
        leave,
        loop,
        nullptr
    );
    g_dbus_connection_signal_subscribe(
        bus.get(),
        "org.freedesktop.secrets",
        "org.freedesktop.Secret.Service",
        nullptr,
        nullptr,
        nullptr,
        G_DBUS_SIGNAL_FLAGS_NONE,
        leave,
        loop,
        nullptr
    );
    // What changed while nobody listened is seen by this.
    glib_error gone;
    if (const auto service = open_service(gone); service && probe(service.get()) == done)
        return done;
    g_main_loop_run(loop);
    return done;
}

int run(std::string_view verb, const char* tag, const char* id)
{
    if (verb == "wait")
        return wait_for_change();
    glib_error why;
    const auto service = open_service(why);
    if (!service)
        return complain(no_service, why.text());
    if (verb == "probe")
        return probe(service.get());
    if (verb == "store")
        return store(service.get(), tag, id);
    if (verb == "fetch")
        return fetch(service.get(), tag, id, false);
    if (verb == "unlock-and-fetch")
        return fetch(service.get(), tag, id, true);
    if (verb == "keep-only")
        return keep_only(service.get(), tag, id);
    return complain(wrong_usage, "unknown errand");
}

}  // namespace

int main(int argc, char** argv)
{
    const rlimit none{0, 0};
    ::setrlimit(RLIMIT_CORE, &none);
    ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    // Nobody waits for its answer any more when the daemon has gone.
    ::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    if (argc != 4) {
        std::fputs("sgauth-keyring is sgauthd's, and of no use by itself\n", stderr);
        return wrong_usage;
    }
    const int code = run(argv[1], argv[2], argv[3]);
    return std::fflush(stdout) == 0 ? code : failed;
}
