#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// Where a person sees something without having asked: the desktop's notifications. Which of them are worth
// one is for reminders.hpp to say.

#include <string>

namespace sgauth {

struct desktop_notice {
    std::string key;      // what it is about: two of one key are the same to a person. Not shown
    std::string summary;  // one line
    std::string body;     // sentences
};

// Plain text in both, for anybody at the screen to see: never a secret, foreign text only through
// proto::printable.
class desktop_notices {
public:
    // Of what is shown: what is longer is cut.
    static constexpr std::size_t most_bytes = 4000;

    virtual ~desktop_notices() = default;

    // Returns at once. Where there is no desktop, nothing is shown, and that is no error.
    virtual void show(desktop_notice what) = 0;
};

}  // namespace sgauth
