// SPDX-License-Identifier: Apache-2.0
#include "tests/support/fake_site_client.hpp"

#include <utility>

namespace sgauth::test {

namespace {

site_call called(const site_url& site, std::string user = {}, const secret* hidden = nullptr)
{
    return {site.text(), std::move(user), hidden ? std::string(hidden->reveal()) : std::string(), {}};
}

}  // namespace

fake_site_client::fake_site_client()
{
    on_info.always([](const site_call&) { return site_info{"8.89.0", "default", false, false}; });
}

// Not coroutines themselves: the references that they take need not outlive the call's record.

site_client::awaitable<site_answer<site_info>> fake_site_client::info(site_url site)
{
    return on_info.next(called(site));
}

site_client::awaitable<site_verdict<session_token>> fake_site_client::log_in(
    site_url site, std::string login, const password& secret, const one_time_code* code
)
{
    site_call call = called(site, std::move(login), &secret);
    if (code)
        call.code = std::string(code->reveal());
    return on_log_in.next(std::move(call));
}

site_client::awaitable<site_verdict<site_identity>> fake_site_client::check_script(
    site_url site, std::string name, const script_key& key
)
{
    return on_check_script.next(called(site, std::move(name), &key));
}

site_client::awaitable<site_verdict<session_token>> fake_site_client::mint(
    site_url site, std::string name, const script_key& key
)
{
    return on_mint.next(called(site, std::move(name), &key));
}

site_client::awaitable<site_verdict<void>> fake_site_client::probe(site_url site, const session_token& token)
{
    return on_probe.next(called(site, {}, &token));
}

site_client::awaitable<site_verdict<std::optional<site_identity>>> fake_site_client::who_is(
    site_url site, std::string login, const session_token& token
)
{
    return on_who_is.next(called(site, std::move(login), &token));
}

site_client::awaitable<site_answer<life_answer>> fake_site_client::life(
    site_url site, const session_token& token
)
{
    return on_life.next(called(site, {}, &token));
}

site_client::awaitable<site_answer<bool>> fake_site_client::prolong(site_url site, const session_token& token)
{
    return on_prolong.next(called(site, {}, &token));
}

site_client::awaitable<site_answer<void>> fake_site_client::log_out(site_url site, const session_token& token)
{
    return on_log_out.next(called(site, {}, &token));
}

}  // namespace sgauth::test
