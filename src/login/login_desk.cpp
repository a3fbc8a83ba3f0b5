// SPDX-License-Identifier: Apache-2.0
#include "src/login/login_desk.hpp"

#include "proto/status.hpp"
#include "src/base/at_end.hpp"
#include "src/base/random.hpp"

#include <algorithm>
#include <exception>
#include <functional>
#include <utility>

namespace sgauth {

namespace {

// 128 bits: an id is all that stands between a login and another process of the same user.
constexpr std::size_t id_bytes = 16;

std::unexpected<login_fault> no_such_login()
{
    return std::unexpected(
        login_fault{login_refusal::no_such_login, {}, "no login of that name is in progress here"}
    );
}

}  // namespace

struct login_desk::login {
    std::string id;
    process_key owner;
    std::shared_ptr<login_conversation> talk;
    boot_time last_used{};
    bool at_site = false;    // the work runs
    bool cancelled = false;  // and is here only until the work has ended
    std::list<bell> step_waits;
    task_group::handle idle_watch;
    task_group::handle work;
};

login_desk::login_desk(
    site_client& sites,
    login_sink& sink,
    password_budget& budget,
    time_source& time,
    task_group& tasks,
    boost::asio::any_io_executor executor
)
    : time_(time), tasks_(tasks), executor_(std::move(executor)), sink_(sink), work_(sites, sink, budget)
{
}

// --- calls ---

login_desk::awaitable<login_desk::outcome<login_desk::opened>> login_desk::begin(
    login_request request, process_key owner
)
{
    if (auto fault = login_conversation::fault_of(request))
        co_return std::unexpected(std::move(*fault));
    if (logins_.size() >= max_logins)
        co_return std::unexpected(login_fault{
            login_refusal::busy, {}, "too many logins are in progress; end one of them or try again later"
        });
    if (!request.site)
        request.site = sink_.default_site();
    const auto made = std::make_shared<login>();
    made->id = random_hex(id_bytes);
    made->owner = owner;
    made->talk = std::make_shared<login_conversation>(std::move(request));
    made->last_used = time_.now();
    logins_.emplace(made->id, made);
    made->idle_watch = tasks_.spawn("idle login", watch_idle(made));

    bool is_told = false;  // else nobody knows the id, so nobody could end it
    const at_end forget_untold([&] {
        if (!is_told)
            end(made);
    });
    start_work(made);
    co_await wait_for_step(made, first_step_limit, std::nullopt);
    is_told = true;
    opened out;
    out.step = show(made);
    if (logins_.contains(made->id))
        out.id = made->id;
    co_return out;
}

login_desk::awaitable<login_desk::outcome<proto::step>> login_desk::answer(
    std::string id, process_key owner, std::optional<secret> value, std::chrono::milliseconds limit
)
{
    const login_ptr which = find(id, owner);
    if (!which)
        co_return no_such_login();
    which->last_used = time_.now();
    std::optional<std::string> known = which->talk->step().message;
    if (value && which->at_site)
        co_return which->talk->step();
    if (value && which->talk->turn() == login_turn::person) {
        if (!which->talk->answered(std::move(*value)))
            co_return std::unexpected(login_fault{
                login_refusal::bad_parameter, "value", "the answer is empty, or no such answer can be"
            });
        start_work(which);
    }
    co_await wait_for_step(which, limit, std::move(known));
    if (which->cancelled)
        co_return std::unexpected(login_fault{login_refusal::cancelled, {}, "the login was cancelled"});
    co_return show(which);
}

login_desk::outcome<void> login_desk::cancel(const std::string& id, process_key owner)
{
    const login_ptr which = find(id, owner);
    if (!which)
        return no_such_login();
    end(which);
    return {};
}

bool login_desk::in_progress(const site_url& site) const
{
    return std::ranges::any_of(logins_, [&site](const auto& entry) {
        const login& one = *entry.second;
        return one.talk->site() == site && (one.at_site || one.talk->turn() != login_turn::over);
    });
}

login_desk::awaitable<void> login_desk::wait_for_end(site_url site)
{
    if (!in_progress(site))
        co_return;
    const bell mine = std::make_shared<notifier>(executor_);
    end_waits_.emplace_back(std::move(site), mine);
    const at_end leave([&] {
        std::erase_if(end_waits_, [&](const auto& wait) { return wait.second == mine; });
    });
    co_await mine->wait();
}

// --- the work of one login ---

void login_desk::start_work(const login_ptr& which)
{
    if (which->at_site || which->talk->turn() != login_turn::site)
        return;
    which->at_site = true;
    which->work = tasks_.spawn("login", work(which));
}

login_desk::awaitable<void> login_desk::work(login_ptr which)
{
    std::exception_ptr failure;
    login_news news;
    try {
        co_await open_keyring(which);
        news = co_await work_.forward(which->talk);
    } catch (...) {
        failure = std::current_exception();
        which->talk->fail(proto::error_name::failed, "the login was interrupted; begin again");
    }
    which->at_site = false;
    which->last_used = time_.now();
    if (which->cancelled)
        remove(which);
    if (told_ && !failure)
        told_(which->id, news, which->talk->step());
    for (const bell& waiting : which->step_waits)
        waiting->notify();
    if (which->talk->turn() == login_turn::over)
        tell_of_end(*which);
    if (failure)
        std::rethrow_exception(failure);
}

// Before the site is asked for anything: what it accepts is to be kept at once, and waits for nobody.
login_desk::awaitable<void> login_desk::open_keyring(login_ptr which)
{
    const bool is_first =
        which->talk->turn() == login_turn::site && which->talk->errand() == login_errand::describe;
    if (!which->talk->request().may_prompt || !is_first)
        co_return;
    std::function<void()> asks = [which] {
        which->talk->tell_meanwhile("your keyring is locked: its own dialog asks for its password");
        for (const bell& waiting : which->step_waits)
            waiting->notify();
    };
    co_await sink_.open_keyring(std::move(asks));
    which->talk->tell_meanwhile({});
}

login_desk::awaitable<void> login_desk::watch_idle(login_ptr which)
{
    for (;;) {
        const boot_time when = which->last_used + login_idle_limit;
        if (when <= time_.now() && !which->at_site)
            co_return end(which);
        // While the site is asked, which has its own limit, the login is not idle.
        co_await time_.sleep_until(which->at_site ? time_.now() + login_idle_limit : when);
    }
}

// Also until the person is to be told something that is not `known`.
login_desk::awaitable<void> login_desk::wait_for_step(
    login_ptr which, std::chrono::milliseconds limit, std::optional<std::string> known
)
{
    const auto has_news = [&] {
        const auto& told = which->talk->step().message;
        return told && told != known;
    };
    if (!which->at_site || limit <= limit.zero())
        co_return;
    const boot_time until = time_.now() + limit;
    const bell mine = std::make_shared<notifier>(executor_);
    which->step_waits.push_back(mine);
    const auto alarm = tasks_.spawn("login wait", ring_at(until, mine));
    const at_end leave([&] {
        which->step_waits.remove(mine);
        alarm.cancel();
    });
    while (which->at_site && !which->cancelled && !has_news() && time_.now() < until)
        co_await mine->wait();
}

login_desk::awaitable<void> login_desk::ring_at(boot_time when, bell who)
{
    co_await time_.sleep_until(when);
    who->notify();
}

// --- endings ---

login_desk::login_ptr login_desk::find(const std::string& id, process_key owner) const
{
    const auto at = logins_.find(id);
    if (at == logins_.end() || at->second->owner != owner || at->second->cancelled)
        return nullptr;
    return at->second;
}

proto::step login_desk::show(const login_ptr& which)
{
    if (which->talk->turn() == login_turn::over && !which->at_site)
        remove(which);
    return which->talk->step();
}

void login_desk::end(const login_ptr& which)
{
    if (which->cancelled)
        return;
    which->cancelled = true;
    const bool was_over = which->talk->turn() == login_turn::over;
    which->talk->fail(proto::error_name::cancelled, "the login was cancelled");
    for (const bell& waiting : which->step_waits)
        waiting->notify();
    if (which->at_site)
        return;  // its work takes it out
    remove(which);
    if (!was_over)
        tell_of_end(*which);
}

void login_desk::wipe()
{
    const std::map<std::string, login_ptr> all = logins_;  // ending one takes it out
    for (const auto& [id, which] : all) {
        end(which);
        which->work.cancel();
    }
}

void login_desk::remove(const login_ptr& which)
{
    logins_.erase(which->id);
    which->idle_watch.cancel();
}

void login_desk::tell_of_end(const login& which)
{
    for (const auto& [site, waiting] : end_waits_)
        if (which.talk->site() == site)
            waiting->notify();
}

}  // namespace sgauth
