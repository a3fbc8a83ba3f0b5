#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// What the requests work on: references to the parts that the composition root made, all of which outlive
// them.

#include "src/agent/desktop_follower.hpp"
#include "src/agent/questions.hpp"
#include "src/agent/recorder.hpp"
#include "src/agent/reminders.hpp"
#include "src/base/clock.hpp"
#include "src/base/task_group.hpp"
#include "src/session/keeper.hpp"
#include "src/session/revoker.hpp"
#include "src/session/session_restorer.hpp"
#include "src/session/session_saver.hpp"
#include "src/session/session_table.hpp"
#include "src/settings/settings_loader.hpp"
#include "src/vault/vault.hpp"

#include <string>
#include <vector>

namespace sgauth {

struct agent_state {
    session_table& table;
    keeper& keeping;
    session_saver& saving;
    revoker& revoking;
    session_restorer& restoring;
    vault& store;
    time_source& time;
    task_group& tasks;
    recorder& audit;
    questions& asking;
    reminders& reminding;
    const loaded& configuration;              // the object stays, a reload changes what is in it
    const std::vector<std::string>& notices;  // what is wrong with the process, as sentences
    const desktop_follower& desktop;
};

}  // namespace sgauth
