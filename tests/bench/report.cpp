// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/report.hpp"

#include "proto/json_writer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <ctime>
#include <sys/utsname.h>
#include <thread>

namespace sgauth::bench {

namespace {

constexpr std::size_t columns = 9;
// Runs on a quiet machine agree within a tenth.
constexpr double noisy = 1.3;
using row = std::array<std::string, columns>;

std::string number(const std::optional<double>& value)
{
    if (!value)
        return {};
    return fmt::format("{:.{}f}", *value, *value < 100 && *value != std::trunc(*value) ? 1 : 0);
}

std::string times(const std::optional<double>& ratio)
{
    return ratio ? fmt::format("{:.2f}x", *ratio) : std::string();
}

std::string range(const figure& what)
{
    if (!what.ratio_least || !what.ratio_most)
        return {};
    return fmt::format("{:.2f}-{:.2f}", *what.ratio_least, *what.ratio_most);
}

std::string goal(const figure& what)
{
    if (!what.goal)
        return {};
    return "<= " + (what.goal_is == goal_of::ratio ? times(what.goal) : number(what.goal));
}

bool is_noisy(const figure& what)
{
    return what.ratio_least && what.ratio_most && *what.ratio_most > noisy * *what.ratio_least;
}

// The runs disagree, and not all of them are on one side of the goal.
bool is_undecided(const figure& what)
{
    return what.goal && what.goal_is == goal_of::ratio && is_noisy(what) && *what.ratio_least <= *what.goal &&
           *what.ratio_most > *what.goal;
}

std::string verdict(const figure& what)
{
    const auto reached = is_reached(what);
    if (!reached)
        return is_undecided(what) ? "unsure" : "";
    return *reached ? "yes" : "NO";
}

row row_of(const figure& what)
{
    const std::string value = what.value ? number(what.value) + " " + what.unit : "-";
    return {
        "  " + what.name,
        value,
        number(what.p99),
        times(what.ratio),
        range(what),
        times(what.p99_ratio),
        goal(what),
        verdict(what),
        what.note
    };
}

std::string aligned(const std::vector<row>& rows)
{
    std::array<std::size_t, columns> widths{};
    for (const row& r : rows)
        for (std::size_t i = 0; i < columns; ++i)
            widths[i] = std::max(widths[i], r[i].size());
    std::string out;
    for (const row& r : rows) {
        std::string text;
        for (std::size_t i = 0; i < columns; ++i) {
            const bool is_text = i == 0 || i == columns - 1;
            text +=
                is_text ? fmt::format("{:<{}}  ", r[i], widths[i]) : fmt::format("{:>{}}  ", r[i], widths[i]);
        }
        text.erase(text.find_last_not_of(' ') + 1);
        out += text + "\n";
    }
    return out;
}

void write(proto::json_writer& out, const figure& what)
{
    out.begin_object().member("part", what.part).member("name", what.name).member("unit", what.unit);
    const std::pair<const char*, const std::optional<double>&> numbers[] = {
        {"value", what.value},
        {"p99", what.p99},
        {"ratio", what.ratio},
        {"ratio_least", what.ratio_least},
        {"ratio_most", what.ratio_most},
        {"p99_ratio", what.p99_ratio},
        {"goal", what.goal},
    };
    for (const auto& [name, value] : numbers)
        value ? out.key(name).real(*value) : out.key(name).null();
    out.member("goal_of", what.goal_is == goal_of::ratio ? "ratio" : "value");
    out.member_or_null("reached", is_reached(what));
    out.member("note", what.note).end_object();
}

}  // namespace

std::optional<bool> is_reached(const figure& what)
{
    const auto& measured = what.goal_is == goal_of::ratio ? what.ratio : what.value;
    if (!what.goal || !measured || is_undecided(what))
        return std::nullopt;
    return *measured <= *what.goal;
}

void report::add(const std::string& part, const std::vector<outcome>& outcomes, std::optional<double> goal)
{
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
        const outcome& o = outcomes[i];
        figure made{part, o.name, "us", o.median_us, o.p99_us, {}, {}, {}, {}, {}, goal_of::ratio, {}, false};
        if (i > 0) {
            made.ratio = o.ratio;
            made.ratio_least = o.ratio_least;
            made.ratio_most = o.ratio_most;
            made.p99_ratio = o.p99_ratio;
            if (is_noisy(made))
                made.note = "noisy: the runs disagree, the machine does other things";
        }
        if (i == 1)
            made.goal = goal;
        add(std::move(made));
    }
}

std::string report::table() const
{
    std::vector<row> rows{{"", "median", "p99", "ratio", "of the runs", "of p99", "goal", "reached", ""}};
    std::string part;
    for (const figure& what : figures_) {
        if (what.part != part)
            rows.push_back({what.part});
        part = what.part;
        rows.push_back(row_of(what));
    }
    return aligned(rows);
}

std::string report::json(bool quick) const
{
    utsname machine{};
    ::uname(&machine);
    std::string text;
    proto::json_writer out(text);
    out.begin_object().member("version", SGAUTH_VERSION).member("quick", quick);
    out.member("measured_at", static_cast<std::int64_t>(std::time(nullptr)));
    out.member("processors", std::thread::hardware_concurrency());
    out.member("kernel", std::string_view(machine.release)).key("figures").begin_array();
    for (const figure& what : figures_)
        write(out, what);
    out.end_array().end_object();
    return text + "\n";
}

std::vector<std::string> report::missing() const
{
    std::vector<std::string> made;
    for (const figure& what : figures_)
        if (!what.value && !what.can_miss)
            made.push_back(fmt::format("{}: {} ({})", what.part, what.name, what.note));
    return made;
}

}  // namespace sgauth::bench
