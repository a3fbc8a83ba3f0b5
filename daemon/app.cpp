// SPDX-License-Identifier: Apache-2.0
#include "daemon/app.hpp"

#include "daemon/ending.hpp"
#include "daemon/fence.hpp"
#include "daemon/hardening.hpp"
#include "daemon/helper_programs.hpp"
#include "daemon/memory.hpp"
#include "daemon/onlooker.hpp"
#include "proto/address.hpp"
#include "src/base/log.hpp"
#include "src/base/task_group.hpp"
#include "src/ipc/server.hpp"
#include "src/policy/process_facts_apart.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <unistd.h>

namespace sgauth {

namespace net = boost::asio;

namespace {

// SIGTERM ends the process within 2 s, whatever hangs: connections and their calls get the first of these,
// a reload or a wipe the second, the backend's work the third, and the kernel's timer stands behind them.
constexpr std::chrono::milliseconds connections_end_in{400};
constexpr std::chrono::milliseconds orders_end_in{400};
constexpr std::chrono::milliseconds backend_ends_in{800};
constexpr std::chrono::milliseconds process_ends_in{1750};

result<ipc::listener> open_listener(const options& chosen, const service_manager& systemd)
{
    const auto& passed = systemd.passed();
    if (passed.size() > 1)
        return fail(errc::failed, "more than one socket was passed: sgauthd.socket has one ListenStream");
    if (passed.size() == 1)
        return ipc::listener::adopt(unique_fd(passed.front()), ::geteuid());
    proto::address_environment env = proto::this_environment();
    if (!chosen.socket.empty())
        env.sgauth_socket = chosen.socket;
    proto::address where;
    proto::address_error why;
    if (!proto::find_address(env, proto::make_directory::yes, where, why))
        return fail(errc::denied, why.message);
    return ipc::listener::bind(where, ::geteuid());
}

// Where the daemon goes on writing: what outlives it, and the folder that it takes its socket away from in
// the end.
result<void> fence_off(const std::string& socket, const std::filesystem::path& kept_in)
{
    fence_openings openings;
    openings.removed_from.push_back(std::filesystem::path(socket).parent_path());
    openings.kept_in.push_back(kept_in);
    openings.programs = {find_helper(keyring_program), find_helper(desktop_program)};
    return put_up_fence(openings);
}

class app {
public:
    app(const options& chosen,
        const service_manager& systemd,
        result<onlooker> sees,
        std::vector<std::string> missing)
        : options_(chosen),
          systemd_(systemd),
          sees_(std::move(sees)),
          missing_(std::move(missing)),
          tasks_(io_.get_executor()),
          orders_(io_.get_executor())
    {
    }

    int run(const backend_factory& make_backend, const folder_maker& make_folder);

private:
    result<void> start(const backend_factory& make_backend, const folder_maker& make_folder);
    void fence(const std::string& socket, const folder_maker& make_folder);
    std::optional<std::string> look(const std::string& question);
    void heed_onlooker();
    net::awaitable<void> obey_signals();
    net::awaitable<void> begin();
    net::awaitable<void> reload();
    net::awaitable<void> wipe();
    net::awaitable<void> shut_down();
    void say_ready();

