// SPDX-License-Identifier: Apache-2.0
#include "daemon/local_backend.hpp"

#include "daemon/configuration.hpp"
#include "daemon/helper_notices.hpp"
#include "daemon/kept_store.hpp"
#include "daemon/key_places.hpp"
#include "daemon/logind_signals.hpp"
#include "daemon/session_log.hpp"
#include "daemon/state_folder.hpp"
#include "src/agent/lane_ledger.hpp"
#include "src/agent/local_agent.hpp"
#include "src/agent/session_sink.hpp"
#include "src/agent/vault_follower.hpp"
#include "src/agent/wipe.hpp"
#include "src/base/clock.hpp"
#include "src/base/deadline.hpp"
#include "src/base/lane.hpp"
#include "src/base/log.hpp"
#include "src/base/random.hpp"
#include "src/base/task_group.hpp"
#include "src/login/attempt_file.hpp"
#include "src/login/login_desk.hpp"
#include "src/session/session_record.hpp"
#include "src/session/session_restorer.hpp"
#include "src/settings/settings_loader.hpp"
#include "src/site/fpt_site.hpp"
#include "src/site/https_transport.hpp"
#include "src/vault/sealed_vault.hpp"

#include <unistd.h>
#include <utility>

namespace sgauth {

namespace net = boost::asio;

namespace {

constexpr std::chrono::seconds prepared_in{1};

net::awaitable<result<void>> start(sealed_vault& vault)
{
    co_await vault.start();
    co_return result<void>();
}

class local_backend final : public backend {
public:
    // `held` keeps other daemons out of `folder`.
    local_backend(
        net::any_io_executor executor,
        const options& chosen,
        const service_manager& systemd,
        const std::vector<std::string>& missing,
        std::filesystem::path folder,
        held_folder held
    );

    sgauth::agent& agent() override { return agent_; }
    net::awaitable<void> prepare() override;
    net::awaitable<bool> reload() override;
    net::awaitable<result<void>> wipe_everything() override;
    void tell(std::string problem) override;
    net::awaitable<bool> stop(std::chrono::milliseconds limit) override;

private:
    site_options options_for(const site_url& site) const;
    attempt_log read_attempts();
    sealed_vault::wishes vault_wishes() const;

