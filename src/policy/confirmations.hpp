#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// What a person has said yes to. Pure. A no is not remembered; nor is anything across a lock or a restart.

#include "src/policy/process_facts.hpp"

#include <chrono>
#include <compare>
#include <cstddef>
#include <deque>
#include <set>
#include <string>
#include <string_view>

namespace sgauth {

// What one yes is good for. Two programs of one name are two, by their files; so is one that was written anew
// in place, or has the number of one that is gone, by when its file changed; one that was started in two
// units is two; and of an interpreter, which runs whatever it is given, each process is one of its own.
struct confirmation_key {
    dev_t device = 0;
    ino_t inode = 0;
    std::chrono::nanoseconds changed{};
    std::string unit;
    std::string session;
    std::string form;
    process_key process;  // of an interpreter; else nobody's

    auto operator<=>(const confirmation_key&) const = default;
};

// Of a program that is known (process_facts::is_known): decide() wants nothing confirmed of another.
confirmation_key confirmation_of(
    const process_facts& program, std::string_view session, std::string_view form
);

class confirmations {
public:
    // Interpreters add one a process: beyond this many the oldest has to be asked for again.
    static constexpr std::size_t most = 1000;

    void remember(const confirmation_key& key);
    bool remembers(const confirmation_key& key) const { return given_.contains(key); }
    void forget();

private:
    std::set<confirmation_key> given_;
    std::deque<confirmation_key> in_order_;  // the same, the oldest first
};

}  // namespace sgauth
