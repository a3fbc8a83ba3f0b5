// SPDX-License-Identifier: Apache-2.0
#include "client/lib/result.hpp"

#include <algorithm>
#include <utility>

namespace proto = sgauth::proto;

namespace {

constexpr std::int64_t unknown = -1;

sgauth_session view(const proto::session_info& of)
{
    sgauth_session out{};
    out.id = of.id.c_str();
    out.site = of.site.c_str();
    out.kind = of.kind.c_str();
    out.user = of.user.c_str();
    out.state = of.state.c_str();
    out.reason = of.reason ? of.reason->c_str() : nullptr;
    out.is_default = of.is_default ? 1 : 0;
    out.created_at = of.created_at;
    out.verified_at = of.verified_at.value_or(unknown);
    out.expires_at = of.expires_at.value_or(unknown);
    out.generation = of.generation;
    return out;
}

sgauth_revoked view(const proto::revoked& of)
{
    sgauth_revoked out{};
    out.id = of.id.c_str();
    out.site = of.site.c_str();
    out.user = of.user.c_str();
    out.kind = of.kind.c_str();
    out.at_site = of.at_site.c_str();
    out.accepted_until = of.accepted_until.value_or(unknown);
    return out;
}

template <class From, class To>
void view_all(const std::vector<From>& from, std::vector<To>& to)
{
    to.clear();
    for (const From& one : from)
        to.push_back(view(one));
}

}  // namespace

void sgauth_result::set(sgauth::client::call_failure why)
{
    why_ = std::move(why);
    const proto::error_reply& from = why_.error;
    for (const std::string& item : from.items)
        choices_.push_back(item.c_str());
    sgauth_error& out = error_.emplace();
    out.name = from.name.c_str();
    out.message = from.message.c_str();
    out.foreign = from.foreign.empty() ? nullptr : from.foreign.c_str();
    out.choices = choices_.data();
    out.choice_count = choices_.size();
    out.retry_at = from.retry_at.value_or(unknown);
    out.longest_s = from.longest_s.value_or(unknown);
    if (from.session)
        set(*from.session);
}

void sgauth_result::set(proto::session_info session)
{
    sessions_.push_back(std::move(session));
    view_all(sessions_, session_views_);
}

void sgauth_result::set(std::vector<proto::session_info> sessions)
{
    sessions_ = std::move(sessions);
    view_all(sessions_, session_views_);
}

void sgauth_result::set(proto::get_credential_reply reply)
{
    set(std::move(reply.session));
    form_ = std::move(reply.form);
    script_name_ = std::move(reply.credential.script_name).value_or(std::string());
    sgauth_credential& out = credential_view_.emplace();
    out.form = form_.c_str();
    out.token = keep_secret(reply.credential.token);
    out.script_name = script_name_.empty() ? nullptr : script_name_.c_str();
    out.script_key = keep_secret(reply.credential.script_key);
    out.bearer = keep_secret(reply.credential.bearer);
}

void sgauth_result::set(std::vector<proto::revoked> revoked)
{
    revoked_ = std::move(revoked);
    view_all(revoked_, revoked_views_);
}

void sgauth_result::set(proto::watch_reply event)
{
    event_ = std::move(event.event);
    if (event.session)
        set(std::move(*event.session));
}

const char* sgauth_result::keep(std::string_view secret)
{
    std::string ended;
    ended.reserve(secret.size() + 1);  // once, so that no copy is left where it grew out of
    ended.append(secret).push_back('\0');
    secrets_.emplace_back(std::string_view(ended));
    sgauth::wipe(ended);
    return secrets_.back().reveal().data();  // stays when the vector grows: a secret is on the heap
}
