// SPDX-License-Identifier: Apache-2.0
#include "src/agent/question_board.hpp"

#include "proto/utf8.hpp"
#include "src/base/log.hpp"
#include "src/base/notifier.hpp"

#include <algorithm>
#include <utility>

namespace sgauth {

// What one front end has still to be told, and what it was.
struct question_board::watcher {
    watcher(const process_key& process, const boost::asio::any_io_executor& executor)
        : who(process), filled(executor)
    {
    }

    process_key who;
    std::deque<proto::watch_questions_reply> waiting;
    std::map<std::string, boot_time> shown;  // open questions, by id
    notifier filled;

    void add(proto::watch_questions_reply event)
    {
        // One that reads slowly is told of the latest.
        const auto is_missed = [](const proto::watch_questions_reply& e) {
            return e.event == proto::question_event::missed;
        };
        if (is_missed(event) && std::ranges::count_if(waiting, is_missed) >= std::ptrdiff_t{most_missed})
            waiting.erase(std::ranges::find_if(waiting, is_missed));
        waiting.push_back(std::move(event));
        filled.notify();
    }
    void drop(const std::string& id)
    {
        std::erase_if(waiting, [&](const proto::watch_questions_reply& e) { return e.id == id; });
        if (shown.erase(id) == 0)
            return;
        proto::watch_questions_reply event;
        event.event = proto::question_event::gone;
        event.id = id;
        add(std::move(event));
    }
};

class question_board::stream final : public question_stream {
public:
    stream(std::shared_ptr<watcher> whose, time_source& time) : whose_(std::move(whose)), time_(time) {}

    boost::asio::awaitable<proto::watch_questions_reply> next() override
    {
        const std::shared_ptr<watcher> whose = whose_;
        while (whose->waiting.empty())
            co_await whose->filled.wait();
        proto::watch_questions_reply first = std::move(whose->waiting.front());
        whose->waiting.pop_front();
        if (first.event == proto::question_event::ask)
            whose->shown[*first.id] = time_.now();
        co_return first;
    }

private:
    std::shared_ptr<watcher> whose_;
    time_source& time_;
};

question_board::question_board(time_source& time, boost::asio::any_io_executor executor)
    : time_(time), executor_(std::move(executor))
{
}

proto::watch_questions_reply question_board::face_of(
    std::string_view event, const std::string& id, const question& about
) const
{
    proto::watch_questions_reply face;
    face.event = event;
    if (!id.empty())
        face.id = id;
    // Whole: escaped, a byte takes eight at the most.
    face.executable = proto::printable(about.program.executable, 8 * about.program.executable.size());
    face.pid = about.program.process.pid;
    face.unit = proto::printable(about.program.unit);
    face.site = about.site;
    face.user = about.user;
    face.form = about.key.form;
    face.rule = about.rule;
    face.reason = about.why;
    face.asked_at = time_.wall().time_since_epoch().count();
    return face;
}

std::vector<std::shared_ptr<question_board::watcher>> question_board::watchers()
{
    std::erase_if(watchers_, [](const std::weak_ptr<watcher>& w) { return w.expired(); });
    std::vector<std::shared_ptr<watcher>> all;
    for (const auto& weak : watchers_)
        if (auto one = weak.lock())
            all.push_back(std::move(one));
    return all;
}

void question_board::ask(const std::string& id, const question& about)
{
    const auto& face = open_[id] = face_of(proto::question_event::ask, id, about);
    const auto told = watchers();
    for (const auto& one : told)
        one->add(face);
    if (told.empty())
        log::warning(
            "{} (pid {}) waits to be confirmed: run `sgauth policy confirm` in a terminal",
            *face.executable,
            *face.pid
        );
}

void question_board::gone(const std::string& id)
{
    open_.erase(id);
    for (const auto& one : watchers())
        one->drop(id);
}

void question_board::miss(question about)
{
    const auto same = std::ranges::find(missed_, about.key, &missed::key);
    if (same != missed_.end()) {
        if (time_.now() - same->at < told_again_after)
            return;
        missed_.erase(same);
    }
    missed_.push_back({about.key, time_.now(), face_of(proto::question_event::missed, {}, about)});
    if (missed_.size() > most_missed)
        missed_.pop_front();
    const auto& face = missed_.back().told;
    log::warning(
        "{} (pid {}) was refused: {}, and it cannot wait for a person", *face.executable, *face.pid, about.why
    );
    for (const auto& one : watchers())
        one->add(face);
}

std::unique_ptr<question_stream> question_board::watch(const caller& who)
{
    auto fresh = std::make_shared<watcher>(who.process, executor_);
    for (const missed& m : missed_)
        fresh->waiting.push_back(m.told);
    for (const auto& [id, face] : open_)
        fresh->waiting.push_back(face);
    fresh->waiting.emplace_back().event = proto::question_event::synced;
    watchers_.push_back(fresh);
    return std::make_unique<stream>(std::move(fresh), time_);
}

bool question_board::is_watched_for(const process_key& asker)
{
    return std::ranges::any_of(watchers(), [&](const auto& one) { return one->who != asker; });
}

std::optional<boot_time> question_board::shown_at(const process_key& to, const std::string& id) const
{
    std::optional<boot_time> latest;
    for (const auto& weak : watchers_) {
        const auto one = weak.lock();
        if (!one || one->who != to)
            continue;
        if (const auto at = one->shown.find(id); at != one->shown.end())
            latest = std::max(latest.value_or(at->second), at->second);
    }
    return latest;
}

}  // namespace sgauth
