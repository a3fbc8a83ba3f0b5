#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// The stand-in site's model with a settable clock, for its own unit tests.

#include "proto/json.hpp"
#include "tests/site/authenticate.hpp"
#include "tests/site/model.hpp"
#include "tests/site/router.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <string>
#include <string_view>

namespace sgauth::stand_in {

struct standin_fixture {
    standin_fixture()
    {
        site.base_url = "https://localhost:1";
        site.control_secret = "c0";
        site.real_time = [this] { return clock; };
    }

    void set(std::string_view json)
    {
        proto::json_document document;
        REQUIRE(document.parse(json) == proto::json_fault::none);
        REQUIRE(site.settings.apply(document.root()) == "");
    }
    // The error code of an authentication; 0: accepted.
    int code_of(const credentials& shown)
    {
        auto who = authenticate(site, shown);
        return who ? 0 : who.error().code;
    }
    int password(std::string_view login, std::string_view word, std::string_view code = {})
    {
        credentials shown;
        shown.login = login;
        shown.password = word;
        if (!code.empty())
            shown.code = code;
        return code_of(shown);
    }
    int session(std::string_view token, bool reject_if_expired = true)
    {
        credentials shown;
        shown.session_token = token;
        shown.reject_if_expired = reject_if_expired;
        return code_of(shown);
    }
    std::string session_of(std::string_view login, std::string_view word)
    {
        credentials shown;
        shown.login = login;
        shown.password = word;
        auto who = authenticate(site, shown);
        REQUIRE(who);
        return session_for(site, *who);
    }
    outcome ask(
        std::string method, std::string path, std::string body = {}, std::vector<http_header> headers = {}
    )
    {
        http_request request;
        request.method = std::move(method);
        request.path = std::move(path);
        request.body = std::move(body);
        request.headers = std::move(headers);
        if (auto question = request.path.find('?'); question != std::string::npos) {
            request.query = request.path.substr(question + 1);
            request.path.resize(question);
        }
        return answer(site, request);
    }
    http_reply rpc(std::string body) { return ask("POST", "/api3/json", std::move(body)).reply; }
    http_reply control(std::string verb, std::string body = {})
    {
        return ask("POST", "/control/" + verb, std::move(body), {{"X-Control", "c0"}}).reply;
    }

    site_time clock{std::chrono::seconds(1'700'000'000)};
    site_model site;
};

}  // namespace sgauth::stand_in
