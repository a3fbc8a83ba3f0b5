#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// What a call needs to know of the connection that it came over.

#include "src/policy/caller.hpp"

#include <string>
#include <vector>

namespace sgauth::ipc {

class conversation {
public:
    virtual ~conversation() = default;

    // Makes who().process exact, by its start time: costs a read of /proc, so only for calls that compare
    // processes. False if the process that connected has ended and its pid may be another's.
    virtual bool identify() = 0;

    // Fills who().facts: what program it is now that sent what is being dealt with. The first look costs some
    // ten reads of /proc, each later one two, so only for calls that are judged, where there are rules, and
    // for what is put on record and rare.
    virtual void look() = 0;

    const caller& who() const noexcept { return who_; }
    // What was begun over this connection and ends with it, by the name to cancel it with.
    std::vector<std::string>& begun() noexcept { return begun_; }

protected:
    explicit conversation(const caller& who) : who_(who) {}
    caller who_;

private:
    std::vector<std::string> begun_;
};

}  // namespace sgauth::ipc
