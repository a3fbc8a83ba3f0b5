// SPDX-License-Identifier: Apache-2.0
#include "proto/json.hpp"
#include "tests/site/http_server.hpp"
#include "tests/site/options.hpp"
#include "tests/site/tls_files.hpp"
#include "tests/site/tokens.hpp"

#include <chrono>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <string>
#include <sys/resource.h>

namespace {
using namespace sgauth::stand_in;

constexpr auto usage =
    "usage: fpt_stand_in --dir DIR [--port N] [--plain] [--certificate good|wrong_host|untrusted|expired]\n"
    "         [--method default|ldap|saml2|oxygen] [--session-seconds N] [--slide-granularity-seconds N]\n"
    "         [--web-session on|off] [--logout ends|ignored|absent] [--settings JSON]\n";

// A thousand connections and more: the soft limit is often 1,024.
void raise_descriptor_limit()
{
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        ::setrlimit(RLIMIT_NOFILE, &limit);
    }
}

void apply_json(site_settings& settings, const std::string& json)
{
    sgauth::proto::json_document document;
    if (document.parse(json) != sgauth::proto::json_fault::none)
        throw usage_error("--settings wants JSON");
    if (auto wrong = settings.apply(document.root()); !wrong.empty())
        throw usage_error(wrong);
}

site_settings settings_of(const options& given)
{
    constexpr long long century = 3'155'760'000;
    site_settings settings;
    settings.session_seconds = given.number("session-seconds", settings.session_seconds, 1, century);
    settings.slide_granularity_seconds = given.number("slide-granularity-seconds", 0, 0, century);
    auto web = given.get("web-session", "off");
    if (web != "on" && web != "off")
        throw usage_error("--web-session wants on or off");
    settings.web_session = web == "on";
    auto quoted = [](const std::string& word) { return "\"" + word + "\""; };
    apply_json(settings, "{\"logout\":" + quoted(given.get("logout", settings.logout)) + "}");
    auto method = given.get("method", settings.user_authentication_method);
    apply_json(settings, "{\"user_authentication_method\":" + quoted(method) + "}");
    apply_json(settings, given.get("settings", "{}"));
    return settings;
}

int run(int argc, char** argv)
{
    options given(
        argc,
        argv,
        {"dir",
         "port",
         "certificate",
         "method",
         "session-seconds",
         "slide-granularity-seconds",
         "web-session",
         "logout",
         "settings"},
        {"plain"}
    );
    if (!given.has("dir") || !given.words().empty())
        throw usage_error("--dir is missing, or a word is too much");

    site_model site;
    site.settings = site.initial_settings = settings_of(given);
    site.accepting.certificate = given.get("certificate", "good");
    if (site.accepting.certificate != "good" && site.accepting.certificate != "wrong_host" &&
        site.accepting.certificate != "untrusted" && site.accepting.certificate != "expired")
        throw usage_error("--certificate has no such choice");
    site.real_time = [] {
        return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
    };
    site.control_secret = random_hex(16);

    server_options server;
    server.folder = given.get("dir");
    server.port = static_cast<std::uint16_t>(given.number("port", 0, 0, 65'535));
    server.over = given.has("plain") ? transport::plain : transport::tls;
    raise_descriptor_limit();
    make_tls_files(server.folder);
    serve(site, server, [&](std::uint16_t port) {
        const char* scheme = server.over == transport::plain ? "http" : "https";
        site.base_url = std::string(scheme) + "://localhost:" + std::to_string(port);
        write_private_file(server.folder / "control", site.control_secret);
        write_private_file(server.folder / "url", site.base_url + "\n");
        std::printf("ready %s\n", site.base_url.c_str());
        std::fflush(stdout);
    });
    return 0;
}
}  // namespace

int main(int argc, char** argv)
{
    try {
        return run(argc, argv);
    } catch (const usage_error& e) {
        std::fprintf(stderr, "fpt_stand_in: %s\n%s", e.what(), usage);
        return 2;
    } catch (const std::exception& e) {
        std::fprintf(stderr, "fpt_stand_in: %s\n", e.what());
        return 1;
    }
}
