// SPDX-License-Identifier: Apache-2.0
#include "src/login/attempt_file.hpp"

#include "proto/utf8.hpp"
#include "src/base/atomic_file.hpp"
#include "src/base/lane.hpp"
#include "src/login/attempt_record.hpp"

#include <functional>
#include <utility>

namespace sgauth {

namespace {

attempts_at_start begin_unknown(
    const std::filesystem::path& path, const both_clocks& now, std::string problem
)
{
    attempts_at_start start;
    start.log.set_unknown_before(now.boot);
    problem += "; until an hour from now each login has one try at a password";
    if (const auto written = write_file(path, write_attempts(start.log, now)); !written)
        problem += "; " + written.error().detail;
    start.problem = std::move(problem);
    return start;
}

}  // namespace

attempts_at_start read_attempt_file(const std::filesystem::path& path, const time_source& time)
{
    const both_clocks now{time.now(), time.wall(), time.boot_id()};
    remove_unfinished(path);
    const auto text = read_file(path, max_attempt_record_bytes);
    if (text && !*text)
        return {};
    std::string problem = "the count of wrong passwords is lost: ";
    if (!text) {
        problem += text.error().detail;
    } else {
        auto log = read_attempts(**text, now);
        if (log)
            return {std::move(*log), std::nullopt};
        problem += proto::printable(path.native()) + ": " + log.error().detail;
    }
    const auto moved = set_aside(path);
    problem += moved ? ", it is kept as " + proto::printable(moved->native()) : ", " + moved.error().detail;
    return begin_unknown(path, now, std::move(problem));
}

password_budget::writer attempt_file_writer(lane& disk, std::filesystem::path path)
{
    return [&disk, path = std::move(path)](std::string text) {
        std::move_only_function<result<void>()> job = [path, text = std::move(text)] {
            return write_file(path, text);
        };
        return disk.run(std::move(job));
    };
}

}  // namespace sgauth
