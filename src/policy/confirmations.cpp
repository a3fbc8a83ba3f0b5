// SPDX-License-Identifier: Apache-2.0
#include "src/policy/confirmations.hpp"

#include "src/settings/interpreters.hpp"

namespace sgauth {

confirmation_key confirmation_of(
    const process_facts& program, std::string_view session, std::string_view form
)
{
    confirmation_key key;
    key.device = program.device;
    key.inode = program.inode;
    key.changed = program.changed;
    key.unit = program.unit;
    key.session = session;
    key.form = form;
    if (is_interpreter(program.executable))
        key.process = program.process;
    return key;
}

void confirmations::remember(const confirmation_key& key)
{
    if (!given_.insert(key).second)
        return;
    in_order_.push_back(key);
    if (in_order_.size() <= most)
        return;
    given_.erase(in_order_.front());
    in_order_.pop_front();
}

void confirmations::forget()
{
    given_.clear();
    in_order_.clear();
}

}  // namespace sgauth
