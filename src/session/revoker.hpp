#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// Takes sessions away: first here and for good, then at the site as far as the site allows (DESIGN.md 4.4).
// What the site could not be told is tried again until the site would have forgotten the session by itself.

#include "src/base/clock.hpp"
#include "src/base/task_group.hpp"
#include "src/session/keeper.hpp"
#include "src/session/session_table.hpp"
#include "src/site/site_client.hpp"
#include "src/vault/vault.hpp"

#include <chrono>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sgauth {

enum class site_word { confirmed, still_accepted, unconfirmed, unreachable, not_tried };
enum class at_the_site { log_out, leave_alone };

struct revocation {
    std::string id;
    std::string site;
    std::string user;
    session_kind kind = session_kind::human;
    site_word word = site_word::not_tried;
    std::optional<wall_time> accepted_until;
};

class revoker {
public:
    template <class T>
    using awaitable = boost::asio::awaitable<T>;

    // A disk that is there answers within it; nobody waits for another.
    static constexpr std::chrono::seconds durable_within{3};

    // All outlive the revoker and every task of `tasks`; the revoker outlives those tasks.
    revoker(
        session_table& table,
        vault& store,
        site_client& sites,
        keeper& keeping,
        time_source& time,
        task_group& tasks,
        boost::asio::any_io_executor executor
    );

    // Takes the sessions of these ids away, all of them before anything else happens. When it returns the
    // local part is durable, every watcher knows, and no asker gets them; the sites were given until `limit`
    // from then to answer, and what had no answer by then is `unreachable` and goes on in the background.
    // Cancelling ends only the caller's wait.
    // errc::failed: the vault could not be written, or not within some seconds; the sessions are gone from
    // memory all the same, it is tried again until it is written, and the text says that they may come back.
    awaitable<result<std::vector<revocation>>> revoke(
        std::vector<std::string> ids, at_the_site what, std::chrono::steady_clock::duration limit
    );

    // Drops every credential at once, without a word to any site: memory first here, as there is no time.
    // Log-outs under way are given up, and who waits for one is told `unconfirmed`.
    void wipe_all();

    // Drops the credentials of all log-outs under way: the vault has them, and they are resumed from there.
    void lock();

    // Goes on with a session that an earlier life of the daemon could not log out. `marked` is since when its
    // record says that it is revoked, and its window counts from then. Where it does not say so yet, or a
    // time that is still to come, that is written first: no older copy of the store brings it back, and a
    // clock that was set back costs one more window at most.
    void resume(session s, std::optional<wall_time> marked);
    // Erases one that was taken away without a word to its site, and still stood in the vault.
    void forget(session s);
    // Logs out, in the background, what a new login has replaced. It has no record: best effort.
    void retire(session s);
    // Whether the end of that session is not yet written down, or the site is being told.
    bool is_at_work_on(std::string_view id) const;
    // How many wait for their site.
    std::size_t pending() const;

private:
    struct job;
    using job_ptr = std::shared_ptr<job>;
    struct told;

    void give_up(site_word word);
    job_ptr add(session s, at_the_site what, wall_time revoked);
    void start(const job_ptr& work);
    awaitable<void> end_wait(std::vector<job_ptr> jobs);
    awaitable<void> end(job_ptr work);
    static afterwards owed_for(const job& work);
    awaitable<void> make_durable(job_ptr work);
    awaitable<void> log_out(job_ptr work);
    awaitable<told> try_once(job_ptr work);
    awaitable<result<void>> wait_for_answer(job_ptr work);

    session_table& table_;
    vault& store_;
    site_client& sites_;
    keeper& keeper_;
    time_source& time_;
    task_group& tasks_;
    boost::asio::any_io_executor executor_;
    std::list<job_ptr> jobs_;
};

}  // namespace sgauth
