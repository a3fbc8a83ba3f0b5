// SPDX-License-Identifier: Apache-2.0
#include "src/agent/questions.hpp"

#include "src/base/random.hpp"
#include "src/policy/may_answer.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

namespace sgauth {

namespace net = boost::asio;

struct questions::open {
    open(const net::any_io_executor& executor, question what)
        : id(random_hex(8)), about(std::move(what)), done(executor, net::steady_timer::time_point::max())
    {
    }

    std::string id;
    question about;
    std::set<process_key> askers;  // also those that have left
    std::size_t waiting = 0;
    std::optional<said> outcome;
    net::steady_timer done;  // cancelled at the end: that wakes all who wait
    task_group::handle limit;
};

struct questions::table {
    std::map<confirmation_key, std::shared_ptr<open>> all;
    std::shared_ptr<question_board> board;
};

// One that waits. The last to leave a question that has no answer takes it along.
class questions::seat {
public:
    seat(std::shared_ptr<table> all, std::shared_ptr<open> at) : all_(std::move(all)), at_(std::move(at))
    {
        ++at_->waiting;
    }
    seat(const seat&) = delete;
    seat& operator=(const seat&) = delete;
    ~seat()
    {
        if (--at_->waiting == 0 && !at_->outcome)
            end(*all_, at_, said::nobody);
    }

private:
    std::shared_ptr<table> all_;
    std::shared_ptr<open> at_;
};

questions::questions(time_source& time, task_group& tasks, net::any_io_executor executor)
    : time_(time),
      tasks_(tasks),
      executor_(std::move(executor)),
      board_(std::make_shared<question_board>(time, executor_)),
      table_(std::make_shared<table>())
{
    table_->board = board_;
}

questions::~questions() = default;

void questions::end(table& all, const std::shared_ptr<open>& which, said how)
{
    which->outcome = how;
    all.all.erase(which->about.key);
    all.board->gone(which->id);
    which->limit.cancel();
    which->done.cancel();
}

net::awaitable<void> questions::give_up(
    time_source& time, std::shared_ptr<table> all, std::shared_ptr<open> which
)
{
    co_await time.sleep_until(time.now() + longest_open);
    if (!which->outcome)
        end(*all, which, said::nobody);
}

std::shared_ptr<questions::open> questions::join(question about)
{
    const process_key asker = about.program.process;
    const auto at = table_->all.find(about.key);
    std::shared_ptr<open> joined = at == table_->all.end() ? nullptr : at->second;
    if (!joined) {
        joined = std::make_shared<open>(executor_, std::move(about));
        table_->all.emplace(joined->about.key, joined);
        board_->ask(joined->id, joined->about);
        joined->limit = tasks_.spawn("question", give_up(time_, table_, joined));
    }
    joined->askers.insert(asker);
    return joined;
}

net::awaitable<result<said>> questions::ask(question about)
{
    const std::shared_ptr<open> joined = join(std::move(about));
    const seat mine(table_, joined);
    boost::system::error_code ec;
    if (!joined->outcome)
        co_await joined->done.async_wait(net::redirect_error(net::use_awaitable, ec));
    if (!joined->outcome)  // the wait was cancelled, not the question answered
        throw boost::system::system_error(net::error::operation_aborted);
    co_return *joined->outcome;
}

result<void> questions::answer(const caller& who, const std::string& id, bool yes)
{
    const auto at = std::ranges::find(table_->all, id, [](const auto& entry) { return entry.second->id; });
    if (at == table_->all.end())
        return fail(errc::failed, "nobody waits for an answer to this question any more");
    const std::shared_ptr<open> which = at->second;
    auto leave =
        may_answer(which->about.program, which->askers, who, board_->shown_at(who.process, id), time_.now());
    if (!leave)
        return leave;
    if (yes)
        given_.remember(which->about.key);
    end(*table_, which, yes ? said::yes : said::no);
    return {};
}

void questions::forget()
{
    given_.forget();
    while (!table_->all.empty()) {
        const std::shared_ptr<open> which = table_->all.begin()->second;
        end(*table_, which, said::withdrawn);
    }
}

}  // namespace sgauth
