#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// All sessions of the daemon and the choices among them. Whoever waited for something writes back with the id
// and generation that it knew; the table refuses what is stale. Nothing here waits or does I/O.

#include "src/session/session.hpp"
#include "src/session/site_habits.hpp"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sgauth {

enum class session_event { added, renewed, unverified, expired, revoked, became_default, locked, unlocked };

class session_table {
public:
    using listener = std::function<void(session_event, const session&)>;

    // --- looking ---

    const session* find(std::string_view id) const;
    // By login, alias or script name, folded here; a person before a script of the same name, and either
    // before an alias. A name that several share at the best rank names nobody.
    const session* find_user(const site_url& site, std::string_view user) const;
    // The one that find_user finds, else all who go by that name.
    std::vector<const session*> named(const site_url& site, std::string_view user) const;
    // By the site's own number for a person.
    const session* find_person(const site_url& site, std::int64_t user_id) const;
    const session* default_of(const site_url& site) const;
    bool is_default(const session& s) const;
    // By site, then user.
    std::vector<const session*> all() const;
    std::size_t size() const noexcept { return sessions_.size(); }
    // The sites that have sessions, in order.
    const std::vector<site_url>& sites() const { return index().sites; }
    const std::optional<site_url>& chosen_site() const noexcept { return chosen_site_; }

    // --- changing; each tells the listeners ---

    // The first person of a site becomes its default; not one whose approval was somebody else's login.
    enum class first_person { becomes_default, stays_plain };
    // Adds a session, or gives an existing one of the same id a new life with a higher generation. Returns
    // the session as it is kept.
    const session& put(session s, first_person rule = first_person::becomes_default);
    // The site accepted it at this time. False: that generation is not current, nothing was changed.
    bool verified(std::string_view id, std::int64_t generation, const moment& at, wall_time wall);
    // The site rejected it: its credential is wiped. False: stale.
    bool ended(std::string_view id, std::int64_t generation, end_reason why);
    // The site rejected the token of a confined script: it is wiped, and another has to be minted. False:
    // stale.
    bool lost_token(std::string_view id, std::int64_t generation);
    // The site made this token of a confined script's key, at that time; `next` is its generation. False:
    // stale, or locked or ended meanwhile.
    bool minted(
        std::string_view id,
        std::int64_t generation,
        std::int64_t next,
        session_token token,
        const moment& at,
        wall_time wall
    );
    // The site did not answer; leave it alone until then. False: stale.
    bool troubled(std::string_view id, std::int64_t generation, boot_time not_before);
    // Says `unverified` of a session once it has become so without a question to the site (the window passed,
    // a suspend).
    void became_unverified(std::string_view id);
    void asked(std::string_view id, boot_time now);
    void handed_out(std::string_view id, boot_time now);
    void site_told_end(std::string_view id, std::int64_t generation, wall_time end);
    // Takes a session out, for good; the listeners hear `revoked`.
    std::optional<session> take(std::string_view id);
    // Takes all out and wipes them, and begins another era: what began before must bring nothing back.
    void wipe();
    std::uint64_t era() const noexcept { return era_; }
    // Wipes all credentials, which the vault has sealed, and begins another era; the reason is for people.
    // Each session comes back by put().
    void lock(std::string reason);
    // The vault is open again.
    void unlock() { lock_reason_.clear(); }
    const std::string& lock_reason() const noexcept { return lock_reason_; }
    // Another record holds its credential. False: no such session.
    bool add_leftover(std::string_view id, std::string record);
    // One of its leftovers is gone. False: stale.
    bool erased_leftover(std::string_view id, std::string_view record);
    bool make_default(std::string_view id);
    void choose_site(site_url site) { chosen_site_ = std::move(site); }

    // What is known of a site; made on first use.
    site_habits& habits(const site_url& site);
    const site_habits* known_habits(const site_url& site) const;

    // Called at every change, in the order of listening, from inside it: only notes are to be taken.
    void listen(listener who) { listeners_.push_back(std::move(who)); }

    // A generation above every one that was used for `id` or, restarts included, is likely to have been.
    std::int64_t next_generation(std::string_view id, wall_time now) const;

private:
    session* current(std::string_view id, std::int64_t generation);
    void tell(session_event event, const session& s) const;

    // What is looked up by name. Made anew when somebody looks and a session has come or gone: a hundred that
    // come at the start make one.
    struct names {
        std::map<std::string, std::string, std::less<>> sessions;  // "site user" → id; empty: several
        std::vector<site_url> sites;
    };
    const names& index() const;

    std::map<std::string, session, std::less<>> sessions_;
    mutable std::optional<names> names_;
    std::map<std::string, std::string, std::less<>> defaults_;  // site → id
    std::map<std::string, site_habits, std::less<>> habits_;    // by site
    std::optional<site_url> chosen_site_;
    std::vector<listener> listeners_;
    std::uint64_t era_ = 0;
    std::string lock_reason_;
};

}  // namespace sgauth
