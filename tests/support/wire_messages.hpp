#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// The daemon's and the client's readers by a method's name, for what goes through all of them: vectors, fuzz
// targets.

#include "proto/codec.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace sgauth::testing {

namespace detail {

template <class Call>
bool read_if(std::string_view method, proto::json_value parameters, std::optional<std::string>& blamed)
{
    if (method != Call::method)
        return false;
    Call call;
    blamed = proto::read(parameters, call);
    return true;
}

template <class Call, class Reply>
bool read_reply_if(std::string_view method, proto::json_value parameters, std::optional<bool>& good)
{
    if (method != Call::method)
        return false;
    Reply reply;
    good = proto::read(parameters, reply);
    return true;
}

}  // namespace detail

// The parameter that is to blame, empty when all is well; nothing if there is no such method.
inline std::optional<std::string> read_named_call(std::string_view method, proto::json_value parameters)
{
    using namespace proto;
    std::optional<std::string> blamed;
    const auto any = [&](auto... calls) {
        return (detail::read_if<typename decltype(calls)::type>(method, parameters, blamed) || ...);
    };
    (void)any(
        std::type_identity<get_user_call>(),
        std::type_identity<get_credential_call>(),
        std::type_identity<report_rejected_call>(),
        std::type_identity<begin_login_call>(),
        std::type_identity<answer_call>(),
        std::type_identity<cancel_login_call>(),
        std::type_identity<list_call>(),
        std::type_identity<set_default_call>(),
        std::type_identity<revoke_call>(),
        std::type_identity<watch_call>(),
        std::type_identity<lock_call>(),
        std::type_identity<unlock_call>(),
        std::type_identity<change_vault_call>(),
        std::type_identity<status_call>(),
        std::type_identity<audit_call>(),
        std::type_identity<test_policy_call>(),
        std::type_identity<watch_questions_call>(),
        std::type_identity<answer_question_call>()
    );
    return blamed;
}

// Whether the reply to that method is good; nothing if there is no such method, or its reply has no
// parameters.
inline std::optional<bool> read_named_reply(std::string_view method, proto::json_value parameters)
{
    using namespace proto;
    std::optional<bool> good;
    (void)(detail::read_reply_if<get_user_call, get_user_reply>(method, parameters, good) ||
           detail::read_reply_if<get_credential_call, get_credential_reply>(method, parameters, good) ||
           detail::read_reply_if<report_rejected_call, report_rejected_reply>(method, parameters, good) ||
           detail::read_reply_if<begin_login_call, begin_login_reply>(method, parameters, good) ||
           detail::read_reply_if<answer_call, answer_reply>(method, parameters, good) ||
           detail::read_reply_if<list_call, list_reply>(method, parameters, good) ||
           detail::read_reply_if<set_default_call, set_default_reply>(method, parameters, good) ||
           detail::read_reply_if<revoke_call, revoke_reply>(method, parameters, good) ||
           detail::read_reply_if<watch_call, watch_reply>(method, parameters, good) ||
           detail::read_reply_if<audit_call, audit_reply>(method, parameters, good) ||
           detail::read_reply_if<status_call, status_reply>(method, parameters, good) ||
           detail::read_reply_if<test_policy_call, test_policy_reply>(method, parameters, good) ||
           detail::read_reply_if<watch_questions_call, watch_questions_reply>(method, parameters, good));
    return good;
}

}  // namespace sgauth::testing
