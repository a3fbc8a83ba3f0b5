// SPDX-License-Identifier: Apache-2.0
// As use.c, with the C++ header; and its error, as a value and thrown.
#include <sgauth.hpp>

#include <iostream>

int main()
{
    sgauth::options options;
    options.socket = "/nowhere/agent.sock";
    options.no_start = true;
    sgauth::agent agent(options);
    sgauth::credential_query query;
    query.forms = {sgauth::form::session_token};
    const auto got = agent.get_credential(query);
    if (got || got.error().status != SGAUTH_NO_DAEMON || agent.list() || agent.watch() || agent.revoke({}))
        return 1;
    try {
        std::cout << agent.get_user().value().user;
    } catch (const sgauth::failure& failed) {
        std::cout << failed.what() << "; " << failed.error().what_to_do() << '\n';
        return failed.status() == SGAUTH_NO_DAEMON ? 0 : 1;
    }
    return 1;
}
