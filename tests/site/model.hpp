#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// The whole state of the stand-in site, without a socket. The answers are functions over it: json_rpc.hpp,
// rest.hpp, web_session.hpp, launcher.hpp, control.hpp; router.hpp picks one.

#include "tests/site/accounts.hpp"
#include "tests/site/counters.hpp"
#include "tests/site/faults.hpp"
#include "tests/site/launcher.hpp"
#include "tests/site/sessions.hpp"
#include "tests/site/settings.hpp"
#include "tests/site/tokens.hpp"

#include <chrono>
#include <functional>
#include <set>
#include <string>

namespace sgauth::stand_in {

// What happens to connections before any HTTP; http_server.cpp reads it at each accept.
struct accept_plan {
    std::string certificate = "good";  // good, wrong_host, untrusted, expired
    std::string on_accept = "serve";   // serve, close, silent
    std::int64_t count = 0;            // how many connections on_accept is for; -1: all
};

struct rest_tokens {
    std::string key = random_hex(32);
    std::set<std::string, std::less<>> live_refresh;  // the jti of each refresh token that still works
    std::int64_t minted = 0;
};

struct site_model {
    std::string base_url;
    std::string control_secret;
    site_settings settings;
    site_settings initial_settings;  // what `reset` goes back to
    accounts people;
    sessions tokens;
    launcher launches;
    rest_tokens rest;
    faults armed;
    counters seen;
    accept_plan accepting;
    std::chrono::milliseconds clock_offset{0};
    std::function<site_time()> real_time;             // set by whoever makes the model
    std::function<void()> release_held = [] {};       // set by the server
    std::function<void()> accepting_changed = [] {};  // likewise

    site_time now() const { return real_time() + clock_offset; }
};

}  // namespace sgauth::stand_in
