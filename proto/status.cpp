// SPDX-License-Identifier: Apache-2.0
#include "proto/status.hpp"

namespace sgauth::proto {

namespace {

struct row {
    std::string_view name;
    status number;
};

constexpr row rows[] = {
    {error_name::no_session, status::no_session},
    {error_name::expired, status::no_session},
    {error_name::cannot_last, status::no_session},
    {error_name::ambiguous, status::usage},
    {error_name::invalid_site, status::usage},
    {error_name::form_unavailable, status::failed},
    {error_name::refused, status::refused},
    {error_name::unreachable, status::unreachable},
    {error_name::timed_out, status::unreachable},
    {error_name::denied, status::denied},
    {error_name::cancelled, status::cancelled},
    {error_name::busy, status::failed},
    {error_name::no_such_login, status::failed},
    {error_name::failed, status::failed},
    {error_name::interface_not_found, status::failed},
    {error_name::method_not_found, status::failed},
    {error_name::method_not_implemented, status::failed},
    {error_name::invalid_parameter, status::usage},
    {error_name::permission_denied, status::denied},
    {error_name::expected_more, status::usage},
};

}  // namespace

std::string_view short_name(std::string_view qualified) noexcept
{
    const auto dot = qualified.rfind('.');
    return dot == std::string_view::npos ? qualified : qualified.substr(dot + 1);
}

status status_of(std::string_view error) noexcept
{
    for (const row& r : rows)
        if (r.name == short_name(error))
            return r.number;
    return status::failed;
}

std::string_view advice(status s) noexcept
{
    switch (s) {
        case status::ok:
            return "";
        case status::failed:
            return "see the message; `sgauth status` tells what is wrong with the daemon";
        case status::usage:
            return "name the site (and the user) in full; `sgauth list` shows them";
        case status::no_session:
            return "run `sgauth login`";
        case status::refused:
            return "check the login, password and code, and run `sgauth login` again";
        case status::unreachable:
            return "check the network, the proxy and the certificate authority, then try again";
        case status::denied:
            return "`sgauth status` tells why and until when";
        case status::no_daemon:
            return "start the daemon: `systemctl --user start sgauthd.socket`, or run `sgauth login`";
        case status::cancelled:
            return "run the command again to go on";
    }
    return "";
}

}  // namespace sgauth::proto
