#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// Keeps sessions alive while they are used, and finds out whether the site still takes one. One question per
// session at a time, however many ask; every answer is written back through the table.

#include "src/base/clock.hpp"
#include "src/base/notifier.hpp"
#include "src/base/single_flight.hpp"
#include "src/base/task_group.hpp"
#include "src/session/session_saver.hpp"
#include "src/session/session_table.hpp"
#include "src/site/site_client.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace sgauth {

// What came of asking the site.
enum class probe_word {
    accepted,
    rejected,
    trouble,
    gone
};  // gone: no such session any more, or renewed meanwhile
struct probe_answer {
    probe_word word = probe_word::gone;
    std::optional<site_trouble> trouble;
};

// A session at one moment: looked at once for all that is decided then.
struct session_sight {
    moment at;
    renewal_rules rules;
    session_state state = session_state::unverified;
};

class keeper {
public:
    template <class T>
    using awaitable = boost::asio::awaitable<T>;
    // The settings that hold for a site; asked each time, as they may be reloaded.
    using rules_source = std::function<renewal_section(const site_url&)>;

    // All outlive the keeper and every task of `tasks`; the keeper outlives those tasks. `jitter` gives a
    // number in [-0.1, 0.1].
    keeper(
        session_table& table,
        session_saver& saving,
        site_client& sites,
        time_source& time,
        task_group& tasks,
        boost::asio::any_io_executor executor,
        rules_source rules,
        std::function<double()> jitter
    );

    // The rules for one session: its site's settings with the site's idle window as known.
    renewal_rules rules_for(const session& s) const;
    moment now() const;
    session_state state_of(const session& s) const;
    // All that a decision on it needs. To be kept no longer than nothing suspends.
    session_sight look_at(const session& s) const;

    // Asks the site about the session, or waits for the answer that somebody else is waiting for. Ends with
    // the site's answer or its time-out. Cancelling ends only this wait. A confined script has a token after
    // `accepted`: minted if it had none, or if the site rejected the one that it had.
    awaitable<probe_answer> verify(std::string id);

    // After a login: asks the site, in the background, how long the session lives, where it tells.
    void logged_in(const session& s);

    // Renews for as long as it runs; one task of the daemon.
    awaitable<void> run();
    // Calls back all that is with a site, for a wipe: who waits is told that the session is gone.
    void recall();
    // Something changed that may bring a renewal forward.
    void poke() { changed_.notify(); }
    // Whether the session's renewal is due and nobody has started it: it was not in use, and now is.
    bool is_due(const session& s, const session_sight& seen) const;

private:
    awaitable<probe_answer> ask_site(std::string id);
    awaitable<probe_answer> replace_token(std::string id, std::int64_t generation);
    awaitable<probe_answer> mint(std::string id);
    probe_answer note_trouble(const std::string& id, std::int64_t generation, const site_trouble& why);
    probe_answer note_refusal(const std::string& id, std::int64_t generation, const site_refusal& why);
    void start(std::string name, awaitable<void> work);
    awaitable<void> until_its_end(std::uint64_t number, awaitable<void> work);

    awaitable<void> renew(std::string id);
    awaitable<void> verify_and_look(std::string id);
    // What a session's life tells: right after the login the window, later the window and the session's age,
    // and only whether a renewal moved the end that was told `before`.
    enum class learn { window, renewal };
    awaitable<void> learn_life(
        std::string id, std::int64_t generation, learn what, std::optional<wall_time> before
    );
    awaitable<void> sleep(boot_time until);
    std::optional<boot_time> plan();
    bool start_due();

    session_table& table_;
    session_saver& saving_;
    site_client& sites_;
    time_source& time_;
    task_group& tasks_;
    rules_source rules_;
    std::function<double()> jitter_;
    single_flight<std::string, probe_answer> probes_;
    notifier changed_;
    // Per session: what its half window is moved by, drawn anew with each verification; and whether it was
    // last seen valid.
    struct plan_note {
        std::int64_t generation = 0;
        std::optional<boot_time> verified;
        double jitter = 0;
        session_state seen = session_state::unverified;
        bool renewing = false;
    };
    std::map<std::string, plan_note> notes_;
    std::map<std::uint64_t, task_group::handle> running_;  // besides the probes
    std::uint64_t last_started_ = 0;
};

}  // namespace sgauth
