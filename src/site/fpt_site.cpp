// SPDX-License-Identifier: Apache-2.0
#include "src/site/fpt_site.hpp"

#include "src/site/censor.hpp"
#include "src/site/fpt_wire.hpp"
#include "src/site/reply_parser.hpp"
#include "src/site/retry_policy.hpp"

#include <algorithm>
#include <chrono>
#include <initializer_list>
#include <utility>

namespace sgauth {

namespace net = boost::asio;

namespace {

// DESIGN.md leaves it to facts/fptr.md A.3: as long as the official client remembers it.
constexpr std::chrono::seconds info_is_fresh_for{30};

using secrets = std::initializer_list<const secret*>;

// A page that repeats the request must not carry its secret into an error text.
template <class T>
site_answer<T> cleaned(site_answer<T> answer, secrets hidden)
{
    if (!answer)
        answer.error().foreign = censored(answer.error().foreign, hidden);
    return answer;
}

template <class T>
site_verdict<T> cleaned(site_verdict<T> verdict, secrets hidden)
{
    if (!verdict)
        verdict.error().foreign = censored(verdict.error().foreign, hidden);
    else if (!*verdict)
        verdict->error().foreign = censored(verdict->error().foreign, hidden);
    return verdict;
}

}  // namespace

fpt_site::fpt_site(transport& wire, time_source& time, task_group& tasks, site_options_source options)
    : wire_(wire), time_(time), options_(std::move(options)), info_flights_(tasks, "site info")
{
}

net::awaitable<site_answer<site_info>> fpt_site::info(site_url site)
{
    if (const auto at = infos_.find(site.text()); at != infos_.end() && time_.now() < at->second.until)
        co_return at->second.info;
    single_flight<std::string, site_answer<site_info>>::work start = [this, site] {
        return fetch_info(site);
    };
    std::string key = site.text();
    co_return co_await info_flights_.join(std::move(key), std::move(start));
}

net::awaitable<site_answer<site_info>> fpt_site::fetch_info(site_url site)
{
    const auto reply = co_await ask(site, fpt::info(), end_of_call(site), repeat::on_gateway_error);
    if (!reply)
        co_return std::unexpected(reply.error());
    auto said = cleaned(fpt::read_info(*reply), {});
    if (said)
        remember(site, *said);
    co_return said;
}

void fpt_site::remember(const site_url& site, const site_info& info)
{
    // Anybody may ask about any address: what is stale goes, so the map holds 30 s of questions at most.
    std::erase_if(infos_, [now = time_.now()](const auto& entry) { return entry.second.until <= now; });
    infos_[site.text()] = remembered{info, time_.now() + info_is_fresh_for};
}

net::awaitable<site_verdict<session_token>> fpt_site::log_in(
    site_url site, std::string login, const password& secret, const one_time_code* code
)
{
    auto request = fpt::session_token_for(login, secret, code);
    const auto reply = co_await ask(site, std::move(request), end_of_call(site), repeat::never);
    if (!reply)
        co_return std::unexpected(reply.error());
    co_return cleaned(fpt::read_session_token(*reply), {&secret, code});
}

net::awaitable<site_verdict<site_identity>> fpt_site::check_script(
    site_url site, std::string name, const script_key& key
)
{
    using known = std::expected<site_identity, site_refusal>;
    auto request = fpt::script(name, key);
    const auto reply = co_await ask(site, std::move(request), end_of_call(site), repeat::on_gateway_error);
    if (!reply)
        co_return std::unexpected(reply.error());
    auto said = cleaned(fpt::read_script(*reply), {&key});
    if (!said)
        co_return std::unexpected(std::move(said.error()));
    if (!*said)
        co_return known(std::unexpected(std::move(said->error())));
    site_identity who = (*said)->value_or(site_identity{});  // a script may not be allowed to see itself
    if (who.login.empty())
        who.login = name;
    co_return known(std::move(who));
}

net::awaitable<site_verdict<session_token>> fpt_site::mint(
    site_url site, std::string name, const script_key& key
)
{
    auto request = fpt::session_token_by_key(name, key);
    const auto reply = co_await ask(site, std::move(request), end_of_call(site), repeat::never);
    if (!reply)
        co_return std::unexpected(reply.error());
    co_return cleaned(fpt::read_session_token(*reply), {&key});
}

net::awaitable<site_verdict<void>> fpt_site::probe(site_url site, const session_token& token)
{
    const auto end = end_of_call(site);
    auto request = fpt::probe(token);
    const auto known = co_await info(site);
    if (!known)
        co_return std::unexpected(known.error());
    const auto reply = co_await ask(site, std::move(request), end, repeat::on_gateway_error);
    if (!reply)
        co_return std::unexpected(reply.error());
    co_return cleaned(fpt::read_probe(*reply), {&token});
}

net::awaitable<site_verdict<std::optional<site_identity>>> fpt_site::who_is(
    site_url site, std::string login, const session_token& token
)
{
    const auto end = end_of_call(site);
    for (const auto key : {fpt::person_key::login, fpt::person_key::email}) {
        auto request = fpt::person(key, login, token);
        const auto reply = co_await ask(site, std::move(request), end, repeat::on_gateway_error);
        if (!reply)
            co_return std::unexpected(reply.error());
        auto said = cleaned(fpt::read_person(*reply), {&token});
        const bool found = said && *said && **said;
        if (found && (**said)->login.empty())
            (**said)->login = login;
        if (found || !said || !*said || key == fpt::person_key::email)
            co_return said;
    }
    std::unreachable();
}

net::awaitable<site_answer<life_answer>> fpt_site::life(site_url site, const session_token& token)
{
    if (!fpt::fits_in_a_cookie(token))
        co_return life_answer{};
    auto request = fpt::life(token);
    const auto reply = co_await ask(site, std::move(request), end_of_call(site), repeat::on_gateway_error);
    if (!reply)
        co_return std::unexpected(reply.error());
    co_return cleaned(fpt::read_life(*reply), {&token});
}

net::awaitable<site_answer<bool>> fpt_site::prolong(site_url site, const session_token& token)
{
    if (!fpt::fits_in_a_cookie(token))
        co_return false;
    auto request = fpt::prolong(token);
    const auto reply = co_await ask(site, std::move(request), end_of_call(site), repeat::never);
    if (!reply)
        co_return std::unexpected(reply.error());
    co_return cleaned(fpt::read_prolong(*reply), {&token});
}

net::awaitable<site_answer<void>> fpt_site::log_out(site_url site, const session_token& token)
{
    if (!fpt::fits_in_a_cookie(token))
        co_return in_trouble(trouble::fault, "this session cannot be sent as a cookie");
    auto request = fpt::log_out(token);
    const auto reply = co_await ask(site, std::move(request), end_of_call(site), repeat::never);
    if (!reply)
        co_return std::unexpected(reply.error());
    co_return cleaned(fpt::read_log_out(*reply), {&token});
}

boot_time fpt_site::end_of_call(const site_url& site) const
{
    return time_.now() + options_(site).timeout;
}

net::awaitable<site_answer<http_reply>> fpt_site::ask(
    site_url site, http_request request, boot_time end, repeat policy
)
{
    for (int made = 1;; ++made) {
        const auto left = end - time_.now();
        if (left <= left.zero())
            co_return made == 1 ? unsent(trouble::timed_out, "the site did not answer in time")
                                : in_trouble(trouble::timed_out, "the site did not answer in time");
        auto reply = co_await wire_.send(site, request, std::chrono::ceil<std::chrono::milliseconds>(left));
        if (!reply || policy == repeat::never)
            co_return reply;
        const auto pause = pause_before_retry(reply->status, made, end - time_.now());
        if (!pause)
            co_return reply;
        co_await time_.sleep_until(time_.now() + *pause);
    }
}

}  // namespace sgauth
