#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// The desktop as logind tells of it: a helper program of ours, which links GLib as the daemon does not, stays
// at the system bus as long as somebody listens.

#include "daemon/desktop_words.hpp"
#include "daemon/options.hpp"
#include "src/agent/desktop_signals.hpp"
#include "src/base/clock.hpp"
#include "src/base/helper_stream.hpp"

#include <optional>
#include <string>
#include <vector>

namespace sgauth {

class logind_signals final : public desktop_signals {
public:
    // For a daemon with these variables. `time` outlives this, and this what listens.
    logind_signals(const environment& variable, time_source& time);

    boost::asio::awaitable<void> listen(obeyer obey) override;
    std::optional<std::string> problem() const override { return problem_; }

private:
    boost::asio::awaitable<std::string> listen_once(obeyer& obey);
    boost::asio::awaitable<result<std::string>> next_line(helper_stream& helper);
    boost::asio::awaitable<result<void>> take(helper_stream& helper, desktop_line said, obeyer& obey);

    std::vector<std::string> environment_;
    time_source& time_;
    std::optional<std::string> problem_;
    int failures_ = 0;  // in a row
    bool is_ready_ = false;
};

}  // namespace sgauth
