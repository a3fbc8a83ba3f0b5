#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// An agent whose answers a test sets. It notes every call; calls that wait can be held until the test lets
// them go.

#include "src/agent/agent.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include <cstdio>
#include <deque>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unistd.h>
#include <utility>
#include <vector>

namespace sgauth::test {

// Where waiting calls stand until it is opened.
class gate {
public:
    explicit gate(boost::asio::any_io_executor executor) : executor_(std::move(executor)) {}

    void shut() { shut_ = true; }
    void open()
    {
        shut_ = false;
        for (auto* timer : std::exchange(waiting_, {}))
            timer->cancel();
    }
    std::size_t waiting() const { return waiting_.size(); }
    int left_early() const { return left_early_; }

    boost::asio::awaitable<void> pass()
    {
        if (!shut_)
            co_return;
        boost::asio::steady_timer timer(executor_, boost::asio::steady_timer::time_point::max());
        waiting_.push_back(&timer);
        boost::system::error_code ec;
        co_await timer.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, ec));
        if (std::erase(waiting_, &timer) > 0) {
            ++left_early_;
            throw boost::system::system_error(boost::asio::error::operation_aborted);
        }
    }

private:
    boost::asio::any_io_executor executor_;
    std::vector<boost::asio::steady_timer*> waiting_;
    bool shut_ = false;
    int left_early_ = 0;
};

class fake_agent final : public agent {
public:
    explicit fake_agent(boost::asio::any_io_executor executor)
        : held(executor), executor_(std::move(executor))
    {
        session.id = "s1";
        session.site = "https://studio.example";
        session.kind = proto::kind::human;
        session.user = "jane";
        session.state = proto::state::valid;
        session.created_at = 1'700'000'000;
        session.generation = 1;
    }

    proto::session_info session;
    std::string token = "0123456789abcdef0123456789abcdef";
    proto::error_reply refusal;  // answered by every call, where it has a name
    bool at_once = true;         // whether a credential needs no waiting
    gate held;
    std::optional<std::string> stuck_in;              // hangs for good, and the loop with it
    std::optional<std::string> throws_in;             // the call, as noted; "" is any that has waited
    std::string step_kind{proto::step_kind::secret};  // what Answer yields
    std::size_t list_size = 1;
    std::deque<proto::watch_reply> events;  // what a watcher gets; then it waits
    bool notes_calls = true;
    std::vector<std::string> calls;
    caller last_caller;

    bool judges = false;
    std::vector<std::string> denied;
    bool judges_programs() const override { return judges; }
    void note_denied(const caller&, std::string_view method) override { denied.emplace_back(method); }
    std::vector<std::string> recorded;  // the refusals, by their names
    awaitable<void> record_refusal(caller who, proto::error_reply why) override
    {
        last_caller = who;
        recorded.push_back(std::move(why.name));
        co_return;
    }

