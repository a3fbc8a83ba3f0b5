// SPDX-License-Identifier: Apache-2.0
#include "src/settings/settings_keys.hpp"

#include "src/settings/settings_values.hpp"
#include "src/settings/settings_words.hpp"

#include <chrono>

namespace sgauth {

namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;
using kind = setting_node::kind;

// Below a second a session would be asked for without a pause; the longest is what a person can mean.
constexpr milliseconds shortest_life = 1s;
constexpr milliseconds longest_life = std::chrono::days(3650);
// A call that is given no time can only fail; beyond ten minutes nobody waits for one.
constexpr milliseconds shortest_timeout = 100ms;
constexpr milliseconds longest_timeout = 10min;
// Not to wait at all is a choice. A minute is longer than any caller waits for a credential.
constexpr milliseconds longest_verify_wait = 1min;
constexpr setting_word<renew_when> renew_words[] = {
    {"on-use", renew_when::on_use}, {"always", renew_when::always}, {"never", renew_when::never}
};
constexpr setting_word<vault_backend> backend_words[] = {
    {"auto", vault_backend::automatic},
    {"secret-service", vault_backend::secret_service},
    {"keyring", vault_backend::keyring},
    {"passphrase", vault_backend::passphrase},
    {"credential", vault_backend::credential},
    {"memory", vault_backend::memory},
};
constexpr setting_word<notify_when> notify_words[] = {
    {"needed", notify_when::needed}, {"never", notify_when::never}
};
constexpr setting_word<adopt_when> adopt_words[] = {
    {"on-ask", adopt_when::on_ask}, {"never", adopt_when::never}
};
constexpr setting_word<audit_sink> sink_words[] = {
    {"file", audit_sink::file},
    {"journal", audit_sink::journal},
    {"both", audit_sink::both},
    {"none", audit_sink::none}
};

std::string read_idle_window(const setting_node& node, std::optional<std::chrono::seconds>& out)
{
    if (node.what == kind::text && node.text == "auto") {
        out.reset();
        return {};
    }
    std::chrono::seconds window{};
    std::string wrong = read_duration(node, shortest_life, longest_life, window);
    if (wrong.empty())
        out = window;
    return wrong;
}

using node = setting_node;
using checks = value_checks;
using one = site_settings;
using all = settings;

constexpr setting_key<site_settings> of_a_site[] = {
    {"site",
     "http_proxy",
     [](const node& n, const checks& c, one& s) { return read_proxy(n, c.proxy, s.site.http_proxy); },
     [](const one& s) { return show_proxy(s.site.http_proxy); }},
    {"site",
     "ca_file",
     [](const node& n, const checks&, one& s) { return read_path(n, s.site.ca_file); },
     [](const one& s) { return show_text(s.site.ca_file, "the system's"); }},
    {"site",
     "timeout",
     [](const node& n, const checks&, one& s) {
         return read_duration(n, shortest_timeout, longest_timeout, s.site.timeout);
     },
     [](const one& s) { return duration_text(s.site.timeout); }},
    {"renewal",
     "policy",
     [](const node& n, const checks&, one& s) { return read_word(n, renew_words, s.renewal.policy); },
     [](const one& s) { return show_word(renew_words, s.renewal.policy); }},
    {"renewal",
     "idle_window",
     [](const node& n, const checks&, one& s) { return read_idle_window(n, s.renewal.idle_window); },
     [](const one& s) { return s.renewal.idle_window ? duration_text(*s.renewal.idle_window) : "auto"; }},
    {"renewal",
     "keep_for",
     [](const node& n, const checks&, one& s) {
         return read_duration(n, shortest_life, longest_life, s.renewal.keep_for);
     },
     [](const one& s) { return duration_text(s.renewal.keep_for); }},
    {"renewal",
     "max_age",
     [](const node& n, const checks&, one& s) {
         return read_duration(n, shortest_life, longest_life, s.renewal.max_age);
     },
     [](const one& s) { return duration_text(s.renewal.max_age); }},
    {"renewal",
     "verify_wait",
     [](const node& n, const checks&, one& s) {
         return read_duration(n, 0ms, longest_verify_wait, s.renewal.verify_wait);
     },
     [](const one& s) { return duration_text(s.renewal.verify_wait); }},
    {"compat",
     "adopt",
     [](const node& n, const checks&, one& s) { return read_word(n, adopt_words, s.compat.adopt); },
     [](const one& s) { return show_word(adopt_words, s.compat.adopt); }},
    {"compat",
     "mirror",
     [](const node& n, const checks&, one& s) { return read_truth(n, s.compat.mirror); },
     [](const one& s) { return show_truth(s.compat.mirror); }},
};

constexpr setting_key<settings> of_the_daemon[] = {
    {"site",
     "default",
     [](const node& n, const checks& c, all& s) { return read_site(n, c.site, s.default_site); },
     [](const all& s) { return show_text(s.default_site, "none"); }},
    {"vault",
     "backend",
     [](const node& n, const checks&, all& s) { return read_word(n, backend_words, s.vault.backend); },
     [](const all& s) { return show_word(backend_words, s.vault.backend); }},
    {"vault",
     "keep_key_over_restart",
     [](const node& n, const checks&, all& s) { return read_truth(n, s.vault.keep_key_over_restart); },
     [](const all& s) { return show_truth(s.vault.keep_key_over_restart); }},
    {"lock",
     "with_desktop",
     [](const node& n, const checks&, all& s) { return read_truth(n, s.lock.with_desktop); },
     [](const all& s) { return show_truth(s.lock.with_desktop); }},
    {"prompt",
     "command",
     [](const node& n, const checks&, all& s) { return read_text(n, s.prompt.command); },
     [](const all& s) { return show_text(s.prompt.command, "our own"); }},
    {"prompt",
     "notify",
     [](const node& n, const checks&, all& s) { return read_word(n, notify_words, s.prompt.notify); },
     [](const all& s) { return show_word(notify_words, s.prompt.notify); }},
    {"prompt",
     "prewarm",
     [](const node& n, const checks&, all& s) { return read_truth(n, s.prompt.prewarm); },
     [](const all& s) { return show_truth(s.prompt.prewarm); }},
    {"audit",
     "sink",
     [](const node& n, const checks&, all& s) { return read_word(n, sink_words, s.audit.sink); },
     [](const all& s) { return show_word(sink_words, s.audit.sink); }},
    {"audit",
     "required",
     [](const node& n, const checks&, all& s) { return read_truth(n, s.audit.required); },
     [](const all& s) { return show_truth(s.audit.required); }},
};

}  // namespace

std::span<const setting_key<site_settings>> site_keys()
{
    return of_a_site;
}

std::span<const setting_key<settings>> own_keys()
{
    return of_the_daemon;
}

}  // namespace sgauth
