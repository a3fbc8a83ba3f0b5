// SPDX-License-Identifier: Apache-2.0
/**
 * @file sgauth.hpp
 * @brief sgauth.h for C++17: owners, std::string, and an error that is a value until you ask for the value.
 *
 * What the calls do, their threads, times and forks are documented in sgauth.h; here is only what differs.
 * Header only, over the C functions alone, so a program and libsgauth may be built by different compilers.
 *
 * @code
 *   sgauth::agent agent;
 *   sgauth::credential_query wanted;
 *   wanted.forms = {sgauth::form::session_token};
 *   const auto got = agent.get_credential(wanted);
 *   if (!got)
 *       report(got.error().message, got.error().what_to_do());
 *   else
 *       connect(got->session().site, got->token());
 *
 *   const sgauth::session who = agent.get_user().value();   // throws sgauth::failure
 * @endcode
 */
#ifndef SGAUTH_HPP
#define SGAUTH_HPP

#include "sgauth.h"
#include "sgauth_values.hpp"

#include <chrono>
#include <memory>
#include <new>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sgauth {
inline namespace api0 {

/** A credential and the session it is of. A secret: it is wiped when this is destroyed. */
class credential {
public:
    explicit credential(detail::result_owner result)
        : result_(std::move(result)), session_(detail::copy(*sgauth_result_session(result_.get(), 0)))
    {
    }

    const sgauth::session& session() const noexcept { return session_; }
    /** One of sgauth::form, or a newer one. */
    std::string_view form() const { return view(of().form); }
    /** Each is empty where the form has none, ended by a NUL, and valid while this lives. */
    std::string_view token() const { return view(of().token); }
    std::string_view script_name() const { return view(of().script_name); }
    std::string_view script_key() const { return view(of().script_key); }
    std::string_view bearer() const { return view(of().bearer); }

private:
    const sgauth_credential& of() const { return *sgauth_result_credential(result_.get()); }
    static std::string_view view(const char* text)
    {
        return text ? std::string_view(text) : std::string_view("");
    }

    detail::result_owner result_;
    sgauth::session session_;
};

/** A zero timeout is the default that sgauth.h documents with the call. */
struct options {
    std::optional<std::string> socket;
    bool no_start = false;
};
struct query {
    std::optional<std::string> site;
    std::optional<std::string> user;
    std::chrono::milliseconds timeout{0};
};
struct credential_query {
    std::optional<std::string> site;
    std::optional<std::string> user;
    std::vector<std::string> forms;  ///< required, best first
    std::chrono::seconds min_valid{0};
    bool prompt = false;
    std::chrono::milliseconds timeout{0};
};
struct revoke_query {
    std::optional<std::string> site;
    std::optional<std::string> user;
    std::optional<std::string> id;
    bool all = false;
    bool local = false;
    std::chrono::milliseconds timeout{0};
};

struct event {
    std::string what;  ///< "present", "synced", "added", ...
    std::optional<sgauth::session> session;
};

/** sgauth_watch. Movable; one thread at a time. */
class watch {
public:
    explicit watch(sgauth_watch* owned) noexcept : watch_(owned) {}

    /** What a host's event loop polls for reading; see sgauth_watch_descriptor(). */
    int descriptor() const noexcept { return sgauth_watch_descriptor(watch_.get()); }
    /** The next event, or none if none came within `wait`; zero never waits. After an error it can be called
     * again. */
    outcome<std::optional<event>> next(std::chrono::milliseconds wait)
    {
        const auto call = [&](sgauth_result** out) {
            return sgauth_watch_next(watch_.get(), detail::milliseconds(wait), out);
        };
        return detail::ask<std::optional<event>>(call, [](detail::result_owner result) {
            const char* what = sgauth_result_event(result.get());
            return what ? std::optional<event>({what, detail::first_session(result.get())}) : std::nullopt;
        });
    }

private:
    std::unique_ptr<sgauth_watch, detail::close_watch> watch_;
};

/** sgauth_agent. Movable; any number of threads at a time. */
class agent {
public:
    /** Connects to nothing yet. @throws std::invalid_argument for a relative socket path, std::bad_alloc. */
    explicit agent(const options& how = {})
    {
        sgauth_options raw{};
        raw.size = sizeof raw;
        raw.socket = detail::pointer(how.socket);
        raw.no_start = how.no_start ? 1 : 0;
        sgauth_agent* made = nullptr;
        const sgauth_status status = sgauth_open(&raw, &made);
        if (status == SGAUTH_USAGE)
            throw std::invalid_argument("the socket has to be an absolute path");
        if (status != SGAUTH_OK)
            throw std::bad_alloc();
        agent_.reset(made);
    }

    outcome<session> get_user(const query& what = {})
    {
        sgauth_query raw{};
        raw.size = sizeof raw;
        raw.site = detail::pointer(what.site);
        raw.user = detail::pointer(what.user);
        raw.timeout_ms = detail::milliseconds(what.timeout);
        return one_session([&](sgauth_result** out) { return sgauth_get_user(agent_.get(), &raw, out); });
    }
    outcome<credential> get_credential(const credential_query& what)
    {
        std::vector<const char*> forms;
        for (const std::string& form : what.forms)
            forms.push_back(form.c_str());
        sgauth_credential_query raw{};
        raw.size = sizeof raw;
        raw.site = detail::pointer(what.site);
        raw.user = detail::pointer(what.user);
        raw.forms = forms.data();
        raw.form_count = forms.size();
        raw.min_valid_s = what.min_valid.count();
        raw.prompt = what.prompt ? 1 : 0;
        raw.timeout_ms = detail::milliseconds(what.timeout);
        const auto call = [&](sgauth_result** out) { return sgauth_get_credential(agent_.get(), &raw, out); };
        return detail::ask<credential>(call, [](detail::result_owner result) {
            return credential(std::move(result));
        });
    }
    /** The site rejected the credential that came with this session. */
    outcome<session> report_rejected(const session& of, std::chrono::milliseconds timeout = {})
    {
        sgauth_rejection raw{};
        raw.size = sizeof raw;
        raw.id = of.id.c_str();
        raw.generation = of.generation;
        raw.timeout_ms = detail::milliseconds(timeout);
        return one_session([&](sgauth_result** out) {
            return sgauth_report_rejected(agent_.get(), &raw, out);
        });
    }
    outcome<std::vector<session>> list(std::chrono::milliseconds timeout = {})
    {
        const sgauth_list_query raw = list_query(timeout);
        const auto call = [&](sgauth_result** out) { return sgauth_list(agent_.get(), &raw, out); };
        return detail::ask<std::vector<session>>(call, [](detail::result_owner result) {
            return detail::all_sessions(result.get());
        });
    }
    outcome<std::vector<revoked>> revoke(const revoke_query& what)
    {
        sgauth_revoke_query raw{};
        raw.size = sizeof raw;
        raw.site = detail::pointer(what.site);
        raw.user = detail::pointer(what.user);
        raw.id = detail::pointer(what.id);
        raw.all = what.all ? 1 : 0;
        raw.local = what.local ? 1 : 0;
        raw.timeout_ms = detail::milliseconds(what.timeout);
        const auto call = [&](sgauth_result** out) { return sgauth_revoke(agent_.get(), &raw, out); };
        return detail::ask<std::vector<revoked>>(call, [](detail::result_owner result) {
            std::vector<revoked> out;
            for (std::size_t i = 0; i < sgauth_result_revoked_count(result.get()); ++i)
                out.push_back(detail::copy(*sgauth_result_revoked(result.get(), i)));
            return out;
        });
    }
    /** Begins to watch; `timeout` is for connecting. */
    outcome<sgauth::watch> watch(std::chrono::milliseconds timeout = {})
    {
        const sgauth_list_query raw = list_query(timeout);
        sgauth_watch* made = nullptr;
        const auto call = [&](sgauth_result** out) {
            return sgauth_watch_open(agent_.get(), &raw, &made, out);
        };
        return detail::ask<sgauth::watch>(call, [&](detail::result_owner) { return sgauth::watch(made); });
    }

    /** For the functions of sgauth.h. */
    sgauth_agent* get() const noexcept { return agent_.get(); }

private:
    static sgauth_list_query list_query(std::chrono::milliseconds timeout)
    {
        sgauth_list_query raw{};
        raw.size = sizeof raw;
        raw.timeout_ms = detail::milliseconds(timeout);
        return raw;
    }
    template <class Function>
    static outcome<session> one_session(Function call)
    {
        return detail::ask<session>(call, [](detail::result_owner result) {
            return detail::copy(*sgauth_result_session(result.get(), 0));
        });
    }

    std::unique_ptr<sgauth_agent, detail::close_agent> agent_;
};

}  // namespace api0
}  // namespace sgauth

#endif
