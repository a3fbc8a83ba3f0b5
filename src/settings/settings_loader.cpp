// SPDX-License-Identifier: Apache-2.0
#include "src/settings/settings_loader.hpp"

#include "src/settings/settings_merger.hpp"

#include <utility>

namespace sgauth {

loaded load_settings(
    const settings_places& places, uid_t uid, const settings_file_reader& read, const value_checks& checks
)
{
    settings_merger all(uid, read, checks);
    using absence = settings_merger::absence;
    using rank = settings_merger::rank;
    if (!places.chosen.empty()) {
        all.take_file(places.chosen, rank::ordinary, absence::is_a_problem);
    } else {
        all.take_file(places.system, rank::ordinary, absence::is_fine);
        if (!places.user.empty())
            all.take_file(places.user, rank::ordinary, absence::is_fine);
    }
    all.take_file(places.enforced, rank::enforced, absence::is_fine);
    return std::move(all).finish();
}

}  // namespace sgauth
