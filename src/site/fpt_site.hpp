#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// The real site_client: it writes the calls (fpt_wire), has a transport carry them, and reads what comes back
// (reply_parser). Here are only the order of calls, their limits and repeats, and what is shared between
// askers.

#include "src/base/clock.hpp"
#include "src/base/single_flight.hpp"
#include "src/base/task_group.hpp"
#include "src/site/http_message.hpp"
#include "src/site/site_client.hpp"
#include "src/site/site_options.hpp"
#include "src/site/transport.hpp"

#include <map>
#include <string>

namespace sgauth {

class fpt_site final : public site_client {
public:
    // All three outlive this and every task of `tasks`, which owns the requests that several askers share.
    fpt_site(transport& wire, time_source& time, task_group& tasks, site_options_source options);

    awaitable<site_answer<site_info>> info(site_url site) override;
    awaitable<site_verdict<session_token>> log_in(
        site_url site, std::string login, const password& secret, const one_time_code* code
    ) override;
    awaitable<site_verdict<site_identity>> check_script(
        site_url site, std::string name, const script_key& key
    ) override;
    awaitable<site_verdict<session_token>> mint(site_url site, std::string name, const script_key& key)
        override;
    awaitable<site_verdict<void>> probe(site_url site, const session_token& token) override;
    awaitable<site_verdict<std::optional<site_identity>>> who_is(
        site_url site, std::string login, const session_token& token
    ) override;
    awaitable<site_answer<life_answer>> life(site_url site, const session_token& token) override;
    awaitable<site_answer<bool>> prolong(site_url site, const session_token& token) override;
    awaitable<site_answer<void>> log_out(site_url site, const session_token& token) override;

private:
    enum class repeat { on_gateway_error, never };
    struct remembered {
        site_info info;
        boot_time until;
    };

    boot_time end_of_call(const site_url& site) const;
    awaitable<site_answer<http_reply>> ask(site_url site, http_request request, boot_time end, repeat policy);
    awaitable<site_answer<site_info>> fetch_info(site_url site);
    void remember(const site_url& site, const site_info& info);

    transport& wire_;
    time_source& time_;
    site_options_source options_;
    std::map<std::string, remembered> infos_;
    single_flight<std::string, site_answer<site_info>> info_flights_;
};

}  // namespace sgauth
