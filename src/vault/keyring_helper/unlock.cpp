// SPDX-License-Identifier: Apache-2.0
#include "src/vault/keyring_helper/keyring.hpp"

namespace sgauth::keyring_helper {

namespace {

struct dialog {
    held<GMainLoop> over{g_main_loop_new(nullptr, FALSE)};
    held<GCancellable> cancel{g_cancellable_new()};
    bool is_late = false;
    glib_error why;
};

void end(GObject* service, GAsyncResult* result, gpointer data)
{
    auto* const shown = static_cast<dialog*>(data);
    secret_service_unlock_finish(SECRET_SERVICE(service), result, nullptr, shown->why.out());
    g_main_loop_quit(shown->over.get());
}

// libsecret has the keyring dismiss the dialog, and then ends it as always.
gboolean dismiss(gpointer data)
{
    auto* const shown = static_cast<dialog*>(data);
    shown->is_late = true;
    g_cancellable_cancel(shown->cancel.get());
    return G_SOURCE_CONTINUE;  // taken out by whom it was set
}

}  // namespace

errand_end unlock(SecretService* service, unsigned seconds)
{
    errand_end before = probe(service);
    if (before.code != is_locked)
        return before;
    dialog shown;
    const held<SecretCollection> collection(secret_collection_for_alias_sync(
        service, SECRET_COLLECTION_DEFAULT, SECRET_COLLECTION_NONE, nullptr, shown.why.out()
    ));
    if (!collection)
        return {failed, shown.why.text()};
    GList only{collection.get(), nullptr, nullptr};
    const guint limit = g_timeout_add_seconds(seconds, dismiss, &shown);
    secret_service_unlock(service, &only, shown.cancel.get(), end, &shown);
    g_main_loop_run(shown.over.get());
    g_source_remove(limit);
    errand_end after = probe(service);  // what it is now, whatever was said
    if (after.code != is_locked)
        return after;
    if (shown.is_late)
        return {unanswered, {}};
    return {shown.why.is_set() ? failed : dismissed, shown.why.text()};
}

}  // namespace sgauth::keyring_helper
