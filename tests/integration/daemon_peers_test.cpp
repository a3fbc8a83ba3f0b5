// SPDX-License-Identifier: Apache-2.0
//
// Who may ask a daemon: its owner everything, root three things, others nothing.

#include "tests/integration/daemon_other_user.hpp"

using namespace sgauth::test;

TEST_SUITE("daemon.peers")
{
    TEST_CASE(
        "a stranger's connection is closed without a byte, the owner's is served, root's for three calls"
    )
    {
        if (::geteuid() != 0) {
            MESSAGE("skipped: needs root, to be three users");  // which ctest reads
            return;
        }
        const other_users_daemon d;
        REQUIRE(d.serves());  // by root
        for (const char* method :
             {"io.sgauth.Agent.Status", "io.sgauth.Agent.GetUser", "org.varlink.service.GetInfo"}) {
            CHECK(d.ask_as(stranger_uid, method).empty());
            CHECK(d.ask_as(daemon_uid, method).starts_with("{\"parameters\""));
        }
        const std::string denied = "{\"error\":\"org.varlink.service.PermissionDenied\",\"parameters\":{}}";
        for (const char* method :
             {"GetUser", "GetCredential", "SetDefault", "BeginLogin", "Watch", "Nonsense"})
            CHECK(d.ask("io.sgauth.Agent." + std::string(method)).starts_with(denied));
        CHECK(d.ask("org.varlink.service.GetInfo").starts_with(denied));
        for (const char* method : {"Revoke", "List", "Status"})
            CHECK(d.ask("io.sgauth.Agent." + std::string(method)).starts_with("{\"parameters\""));
    }
}
