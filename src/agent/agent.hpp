#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// Everything that can be asked of the daemon, as plain values: the one door between the wire (src/ipc) and
// what the daemon knows. An interface: `local_agent` is the real one. An answer is the reply or the error as
// the caller is to see it; this floor is where inner causes become those. Calls that may suspend are
// cancelled with their coroutine: that ends the caller's wait, never the work that others share.

#include "proto/messages.hpp"
#include "src/policy/caller.hpp"

#include <boost/asio/awaitable.hpp>

#include <expected>
#include <memory>
#include <optional>
#include <string_view>

namespace sgauth {

template <class Reply>
using answer = std::expected<Reply, proto::error_reply>;

// What a call with many replies hands out. Bounded.
template <class Reply>
class stream_of {
public:
    virtual ~stream_of() = default;
    // Suspends until there is an event. Throws operation_aborted when the coroutine is cancelled.
    virtual boost::asio::awaitable<Reply> next() = 0;
};
// Of Watch: events of one session coalesce to its newest state.
using event_stream = stream_of<proto::watch_reply>;
// Of WatchQuestions.
using question_stream = stream_of<proto::watch_questions_reply>;

class agent {
public:
    template <class T>
    using awaitable = boost::asio::awaitable<T>;

    virtual ~agent() = default;

    // Whether anything depends on which program asks: callers then come with their facts.
    virtual bool judges_programs() const = 0;
    // A peer of another role was refused `method`, before anything of the call was read.
    virtual void note_denied(const caller& who, std::string_view method) = 0;
    // Puts a refusal on record, by whom it is: of the calls that do not do so themselves (Lock, Unlock,
    // ChangeVault, SetDefault, ReportRejected, AnswerQuestion). Suspends until it is there; it stays a
    // refusal where that cannot be.
    virtual awaitable<void> record_refusal(caller who, proto::error_reply why) = 0;

    virtual answer<proto::get_user_reply> get_user(const caller& who, const proto::get_user_call& call) = 0;
    // The answer that needs no waiting, if there is one: the path that tools take a thousand times an hour.
    // Nothing: call get_credential.
    virtual std::optional<answer<proto::get_credential_reply>> get_credential_at_once(
        const caller& who, const proto::get_credential_call& call
    ) = 0;
    virtual awaitable<answer<proto::get_credential_reply>> get_credential(
        caller who, proto::get_credential_call call
    ) = 0;
    virtual awaitable<answer<proto::report_rejected_reply>> report_rejected(
        caller who, proto::report_rejected_call call
    ) = 0;

    virtual awaitable<answer<proto::begin_login_reply>> begin_login(
        caller who, proto::begin_login_call call
    ) = 0;
    virtual awaitable<answer<proto::answer_reply>> answer_login(caller who, proto::answer_call call) = 0;
    virtual answer<proto::cancel_login_reply> cancel_login(
        const caller& who, const proto::cancel_login_call& call
    ) = 0;

    virtual answer<proto::list_reply> list(const caller& who) = 0;
    virtual awaitable<answer<proto::set_default_reply>> set_default(
        caller who, proto::set_default_call call
    ) = 0;
    virtual awaitable<answer<proto::revoke_reply>> revoke(caller who, proto::revoke_call call) = 0;
    virtual awaitable<answer<proto::audit_reply>> audit(caller who, proto::audit_call call) = 0;
    virtual std::unique_ptr<event_stream> watch(const caller& who) = 0;
    virtual awaitable<answer<proto::lock_reply>> lock(caller who, proto::lock_call call) = 0;
    virtual awaitable<answer<proto::lock_reply>> unlock(caller who, proto::unlock_call call) = 0;
    virtual awaitable<answer<proto::lock_reply>> change_vault(caller who, proto::change_vault_call call) = 0;
    // `connections` is filled in by ipc, which alone knows.
    virtual answer<proto::status_reply> status(const caller& who) = 0;
    virtual answer<proto::test_policy_reply> test_policy(
        const caller& who, const proto::test_policy_call& call
    ) = 0;
    virtual answer<std::unique_ptr<question_stream>> watch_questions(const caller& who) = 0;
    virtual answer<proto::answer_question_reply> answer_question(
        const caller& who, const proto::answer_question_call& call
    ) = 0;
};

}  // namespace sgauth
