// SPDX-License-Identifier: Apache-2.0
//
// Every message: written, held against the .varlink file, read, and written again the same.

#include "proto/codec.hpp"
#include "proto/description.hpp"
#include "proto/envelope.hpp"
#include "proto/json_writer.hpp"
#include "proto/status.hpp"
#include "tests/support/varlink_description.hpp"
#include "tests/unit/proto_messages.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <iterator>
#include <set>
#include <string>

using namespace sgauth;
using namespace sgauth::proto;
using testing::check_call;
using testing::check_reply;

namespace {

const testing::varlink_interface& agent()
{
    static const testing::varlink_interface parsed = testing::parse_description(agent_description).value();
    return parsed;
}

const testing::varlink_interface& service()
{
    static const testing::varlink_interface parsed = testing::parse_description(service_description).value();
    return parsed;
}

// The methods whose calls or replies have gone through a round trip, so that none is forgotten.
std::set<std::string, std::less<>> called;
std::set<std::string, std::less<>> replied;

template <class Message>
std::string written(const Message& message)
{
    std::string out;
    write_message(out, message);
    REQUIRE(out.size() > 1);
    REQUIRE(out.back() == '\0');
    REQUIRE(out.find('\0') == out.size() - 1);
    out.pop_back();
    return out;
}

template <class Call>
void round_trip_call(const Call& call)
{
    called.emplace(Call::method);
    const std::string first = written(call);
    CAPTURE(first);
    CHECK(check_call(agent(), first) == "");
    json_document document;
    REQUIRE(document.parse(first) == json_fault::none);
    call_envelope envelope;
    REQUIRE(read_call(document.root(), envelope));
    CHECK(envelope.interface == agent_interface);
    CHECK(envelope.method == Call::method);
    CHECK(envelope.more == Call::method.starts_with("Watch"));
    CHECK_FALSE(envelope.oneway);
    Call again;
    CHECK(read(envelope.parameters, again) == "");
    CHECK(written(again) == first);
}

template <class Call, class Reply>
void round_trip_reply(const Reply& reply)
{
    replied.emplace(Call::method);
    const std::string first = written(reply);
    CAPTURE(first);
    CHECK(check_reply(agent(), service(), Call::method, first) == "");
    json_document document;
    REQUIRE(document.parse(first) == json_fault::none);
    reply_envelope envelope;
    REQUIRE(read_reply(document.root(), envelope));
    CHECK(envelope.error.empty());
    CHECK(envelope.continues == Call::method.starts_with("Watch"));
    if constexpr (!std::is_empty_v<Reply> || std::is_same_v<Reply, lock_reply>) {
        Reply again;
        CHECK(read(envelope.parameters, again));
        CHECK(written(again) == first);
    }
}

}  // namespace

