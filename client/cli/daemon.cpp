// SPDX-License-Identifier: Apache-2.0
#include "client/cli/daemon.hpp"

#include "client/cli/output.hpp"
#include "proto/utf8.hpp"

#include <pwd.h>
#include <unistd.h>

namespace sgauth::cli {

bool find_daemon(
    const arguments& given, client::autostart start, client::target& out, client::call_failure& why
)
{
    const auto name = given.value(option::for_user);
    if (!name) {
        out = client::own_target(start, client::daemon_first::beside_us);
        return true;
    }
    if (::geteuid() != 0) {
        why = failure(proto::status::denied, proto::error_name::denied, "only root may use `--for-user`");
        return false;
    }
    const passwd* entry = ::getpwnam(name->c_str());
    if (!entry) {
        why = failure(
            proto::status::usage, usage_error, "this machine has no user " + proto::printable(*name, 60)
        );
        return false;
    }
    out = client::target_of(entry->pw_uid);
    return true;
}

client::time_point deadline_in(std::chrono::seconds limit) noexcept
{
    return std::chrono::steady_clock::now() + limit;
}

std::int64_t timeout_ms(std::chrono::seconds limit) noexcept
{
    return std::chrono::milliseconds(limit - head_start).count();
}

as form_of(const arguments& given) noexcept
{
    return given.has(option::json) ? as::json : as::text;
}

int report(const client::call_failure& why, const arguments& given)
{
    return report(why, form_of(given), given.has(option::for_user) ? advice::none : advice::given);
}

std::string name_of(std::string_view user, std::string_view site)
{
    return proto::printable(user) + " @ " + proto::printable(site);
}

std::string name_of(const proto::session_info& session)
{
    return name_of(session.user, session.site);
}

std::string reason_of(const proto::session_info& session)
{
    if (!session.reason)
        return {};
    if (*session.reason == "site")
        return "the site rejected it";
    if (*session.reason == "max_age")
        return "it reached its maximum age";
    return proto::printable(*session.reason);
}

void warn_if_unverified(const proto::session_info& session)
{
    if (session.state != proto::state::unverified)
        return;
    const std::string reason = reason_of(session);
    complain("unverified: " + (reason.empty() ? "the site could not be asked yet" : reason));
}

}  // namespace sgauth::cli