    const std::string chosen_settings_;
    loaded configuration_;
    std::vector<std::string> lasting_notices_;  // what was found wrong at the start, or told since
    std::vector<std::string> notices_;          // those, and what became of the last reload
    system_time time_;
    task_group tasks_;
    task_group orders_;  // the vault's: it finishes what it writes
    lane disk_;
    lane derivation_;
    const std::filesystem::path folder_;
    const held_folder held_;
    const std::filesystem::path attempt_file_;
    key_places key_places_;
    kept_store kept_;
    sealed_vault vault_;
    https_transport wire_;
    fpt_site sites_;
    session_table table_;
    session_saver saver_;
    keeper keeper_;
    revoker revoker_;
    session_restorer restorer_;
    lane_ledger book_;
    recorder audit_;
    questions asking_;
    logind_signals desktop_signals_;
    desktop_follower desktop_;
    helper_notices notices_shown_;
    reminders reminding_;
    agent_state state_;
    session_sink sink_;
    password_budget budget_;
    login_desk desk_;
    vault_follower follower_;
    local_agent agent_;
};

local_backend::local_backend(
    net::any_io_executor executor,
    const options& chosen,
    const service_manager& systemd,
    const std::vector<std::string>& missing,
    std::filesystem::path folder,
    held_folder held
)
    : chosen_settings_(chosen.config),
      configuration_(read_settings(chosen_settings_)),
      lasting_notices_(missing),
      tasks_(executor),
      orders_(executor),
      disk_(executor, "disk"),
      derivation_(executor, "derivation"),
      folder_(std::move(folder)),
      held_(std::move(held)),
      attempt_file_(folder_ / attempt_file_name),
      key_places_(folder_, own_variable, disk_, time_),
      kept_(systemd),
      vault_(
          sealed_vault::parts{
              executor,
              orders_,
              tasks_,
              disk_,
              derivation_,
              time_,
              store_files(folder_),
              key_places_.all(),
              kept_,
              credential_mark
          },
          [this] { return vault_wishes(); },
          [this] { follower_.follow(); }
      ),
      wire_(
          executor, site_environment::read(own_variable), [this](const site_url& s) { return options_for(s); }
      ),
      sites_(wire_, time_, tasks_, [this](const site_url& site) { return options_for(site); }),
      saver_(table_, vault_, tasks_),
      keeper_(
          table_,
          saver_,
          sites_,
          time_,
          tasks_,
          executor,
          [this](const site_url& site) { return configuration_.values.for_site(site.text()).renewal; },
          random_jitter
      ),
      revoker_(table_, vault_, sites_, keeper_, time_, tasks_, executor),
      restorer_(table_, vault_, saver_, revoker_, time_, tasks_),
      book_(executor, attempt_file_.parent_path() / audit_file_name),
      audit_(book_, configuration_, table_, time_, tasks_, orders_),
      asking_(time_, tasks_, executor),
      desktop_signals_(own_variable, time_),
      desktop_(vault_, desktop_signals_, configuration_, tasks_),
      notices_shown_(tasks_, own_variable),
      reminding_(notices_shown_, configuration_, time_),
      state_{
          table_,
          keeper_,
          saver_,
          revoker_,
          restorer_,
          vault_,
          time_,
          tasks_,
          audit_,
          asking_,
          reminding_,
          configuration_,
          notices_,
          desktop_
      },
      sink_(state_),
      budget_(read_attempts(), time_, attempt_file_writer(disk_, attempt_file_)),
      desk_(sites_, sink_, budget_, time_, tasks_, executor),
      follower_(state_, sink_, desk_),
      agent_(state_, desk_, executor)
{
    for (const std::string& problem : configuration_.problems)
        log::error("settings: {}", problem);
    notices_ = lasting_notices_;
    for (const std::string& problem : held_.problems)
        tell(problem);
    table_.listen(log_event);
    tasks_.spawn("keeper", keeper_.run());
}

sealed_vault::wishes local_backend::vault_wishes() const
{
    const settings& set = configuration_.values;
    return {place_of(set.vault.backend), set.vault.keep_key_over_restart, set.lock.with_desktop};
}

net::awaitable<void> local_backend::prepare()
{
    auto starting = start(vault_);
    // What takes longer is a keyring that does not answer: meanwhile askers are told so.
    [[maybe_unused]] const auto started = co_await with_deadline(std::move(starting), prepared_in);
    desktop_.obey_settings();
}

site_options local_backend::options_for(const site_url& site) const
{
    const site_section& set = configuration_.values.for_site(site.text()).site;
    return {.timeout = set.timeout, .ca_file = set.ca_file, .http_proxy = set.http_proxy};
}

attempt_log local_backend::read_attempts()
{
    attempts_at_start read = read_attempt_file(attempt_file_, time_);
    if (read.problem) {
        log::warning("{}", *read.problem);
        lasting_notices_.push_back(std::move(*read.problem));
    }
    return std::move(read.log);
}

net::awaitable<bool> local_backend::reload()
{
    // On the disk lane: a settings file may lie on a file system that hangs.
    std::move_only_function<loaded()> work = [chosen = chosen_settings_] { return read_settings(chosen); };
    loaded fresh = co_await disk_.run<loaded>(std::move(work));
    for (const std::string& problem : fresh.problems)
        log::error("settings: {}", problem);
    notices_ = lasting_notices_;
    // Bad ones take the place of bad ones only: what is told is then what is to be mended.
    const bool taken = fresh.problems.empty() || !configuration_.problems.empty();
    if (!taken) {
        log::warning("the settings stay as they were");
        for (const std::string& problem : fresh.problems)
            notices_.push_back("the settings stay as they were before the reload: " + problem);
    } else {
        configuration_ = std::move(fresh);
    }
    vault_.obey_settings();
    wire_.reload();
    keeper_.poke();
    desktop_.obey_settings();
    co_return taken&& configuration_.problems.empty();
}

net::awaitable<result<void>> local_backend::wipe_everything()
{
    return sgauth::wipe_everything(state_, sink_, desk_);
}

void local_backend::tell(std::string problem)
{
    notices_.push_back(problem);
    lasting_notices_.push_back(std::move(problem));
}

net::awaitable<bool> local_backend::stop(std::chrono::milliseconds limit)
{
    tasks_.cancel();
    wire_.close();
    const auto end = std::chrono::steady_clock::now() + limit;
    const bool orders_ended = co_await orders_.join(limit / 2);
    orders_.cancel();
    const bool tasks_ended = co_await tasks_.join((end - std::chrono::steady_clock::now()) / 2);
    const auto closed = co_await with_deadline(audit_.close(), end - std::chrono::steady_clock::now());
    if (!closed)
        log::warning("the audit ledger has no clean end: {}", closed.error().detail);
    co_return orders_ended&& tasks_ended&& disk_.idle() && derivation_.idle() && book_.idle();
}

}  // namespace

result<std::unique_ptr<backend>> make_local_backend(
    net::any_io_executor executor,
    const options& chosen,
    const service_manager& systemd,
    const std::vector<std::string>& missing
)
{
    auto folder = this_state_folder();
    if (folder.empty())
        return fail(errc::failed, "there is no home folder: set XDG_STATE_HOME to an absolute path");
    auto held = hold_state_folder(folder);
    if (!held)
        return std::unexpected(held.error());
    return std::make_unique<local_backend>(
        std::move(executor), chosen, systemd, missing, std::move(folder), std::move(*held)
    );
}

}  // namespace sgauth
