#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// The figures, as one table for people and as JSON for programs.

#include "tests/bench/measure.hpp"

#include <optional>
#include <string>
#include <vector>

namespace sgauth::bench {

enum class goal_of { ratio, value };

struct figure {
    std::string part;             // "open connection"
    std::string name;             // "sgauthd, credential"
    std::string unit;             // "us", "req/s", "KiB", ...
    std::optional<double> value;  // a median where there were several; nothing: not measured, `note` says why
    std::optional<double> p99;
    std::optional<double> ratio;  // to the part's first figure, as are the following
    std::optional<double> ratio_least;
    std::optional<double> ratio_most;
    std::optional<double> p99_ratio;
    std::optional<double> goal;  // at most this (DESIGN.md 7)
    goal_of goal_is = goal_of::value;
    std::string note;
    bool can_miss = false;  // another's product, or something that only root may read
};

// Nothing where there is no goal, no figure to hold against it, or runs that disagree too much to tell.
std::optional<bool> is_reached(const figure& what);

class report {
public:
    void add(figure what) { figures_.push_back(std::move(what)); }
    // All contestants of one comparison; the goal is on the second's ratio.
    void add(const std::string& part, const std::vector<outcome>& outcomes, std::optional<double> goal = {});

    std::string table() const;
    std::string json(bool quick) const;
    // What should have been measured and was not: "part: name (note)".
    std::vector<std::string> missing() const;

private:
    std::vector<figure> figures_;
};

}  // namespace sgauth::bench
