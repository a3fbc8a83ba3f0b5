// SPDX-License-Identifier: Apache-2.0
//
// The watches of sgauth.h.
#include "client/lib/handles.hpp"
#include "client/lib/queries.hpp"

#include <atomic>
#include <unistd.h>

using namespace sgauth::client;

struct sgauth_watch {
public:
    explicit sgauth_watch(const target& whom) : whom_(whom), line_(std::make_unique<channel>(whom_)) {}
    sgauth_watch(const sgauth_watch&) = delete;
    sgauth_watch& operator=(const sgauth_watch&) = delete;
    ~sgauth_watch()
    {
        if (is_inherited())
            leave_to_parent();
    }

    // One thread at a time; a thread of the parent's that was in it does not count in a forked child.
    class turn {
    public:
        explicit turn(sgauth_watch& watch) noexcept : watch_(watch)
        {
            pid_t seen = watch.reader_.load();
            is_taken_ = seen != ::getpid() && watch.reader_.compare_exchange_strong(seen, ::getpid());
        }
        ~turn()
        {
            if (is_taken_)
                watch_.reader_.store(0);
        }
        turn(const turn&) = delete;
        turn& operator=(const turn&) = delete;
        explicit operator bool() const noexcept { return is_taken_; }

    private:
        sgauth_watch& watch_;
        bool is_taken_;
    };

    bool connect(time_point deadline, call_failure& why)
    {
        if (is_inherited()) {
            leave_to_parent();
            line_ = std::make_unique<channel>(whom_);
            owner_ = ::getpid();
        }
        line_->set_autostart(autostart::no);
        return line_->descriptor() >= 0 || line_->start_watch(deadline, why);
    }
    channel& line() noexcept { return *line_; }
    int descriptor() const noexcept { return is_inherited() ? -1 : line_->descriptor(); }

private:
    bool is_inherited() const noexcept { return owner_ != ::getpid(); }
    // Its memory stays: the parent's thread may have been in the middle of it.
    void leave_to_parent() noexcept
    {
        if (line_)
            line_.release()->abandon();
    }

    const target whom_;
    std::unique_ptr<channel> line_;
    pid_t owner_ = ::getpid();
    std::atomic<pid_t> reader_{0};
};

namespace {

void next_event(sgauth_watch& watch, time_point deadline, sgauth_result& into, bool& is_empty)
{
    sgauth::proto::watch_reply event;
    call_failure why;
    const watch_result got =
        watch.connect(deadline, why) ? watch.line().next_event(event, deadline, why) : watch_result::failed;
    is_empty = got == watch_result::nothing_yet;
    if (got == watch_result::event)
        into.set(std::move(event));
    else if (got == watch_result::failed)
        into.set(std::move(why));
}

}  // namespace

sgauth_status sgauth_watch_open(
    sgauth_agent* agent, const sgauth_list_query* given, sgauth_watch** watch, sgauth_result** result
)
{
    if (watch)
        *watch = nullptr;
    return answer(result, [&](sgauth_result& into) {
        sgauth_list_query query{};
        const bool was_read = read_query(given, query);
        const auto deadline = deadline_after(query.timeout_ms, standard_timeout);
        if (!agent || !watch || !was_read || !deadline)
            return refuse(into, "an agent, a place for the watch and a good query are needed");
        auto made = std::make_unique<sgauth_watch>(agent->lines.whom());
        call_failure why;
        if (!made->connect(*deadline, why))
            return into.set(std::move(why));
        *watch = made.release();
    });
}

int sgauth_watch_descriptor(const sgauth_watch* watch)
{
    return watch ? watch->descriptor() : -1;
}

sgauth_status sgauth_watch_next(sgauth_watch* watch, int timeout_ms, sgauth_result** result)
{
    bool is_empty = false;
    const sgauth_status status = answer(result, [&](sgauth_result& into) {
        const auto now = std::chrono::steady_clock::now();
        if (!watch || timeout_ms < 0)
            return refuse(into, "a watch and a time that is not negative are needed");
        const sgauth_watch::turn turn(*watch);
        if (!turn)
            return refuse(into, "another thread is reading this watch");
        next_event(*watch, now + std::chrono::milliseconds(timeout_ms), into, is_empty);
    });
    if (is_empty && result) {
        sgauth_result_free(*result);
        *result = nullptr;
    }
    return status;
}

void sgauth_watch_close(sgauth_watch* watch)
{
    delete watch;
}