    answer<proto::get_user_reply> get_user(const caller& who, const proto::get_user_call&) override
    {
        return reply<proto::get_user_reply>(who, "GetUser", {session});
    }
    std::optional<answer<proto::get_credential_reply>>
    get_credential_at_once(const caller& who, const proto::get_credential_call&) override
    {
        if (!at_once)
            return std::nullopt;
        return reply<proto::get_credential_reply>(who, "GetCredential at once", credential());
    }
    awaitable<answer<proto::get_credential_reply>> get_credential(caller who, proto::get_credential_call)
        override
    {
        note(who, "GetCredential");
        co_await held.pass();
        co_return reply<proto::get_credential_reply>(who, "", credential());
    }
    awaitable<answer<proto::report_rejected_reply>> report_rejected(caller who, proto::report_rejected_call)
        override
    {
        note(who, "ReportRejected");
        co_await held.pass();
        co_return reply<proto::report_rejected_reply>(who, "", {session});
    }
    awaitable<answer<proto::begin_login_reply>> begin_login(caller who, proto::begin_login_call) override
    {
        note(who, "BeginLogin");
        co_await held.pass();
        proto::begin_login_reply begun;
        begun.login = "login-" + std::to_string(++logins_);
        begun.step.kind = proto::step_kind::text;
        begun.step.field = proto::login_field::user;
        co_return reply<proto::begin_login_reply>(who, "", std::move(begun));
    }
    awaitable<answer<proto::answer_reply>> answer_login(caller who, proto::answer_call call) override
    {
        note(who, "Answer " + call.login);
        co_await held.pass();
        proto::answer_reply next;
        next.step.kind = step_kind;
        co_return reply<proto::answer_reply>(who, "", std::move(next));
    }
    answer<proto::cancel_login_reply> cancel_login(const caller& who, const proto::cancel_login_call& call)
        override
    {
        return reply<proto::cancel_login_reply>(who, "CancelLogin " + call.login, {});
    }
    answer<proto::list_reply> list(const caller& who) override
    {
        proto::list_reply all;
        all.sessions.assign(list_size, session);
        return reply<proto::list_reply>(who, "List", std::move(all));
    }
    awaitable<answer<proto::set_default_reply>> set_default(caller who, proto::set_default_call) override
    {
        note(who, "SetDefault");
        co_await held.pass();
        co_return reply<proto::set_default_reply>(who, "", {session});
    }
    awaitable<answer<proto::lock_reply>> lock(caller who, proto::lock_call) override
    {
        co_return reply<proto::lock_reply>(who, "Lock", {});
    }
    awaitable<answer<proto::lock_reply>> unlock(caller who, proto::unlock_call) override
    {
        co_return reply<proto::lock_reply>(who, "Unlock", {});
    }
    awaitable<answer<proto::lock_reply>> change_vault(caller who, proto::change_vault_call) override
    {
        co_return reply<proto::lock_reply>(who, "ChangeVault", {});
    }
    awaitable<answer<proto::revoke_reply>> revoke(caller who, proto::revoke_call) override
    {
        note(who, "Revoke");
        co_await held.pass();
        co_return reply<proto::revoke_reply>(who, "", {});
    }
    awaitable<answer<proto::audit_reply>> audit(caller who, proto::audit_call) override
    {
        note(who, "Audit");
        co_await held.pass();
        co_return reply<proto::audit_reply>(who, "", {});
    }
    std::unique_ptr<event_stream> watch(const caller& who) override
    {
        note(who, "Watch");
        return std::make_unique<stream>(*this);
    }
    answer<proto::status_reply> status(const caller& who) override
    {
        proto::status_reply now;
        now.version = "fake";
        now.connections = -1;
        return reply<proto::status_reply>(who, "Status", std::move(now));
    }

    answer<proto::test_policy_reply> test_policy(const caller& who, const proto::test_policy_call&) override
    {
        return reply<proto::test_policy_reply>(who, "TestPolicy", {});
    }

    answer<std::unique_ptr<question_stream>> watch_questions(const caller& who) override
    {
        return reply<std::unique_ptr<question_stream>>(
            who, "WatchQuestions", std::make_unique<one_question>()
        );
    }
    answer<proto::answer_question_reply> answer_question(
        const caller& who, const proto::answer_question_call& call
    ) override
    {
        return reply<proto::answer_question_reply>(who, "AnswerQuestion " + call.id, {});
    }

    // Wakes the watchers.
    void emit(proto::watch_reply event)
    {
        events.push_back(std::move(event));
        held.open();
    }

private:
    class stream final : public event_stream {
    public:
        explicit stream(fake_agent& of) : of_(of) {}
        boost::asio::awaitable<proto::watch_reply> next() override
        {
            while (at_ == of_.events.size()) {
                of_.held.shut();
                co_await of_.held.pass();
            }
            co_return of_.events[at_++];
        }

    private:
        fake_agent& of_;
        std::size_t at_ = 0;
    };

    class one_question final : public question_stream {
        boost::asio::awaitable<proto::watch_questions_reply> next() override
        {
            proto::watch_questions_reply event;
            event.event = proto::question_event::synced;
            co_return event;
        }
    };

    void note(const caller& who, std::string call)
    {
        last_caller = who;
        if (notes_calls)
            calls.push_back(std::move(call));
    }
    template <class Reply>
    answer<Reply> reply(const caller& who, std::string_view call, Reply value)
    {
        if (!call.empty())
            note(who, std::string(call));
        if (stuck_in == call) {
            std::fputs("stuck\n", stderr);
            for (;;)
                ::pause();
        }
        if (throws_in == call)
            throw std::runtime_error("a bug");
        if (!refusal.name.empty())
            return std::unexpected(refusal);
        return answer<Reply>(std::move(value));
    }
    proto::get_credential_reply credential() const
    {
        proto::get_credential_reply made;
        made.session = session;
        made.form = proto::form::session_token;
        made.credential.token = sgauth::session_token(token);
        return made;
    }

    boost::asio::any_io_executor executor_;
    int logins_ = 0;
};

}  // namespace sgauth::test
