#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// The world that the tests of the site's transport run in: the stand-in site and a proxy as real processes,
// in a scratch folder, on free ports of the loopback; and the real client, run call by call. All of it ends
// with the object.

#include "src/base/clock.hpp"
#include "src/base/task_group.hpp"
#include "src/site/fpt_site.hpp"
#include "src/site/https_transport.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <chrono>
#include <cstdint>
#include <exception>
#include <filesystem>
#include <initializer_list>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <utility>
#include <vector>

namespace sgauth::test {

class scratch_folder {
public:
    scratch_folder();
    ~scratch_folder();
    scratch_folder(const scratch_folder&) = delete;
    scratch_folder& operator=(const scratch_folder&) = delete;
    const std::filesystem::path& path() const noexcept { return path_; }

private:
    std::filesystem::path path_;
};

// A process that says `ready WHERE` once it serves. Ended by SIGTERM.
class server_process {
public:
    explicit server_process(const std::vector<std::string>& command);
    ~server_process();
    server_process(const server_process&) = delete;
    server_process& operator=(const server_process&) = delete;
    const std::string& where() const noexcept { return where_; }

private:
    pid_t pid_ = -1;
    int out_ = -1;
    std::string where_;
};

class stand_in {
public:
    explicit stand_in(std::vector<std::string> options = {});

    site_url url() const { return *site_url::parse(process_.where()); }
    std::string ca_file() const { return (folder_.path() / "ca.pem").string(); }
    // One verb of the control channel (tests/site/README.md); throws if it is refused.
    std::string control(const std::string& verb, const std::string& json = "{}") const;
    void fault(const std::string& members) const { control("fault", '{' + members + '}'); }
    // A number of `state`, such as {"counters", "connections_accepted"}; 0 if it is not there.
    std::int64_t count(std::initializer_list<std::string_view> path) const;

private:
    scratch_folder folder_;
    server_process process_;
};

class proxy_process {
public:
    explicit proxy_process(const std::vector<std::string>& options = {});
    const std::string& where() const noexcept { return process_.where(); }
    // The proxy's own count, as it writes it (tests/site/README.md).
    std::string counts() const;

private:
    scratch_folder folder_;
    server_process process_;
};

// The real client over the real transport, run call by call.
class client {
public:
    explicit client(site_options chosen, site_environment environment = {});
    ~client();
    client(const client&) = delete;
    client& operator=(const client&) = delete;

    // Runs the call to its end and returns what it returned, or throws what it threw. With `cancel_after` it
    // is cancelled by then.
    template <class T>
    T run(
        boost::asio::awaitable<T> call, std::optional<std::chrono::milliseconds> cancel_after = std::nullopt
    )
    {
        std::optional<T> out;
        std::exception_ptr failure;
        bool has_ended = false;
        boost::asio::cancellation_signal cancel;
        boost::asio::co_spawn(
            io,
            fill(std::move(call), out),
            boost::asio::bind_cancellation_slot(
                cancel.slot(),
                [&](std::exception_ptr e) {
                    failure = e;
                    has_ended = true;
                }
            )
        );
        if (cancel_after) {
            io.restart();
            io.run_for(*cancel_after);
            cancel.emit(boost::asio::cancellation_type::terminal);
        }
        io.restart();
        while (!has_ended && io.run_one() != 0) {
        }
        if (!has_ended)
            throw std::logic_error("the call waits for nothing");
        if (failure)
            std::rethrow_exception(failure);
        return std::move(*out);
    }

    boost::asio::io_context io{1};
    system_time time;
    task_group tasks{io.get_executor()};
    site_options options;
    https_transport wire;
    fpt_site site;

private:
    template <class T>
    static boost::asio::awaitable<void> fill(boost::asio::awaitable<T> call, std::optional<T>& out)
    {
        out.emplace(co_await std::move(call));
    }
};

// Options that trust the stand-in's own authority.
site_options trusting(const stand_in& site);

}  // namespace sgauth::test
