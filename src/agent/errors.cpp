// SPDX-License-Identifier: Apache-2.0
#include "src/agent/errors.hpp"

#include "proto/status.hpp"
#include "proto/utf8.hpp"
#include "src/session/confined_script.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <utility>

namespace sgauth::errors {

namespace {

proto::error_reply make(std::string_view name, std::string message)
{
    proto::error_reply reply;
    reply.name = name;
    reply.message = std::move(message);
    return reply;
}

std::string duration_text(std::chrono::seconds s)
{
    if (s >= std::chrono::hours(2))
        return fmt::format("{} hours", s / std::chrono::hours(1));
    if (s >= std::chrono::minutes(2))
        return fmt::format("{} minutes", s / std::chrono::minutes(1));
    return fmt::format("{} seconds", s.count());
}

std::string_view name_of(errc code)
{
    namespace e = proto::error_name;
    switch (code) {
        case errc::failed:
            return e::failed;
        case errc::invalid:
            return e::invalid_parameter;
        case errc::ambiguous:
            return e::ambiguous;
        case errc::no_session:
            return e::no_session;
        case errc::expired:
            return e::no_session;
        case errc::cannot_last:
            return e::cannot_last;
        case errc::refused:
            return e::refused;
        case errc::unreachable:
            return e::unreachable;
        case errc::timed_out:
            return e::timed_out;
        case errc::denied:
            return e::denied;
        case errc::form_unavailable:
            return e::form_unavailable;
        case errc::busy:
            return e::busy;
        case errc::cancelled:
            return e::cancelled;
    }
    return e::failed;
}

}  // namespace

proto::error_reply no_session(std::string message, const site_url* site, std::string_view user)
{
    proto::error_reply reply = make(proto::error_name::no_session, std::move(message));
    if (site)
        reply.site = site->text();
    if (!user.empty())
        reply.user = std::string(user);
    return reply;
}

proto::error_reply expired(proto::session_info session)
{
    const bool by_site = session.reason != "max_age";
    proto::error_reply reply = make(
        proto::error_name::expired,
        fmt::format(
            "the session of {} at {} has ended: {}",
            proto::printable(session.user),
            session.site,
            by_site ? "the site does not accept it any more" : "it reached the age that the settings allow"
        )
    );
    reply.session = std::move(session);
    return reply;
}

proto::error_reply cannot_last(proto::session_info session, std::chrono::seconds longest)
{
    proto::error_reply reply = make(
        proto::error_name::cannot_last,
        fmt::format(
            "the session of {} at {} lasts {} at the most",
            proto::printable(session.user),
            session.site,
            duration_text(longest)
        )
    );
    reply.longest_s = longest.count();
    reply.session = std::move(session);
    return reply;
}

proto::error_reply ambiguous_site(const std::vector<site_url>& choices)
{
    std::string message = "there are several sites, name one of them:";
    proto::error_reply reply;
    for (const site_url& site : choices) {
        reply.items.push_back(site.text());
        message += " " + site.text();
    }
    reply.name = proto::error_name::ambiguous;
    reply.message = std::move(message);
    return reply;
}

proto::error_reply ambiguous_user(
    const site_url& site, std::string_view typed, const std::vector<const session*>& choices
)
{
    proto::error_reply reply = make(
        proto::error_name::ambiguous,
        fmt::format("several users of {} go by {}, name one of them:", site.text(), proto::printable(typed))
    );
    for (const session* s : choices) {
        reply.items.push_back(s->user);
        reply.message += " " + proto::printable(s->user);
    }
    // One who was made anew at the site is another person there, of the same name: no name tells them apart.
    const auto is_same = [&](const session* s) { return fold(s->user) == fold(choices.front()->user); };
    if (std::ranges::all_of(choices, is_same))
        reply.message = fmt::format(
            "{0} has had several users named {1}; take them all away with `sgauth revoke --all --user {1}`, "
            "then log in again",
            site.text(),
            proto::printable(typed)
        );
    return reply;
}

proto::error_reply invalid_site(std::string_view typed, const std::string& why)
{
    proto::error_reply reply = make(proto::error_name::invalid_site, why);
    reply.site = proto::printable(typed);
    return reply;
}

proto::error_reply form_unavailable(const session& s, std::vector<std::string> available)
{
    std::string list;
    for (const std::string& form : available)
        list += (list.empty() ? "" : ", ") + form;
    proto::error_reply reply = make(
        proto::error_name::form_unavailable,
        fmt::format("{} at {} has its credential as {} only", proto::printable(s.user), s.site.text(), list)
    );
    if (is_confined(s))
        reply.message += fmt::format(
            "; run `sgauth login --script {} --key-stdin --share-key` to have its key handed out",
            proto::printable(s.user)
        );
    reply.items = std::move(available);
    return reply;
}

proto::error_reply unreachable(const session& s, const site_trouble& why)
{
    proto::error_reply reply =
        make(proto::error_name::unreachable, fmt::format("{}: {}", s.site.text(), why.detail));
    reply.site = s.site.text();
    reply.foreign = why.foreign;
    return reply;
}

proto::error_reply timed_out(std::string message)
{
    return make(proto::error_name::timed_out, std::move(message));
}

proto::error_reply denied(std::string message)
{
    return make(proto::error_name::denied, std::move(message));
}

proto::error_reply not_recorded(std::string_view why)
{
    return denied("what is handed out has to be recorded, and cannot be: " + std::string(why));
}

proto::error_reply being_opened()
{
    return denied("the stored sessions are being opened; ask again");
}

proto::error_reply bad_settings(const std::vector<std::string>& problems)
{
    return denied("the settings have to be mended first: " + problems.front());
}

proto::error_reply invalid_parameter(std::string parameter)
{
    proto::error_reply reply = make(proto::error_name::invalid_parameter, {});
    reply.subject = std::move(parameter);
    return reply;
}

proto::error_reply failed(std::string message)
{
    return make(proto::error_name::failed, std::move(message));
}

proto::error_reply from(const error& cause)
{
    proto::error_reply reply = make(name_of(cause.code), cause.detail);
    reply.foreign = cause.foreign;
    if (cause.code == errc::invalid)
        reply.subject = cause.detail;
    return reply;
}

}  // namespace sgauth::errors