    const options& options_;
    const service_manager& systemd_;
    result<onlooker> sees_;
    std::vector<std::string> missing_;  // of the fences around the process
    net::io_context io_{1};
    task_group tasks_;
    task_group orders_;  // what signals asked for
    std::unique_ptr<backend> backend_;
    std::unique_ptr<ipc::server> server_;
    bool is_onlooker_lost_ = false;  // and that was told
    bool is_ending_ = false;
    bool all_ended_ = false;
};

int app::run(const backend_factory& make_backend, const folder_maker& make_folder)
{
    if (const auto started = start(make_backend, make_folder); !started) {
        log::error("{}", started.error().detail);
        return 1;
    }
    io_.run();
    if (!all_ended_) {
        log::warning("stopped without waiting for what hangs");
        ::_exit(0);  // a thread may be at work on what destructors would take away
    }
    log::info("stopped");
    return 0;
}

result<void> app::start(const backend_factory& make_backend, const folder_maker& make_folder)
{
    // The lock comes first: two daemons must never have the same vault open.
    auto listening = open_listener(options_, systemd_);
    if (!listening)
        return std::unexpected(std::move(listening.error()));
    // Before there is another thread, which the rules would not hold for.
    fence(listening->path(), make_folder);
    auto made = make_backend(io_.get_executor(), options_, systemd_, missing_);
    if (!made)
        return std::unexpected(std::move(made.error()));
    backend_ = std::move(*made);
    log::info("sgauthd {} serves {}", SGAUTH_VERSION, listening->path());
    ipc::server::parts parts{
        io_.get_executor(),
        backend_->agent(),
        std::move(*listening),
        ipc::fit_to_process({}),
        SGAUTH_VERSION,
        ::geteuid(),
        give_memory_back
    };
    server_ = std::make_unique<ipc::server>(std::move(parts));
    tasks_.spawn("signals", obey_signals());
    tasks_.spawn("begin", begin());
    return {};
}

// Without the fence the daemon runs as well, and says so; without somebody who sees over it there is none:
// who may have what matters more.
void app::fence(const std::string& socket, const folder_maker& make_folder)
{
    if (sees_)
        look_at_processes_by([this](const std::string& question) { return look(question); });
    const std::filesystem::path kept_in = make_folder ? make_folder() : std::filesystem::path();
    const auto fenced = sees_ ? fence_off(socket, kept_in) : std::unexpected(sees_.error());
    if (fenced)
        return;
    missing_.push_back("files are not fenced: " + fenced.error().detail);
    log::info("{}", missing_.back());
}

std::optional<std::string> app::look(const std::string& question)
{
    auto answer = sees_->ask(question);
    if (!answer)
        heed_onlooker();
    return answer;
}

// Tells once that it is lost, if it is.
void app::heed_onlooker()
{
    if (!sees_ || !sees_->is_lost() || is_onlooker_lost_)  // in this order: it is waited for in any case
        return;
    is_onlooker_lost_ = true;
    log::error("{}", onlooker::what_is_lost);
    if (backend_)
        backend_->tell(onlooker::what_is_lost);
    else
        missing_.emplace_back(onlooker::what_is_lost);
}

void app::say_ready()
{
    systemd_.ready("serving");
    if (options_.ready_fd < 0)
        return;
    if (::write(options_.ready_fd, "1", 1) != 1)
        log::debug("nobody waits for us to be ready");
    ::close(options_.ready_fd);
}

net::awaitable<void> app::obey_signals()
{
    net::signal_set signals(io_, SIGTERM, SIGINT, SIGHUP);
    signals.add(SIGUSR1);
    signals.add(SIGCHLD);
    end_soon_after_signals(process_ends_in);  // the loop itself may be what hangs
    let_signals_in();
    heed_onlooker();  // it may have ended before its signal was heard
    for (;;) {
        const int signal = co_await signals.async_wait(net::use_awaitable);
        if (signal == SIGTERM || signal == SIGINT)
            break;
        // Tasks of their own: a disk that hangs must not keep SIGTERM from being heard.
        if (signal == SIGHUP)
            orders_.spawn("reload", reload());
        else if (signal == SIGCHLD)
            heed_onlooker();
        else
            orders_.spawn("wipe", wipe());
    }
    co_await shut_down();
}

net::awaitable<void> app::begin()
{
    co_await backend_->prepare();
    if (is_ending_)
        co_return;
    server_->start();
    say_ready();
}

net::awaitable<void> app::reload()
{
    systemd_.reloading();
    const bool good = co_await backend_->reload();
    systemd_.ready(good ? "serving" : "serving; the settings are bad: sgauth status says what is wrong");
}

net::awaitable<void> app::wipe()
{
    log::warning("SIGUSR1: every credential is being wiped");
    if (const auto wiped = co_await backend_->wipe_everything())
        log::warning("every credential was wiped");
    else
        log::error("memory was wiped, the stored sessions were not: {}", wiped.error().detail);
}

// Two phases: nobody new, then nobody at all. What has not ended by then is left to the process's end.
net::awaitable<void> app::shut_down()
{
    is_ending_ = true;
    systemd_.stopping();
    server_->stop_accepting();
    const bool connections_ended = co_await server_->close_all(connections_end_in);
    const bool orders_ended = co_await orders_.join(orders_end_in);
    const bool backend_ended = co_await backend_->stop(backend_ends_in);
    all_ended_ = connections_ended && orders_ended && backend_ended;
    if (!all_ended_)
        io_.stop();
}

}  // namespace

int daemon_main(int argc, char** argv, const backend_factory& make_backend, const folder_maker& make_folder)
{
    const bool openssl_wipes = arrange_memory();
    const auto unfenced = harden_process();
    const environment variable = [](const char* name) { return std::getenv(name); };
    const auto arguments =
        std::span<const char* const>(argv, static_cast<std::size_t>(argc)).subspan(argc > 0);
    const auto chosen = read_options(arguments, variable);
    if (!chosen) {
        std::fprintf(stderr, "sgauthd: %s\n%s", chosen.error().detail.c_str(), usage);
        return 2;
    }
    if (chosen->version || chosen->help) {
        std::fputs(chosen->version ? "sgauthd " SGAUTH_VERSION "\n" : usage, stdout);
        return std::fflush(stdout) == 0 ? 0 : 1;
    }
    const service_manager systemd(variable, ::getpid());
    std::vector<int> keep = systemd.all_passed();
    keep.push_back(chosen->ready_fd);
    close_inherited(keep);
    forget_service_manager_variables();
    if (!log::start(chosen->log_level))
        log::warning("SGAUTH_LOG is none of trace, debug, info, warning, error");
    if (!openssl_wipes)
        log::warning("OpenSSL does not wipe the memory that it frees");
    for (const std::string& what : unfenced)
        log::warning("{}", what);
    try {
        app whole(*chosen, systemd, onlooker::start(answer_with_facts), unfenced);
        return whole.run(make_backend, make_folder);
    } catch (const std::exception& e) {
        log::error("{}", e.what());
        return 1;
    }
}

}  // namespace sgauth
