// SPDX-License-Identifier: Apache-2.0
#include "src/login/attempt_record.hpp"

#include "proto/json.hpp"
#include "proto/json_writer.hpp"

#include <algorithm>
#include <chrono>
#include <optional>
#include <vector>

namespace sgauth {

namespace {

constexpr std::int64_t format_version = 1;

std::int64_t to_wall(boot_time when, const both_clocks& now)
{
    const auto age = std::chrono::duration_cast<std::chrono::seconds>(now.boot - when);
    return (now.wall - age).time_since_epoch().count();
}

// Any number may stand in a file: compared before it is subtracted, so that nothing overflows.
boot_time to_boot(std::int64_t wall, const both_clocks& now)
{
    const std::int64_t present = now.wall.time_since_epoch().count();
    if (wall >= present)
        return now.boot;
    if (wall < present - std::chrono::seconds(try_counts_for).count())
        return now.boot - try_counts_for;
    return now.boot - std::chrono::seconds(present - wall);
}

// What the times in the file are measured by: what both clocks said when it was written, if that was in this
// boot. Else the wall clock has to be believed.
both_clocks reference(const proto::json_value& written, const both_clocks& now)
{
    const auto boot = written["boot_ns"].as_int();
    const auto wall = written["wall"].as_int();
    const bool is_this_boot = !now.boot_id.empty() && written["boot_id"].as_string() == now.boot_id;
    if (!is_this_boot || !boot || !wall)
        return now;
    const boot_time then{std::chrono::nanoseconds(*boot)};
    const bool is_past = *boot >= 0 && then <= now.boot && *wall >= 0;
    return is_past ? both_clocks{then, wall_time(std::chrono::seconds(*wall))} : now;
}

std::unexpected<error> not_ours()
{
    return fail(errc::failed, "it is not a list of tries");
}

std::optional<std::vector<boot_time>> read_times(const proto::json_value& list, const both_clocks& now)
{
    std::vector<boot_time> times;
    if (!list.is(proto::json_kind::array))
        return std::nullopt;
    for (const proto::json_value item : list) {
        const auto wall = item.as_int();
        if (!wall)
            return std::nullopt;
        times.push_back(to_boot(*wall, now));
    }
    std::ranges::sort(times);
    return times;
}

}  // namespace

std::string write_attempts(const attempt_log& log, const both_clocks& now)
{
    std::string text;
    proto::json_writer json(text);
    json.begin_object().member("version", format_version);
    if (!now.boot_id.empty()) {
        json.key("written").begin_object().member("boot_id", now.boot_id);
        json.member("boot_ns", std::chrono::nanoseconds(now.boot.time_since_epoch()).count());
        json.member("wall", now.wall.time_since_epoch().count()).end_object();
    }
    if (const auto unknown = log.unknown_before())
        json.member("unknown_before", to_wall(*unknown, now));
    json.key("tries").begin_array();
    for (const auto& [who, times] : log.tries()) {
        json.begin_object().member("site", who.first).member("login", who.second);
        json.key("at").begin_array();
        for (const boot_time when : times)
            json.integer(to_wall(when, now));
        json.end_array().end_object();
    }
    json.end_array().end_object();
    return text;
}

result<attempt_log> read_attempts(std::string_view text, const both_clocks& now)
{
    proto::json_document document;
    if (document.parse(text) != proto::json_fault::none)
        return not_ours();
    const proto::json_value root = document.root();
    if (root["version"].as_int() != format_version || !root["tries"].is(proto::json_kind::array))
        return not_ours();
    const both_clocks by = reference(root["written"], now);
    attempt_log log;
    if (const proto::json_value unknown = root["unknown_before"]) {
        const auto wall = unknown.as_int();
        if (!wall)
            return not_ours();
        log.set_unknown_before(to_boot(*wall, by));
    }
    for (const proto::json_value item : root["tries"]) {
        const auto site = item["site"].as_string();
        const auto login = item["login"].as_string();
        const auto times = read_times(item["at"], by);
        if (!site || !login || !times)
            return not_ours();
        for (const boot_time when : *times)
            log.add({std::string(*site), std::string(*login)}, when);
    }
    log.drop_old(now.boot);
    return log;
}

}  // namespace sgauth