TEST_SUITE("proto.codec")
{
    TEST_CASE("every call of the interface is written as described and read back the same")
    {
        round_trip_call(get_user_call());
        round_trip_call(get_user_call{"https://x", "jane"});
        round_trip_call(get_credential_call{{}, {}, {"bearer"}, {}, {}, {}});
        round_trip_call(get_credential_call{"s", "u", {"session_token", "script_key"}, 3600, true, 1000});
        round_trip_call(report_rejected_call{"id", 9, {}});
        round_trip_call(report_rejected_call{"id", INT64_MAX, 0});
        round_trip_call(begin_login_call());
        round_trip_call(begin_login_call{
            "s", "u", "password", "robot", true, false, true, true, hints{"l", "m", "p", "seat0"}
        });
        round_trip_call(begin_login_call{{}, {}, {}, {}, {}, {}, {}, {}, hints()});
        round_trip_call(samples::full_answer());
        round_trip_call(samples::bare_answer());
        round_trip_call(cancel_login_call{"l"});
        round_trip_call(list_call());
        round_trip_call(set_default_call());
        round_trip_call(set_default_call{"s", "u"});
        round_trip_call(revoke_call());
        round_trip_call(revoke_call{"s", "u", "id", true, false, 30'000});
        round_trip_call(watch_call());
        round_trip_call(lock_call());
        round_trip_call(unlock_call());
        round_trip_call(lock_call{vault_passphrase("a phrase")});
        round_trip_call(unlock_call{vault_passphrase("a phrase"), true, 5});
        round_trip_call(change_vault_call());
        round_trip_call(change_vault_call{"keyring", vault_passphrase("x"), true});
        round_trip_call(status_call());
        round_trip_call(audit_call());
        round_trip_call(audit_call{1, 2, 3});
        round_trip_call(test_policy_call{1, {}, {}, {}});
        round_trip_call(test_policy_call{INT64_MAX, "s", "u", "bearer"});
        round_trip_call(watch_questions_call());
        round_trip_call(answer_question_call{"q", true});
        round_trip_call(answer_question_call{"q", false});
        for (const auto& [method, signature] : agent().methods) {
            CAPTURE(method);
            CHECK(called.contains(method));
        }
    }

    TEST_CASE("every reply of the interface is written as described and read back the same")
    {
        using namespace samples;
        round_trip_reply<get_user_call>(get_user_reply{full_session()});
        round_trip_reply<get_user_call>(get_user_reply{bare_session()});
        round_trip_reply<get_credential_call>(token_reply());
        round_trip_reply<get_credential_call>(script_reply());
        round_trip_reply<get_credential_call>(bearer_reply());
        round_trip_reply<report_rejected_call>(report_rejected_reply{full_session()});
        round_trip_reply<begin_login_call>(begin_login_reply{"l", bare_step()});
        round_trip_reply<answer_call>(answer_reply{bare_step()});
        round_trip_reply<cancel_login_call>(cancel_login_reply());
        round_trip_reply<list_call>(list_reply());
        round_trip_reply<list_call>(list_reply{{full_session(), bare_session()}});
        round_trip_reply<set_default_call>(set_default_reply());
        round_trip_reply<set_default_call>(set_default_reply{full_session()});
        round_trip_reply<revoke_call>(revoke_reply());
        const revoked gone{"i", "s", "u", "human", "still_accepted", 99};
        round_trip_reply<revoke_call>(revoke_reply{{gone, {"i", "s", "u", "script", "not_tried", {}}}});
        round_trip_reply<watch_call>(watch_reply{"synced", {}});
        round_trip_reply<watch_call>(watch_reply{"added", full_session()});
        round_trip_reply<lock_call>(lock_reply());
        round_trip_reply<unlock_call>(lock_reply());
        round_trip_reply<change_vault_call>(lock_reply());
        round_trip_reply<status_call>(full_status());
        round_trip_reply<status_call>(status_reply());
        round_trip_reply<audit_call>(audit_reply());
        round_trip_reply<audit_call>(full_audit());
        round_trip_reply<test_policy_call>(test_policy_reply());
        round_trip_reply<test_policy_call>(
            test_policy_reply{"deny", "f:1", "w", "s", "u", "bearer", "/x", "a.scope", "/a.scope", true, true}
        );
        round_trip_reply<watch_questions_call>(
            watch_questions_reply{"ask", "q", "/x", 7, "a.scope", "s", "u", "bearer", "f:1", "w", 99}
        );
        round_trip_reply<watch_questions_call>(watch_questions_reply());
        round_trip_reply<answer_question_call>(answer_question_reply());
        for (const auto& [method, signature] : agent().methods) {
            CAPTURE(method);
            CHECK(replied.contains(method));
        }
    }

    TEST_CASE("foreign bytes in a step arrive as text")
    {
        const std::string message = written(answer_reply{samples::full_step()});
        CHECK(check_reply(agent(), service(), "Answer", message) == "");
        json_document document;
        REQUIRE(document.parse(message) == json_fault::none);
        answer_reply again;
        REQUIRE(read(document.root()["parameters"], again));
        CHECK(again.step.foreign == "nein\x01\xEF\xBF\xBD");
        CHECK(again.step.choices.size() == 2);
        CHECK(again.step.choices[1].label == "B");
        CHECK(again.step.session->generation == 7);
    }

    TEST_CASE("the descriptions that the daemon gives out are the files, word for word")
    {
        for (const auto& [name, text] :
             {std::pair(std::string("io.sgauth.Agent"), agent_description),
              std::pair(std::string("org.varlink.service"), service_description)}) {
            std::ifstream file(SGAUTH_SOURCE_DIR "/proto/" + name + ".varlink");
            const std::string on_disk{std::istreambuf_iterator<char>(file), {}};
            CHECK(on_disk.size() > 100);
            CHECK(on_disk == text);
        }
        CHECK(agent().name == agent_interface);
        CHECK(service().name == service_interface);
    }

    TEST_CASE("for people, nothing of a session is left out and what is not known is null")
    {
        std::string out;
        json_writer json(out);
        write(json, samples::bare_session());
        CHECK(
            out ==
            R"({"id":"s-2","site":"https://x.example","kind":"script","user":"robot","state":"valid","reason":null,)"
            R"("default":false,"created_at":0,"verified_at":null,"expires_at":null,"generation":0})"
        );
        out.clear();
        json_writer other(out);
        write(other, revoked{"i", "s", "u", "human", "confirmed", {}});
        CHECK(out == R"({"id":"i","site":"s","user":"u","at_site":"confirmed","accepted_until":null})");
    }
}
