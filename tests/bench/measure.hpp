#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// How everything is timed: contestants take turns in short rounds, so whatever the machine does meanwhile
// happens to all of them, and each is compared with the first within a run. Never an absolute time (DESIGN.md
// 7).

#include <chrono>
#include <functional>
#include <string>
#include <vector>

namespace sgauth::bench {

struct contestant {
    std::string name;
    std::function<void()> once;   // what is timed
    std::function<void()> after;  // puts things back, untimed; may be empty
};

struct plan {
    int runs = 5;
    int rounds = 0;  // in a run
    int turns = 0;   // of each contestant, in a round
};

// Medians over the runs; ratios are to the first contestant, taken run by run.
struct outcome {
    std::string name;
    double median_us = 0;
    double p99_us = 0;
    double ratio = 1;
    double ratio_least = 1;
    double ratio_most = 1;
    double p99_ratio = 1;
};

// The value below which `part` of them are; sorts. There has to be one.
double quantile(std::vector<double>& values, double part);
double median(std::vector<double> values);

// One outcome for each contestant, in their order. Throws what they throw.
std::vector<outcome> compare(const std::vector<contestant>& contestants, const plan& how);

// From now on SIGINT, SIGTERM and `limit` end whatever waits with an exception, so that what was started is
// stopped.
void end_waits_after(std::chrono::seconds limit);
// Throws if that happened.
void check_interrupted();

// Sleeps; throws if interrupted.
void pause_for(std::chrono::milliseconds time);

}  // namespace sgauth::bench
