#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// A desktop that keeps what it was told to show.

#include "src/agent/desktop_notices.hpp"

#include <utility>
#include <vector>

namespace sgauth::test {

class noting_desktop final : public desktop_notices {
public:
    std::vector<desktop_notice> shown;

    void show(desktop_notice what) override { shown.push_back(std::move(what)); }
};

}  // namespace sgauth::test
