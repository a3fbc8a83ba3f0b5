#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// The desktop's notifications by the helper program, which ends within seconds whatever the bus does.

#include "daemon/options.hpp"
#include "src/agent/desktop_notices.hpp"
#include "src/base/helper_process.hpp"
#include "src/base/task_group.hpp"

#include <boost/asio/awaitable.hpp>

#include <string>
#include <vector>

namespace sgauth {

class helper_notices final : public desktop_notices {
public:
    // For a daemon with these variables. `tasks` outlives it.
    helper_notices(task_group& tasks, const environment& variable);

    void show(desktop_notice what) override;

private:
    static boost::asio::awaitable<void> tell(helper_call call);

    task_group& tasks_;
    const std::string helper_;
    const std::vector<std::string> environment_;
};

}  // namespace sgauth
