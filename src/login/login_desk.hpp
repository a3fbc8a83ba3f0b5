#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// The logins in progress: who may answer which, when one is forgotten, and who waits for an end. What is said
// in a login is login_conversation's, what the site is asked login_work's. The work belongs to a task group:
// it goes on when the one who waits for it has gone, and what the site accepted is kept.

#include "src/base/clock.hpp"
#include "src/base/notifier.hpp"
#include "src/base/process_key.hpp"
#include "src/base/task_group.hpp"
#include "src/login/login_request.hpp"
#include "src/login/login_work.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <expected>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace sgauth {

// A login costs a person's attention: more than this at a time is a program gone wrong.
inline constexpr std::size_t max_logins = 16;
// As the interface promises: nobody looks for a code or a password for longer.
inline constexpr std::chrono::minutes login_idle_limit{10};
// The first step needs one question to the site, which has a limit of its own (30 s unless set otherwise);
// after this the person is told to wait.
inline constexpr std::chrono::seconds first_step_limit{40};

class login_desk {
public:
    template <class T>
    using awaitable = boost::asio::awaitable<T>;
    template <class T>
    using outcome = std::expected<T, login_fault>;

    // Told at the end of each piece of work of a login: its id, what became of a credential, and its step
    // then.
    using onlooker = std::function<void(const std::string&, const login_news&, const proto::step&)>;

    struct opened {
        std::string id;  // empty if the login was over at once
        proto::step step;
    };

    // All outlive the desk and every task of `tasks`; the desk outlives those tasks.
    login_desk(
        site_client& sites,
        login_sink& sink,
        password_budget& budget,
        time_source& time,
        task_group& tasks,
        boost::asio::any_io_executor executor
    );
    login_desk(const login_desk&) = delete;
    login_desk& operator=(const login_desk&) = delete;

    // One, who outlives the tasks. Only notes are to be taken: it is called from inside the work.
    void listen(onlooker who) { told_ = std::move(who); }
    bool knows(const std::string& id) const { return logins_.contains(id); }

    // Begins a login; its first step needs the site, so this suspends, for first_step_limit at most.
    // Cancelling it ends the login. login_refusal::bad_parameter or busy.
    awaitable<outcome<opened>> begin(login_request request, process_key owner);

    // Gives the owner's answer, if `value` is there, and returns the step that follows; without a value the
    // step as it is. Suspends while the site is asked, for `limit` at most, then returns `wait`. A value
    // while the site is asked answers nothing and is dropped. A login's last step is given once, then its id
    // is no more. Cancelling ends only this wait. login_refusal::no_such_login, cancelled or bad_parameter
    // (`value`).
    awaitable<outcome<proto::step>> answer(
        std::string id, process_key owner, std::optional<secret> value, std::chrono::milliseconds limit
    );

    // Ends a login. A password that is with the site is not called back: if it is accepted, the session is
    // kept, as nobody else could revoke it. login_refusal::no_such_login.
    outcome<void> cancel(const std::string& id, process_key owner);

    // Ends every login, and calls back what is with a site: for a wipe, nothing that it accepts is kept.
    void wipe();

    // Whether somebody is at a login for that site, or the site is at one.
    bool in_progress(const site_url& site) const;
    // Suspends until a login for that site has ended, whichever way; not at all if none is in progress. No
    // limit of its own: the caller brings one. Cancelling ends only this wait.
    awaitable<void> wait_for_end(site_url site);

    std::size_t size() const noexcept { return logins_.size(); }

private:
    struct login;
    using login_ptr = std::shared_ptr<login>;
    using bell = std::shared_ptr<notifier>;

    login_ptr find(const std::string& id, process_key owner) const;
    void start_work(const login_ptr& which);
    awaitable<void> work(login_ptr which);
    awaitable<void> open_keyring(login_ptr which);
    awaitable<void> watch_idle(login_ptr which);
    awaitable<void> wait_for_step(
        login_ptr which, std::chrono::milliseconds limit, std::optional<std::string> known
    );
    awaitable<void> ring_at(boot_time when, bell who);
    proto::step show(const login_ptr& which);
    void end(const login_ptr& which);
    void remove(const login_ptr& which);
    void tell_of_end(const login& which);

    time_source& time_;
    task_group& tasks_;
    boost::asio::any_io_executor executor_;
    login_sink& sink_;
    login_work work_;
    onlooker told_;
    std::map<std::string, login_ptr> logins_;
    std::list<std::pair<site_url, bell>> end_waits_;
};

}  // namespace sgauth
