// SPDX-License-Identifier: Apache-2.0
#include "src/policy/audit_tally.hpp"

#include <utility>

namespace sgauth {

std::string audit_key(
    std::string_view event,
    const process_key& process,
    ino_t program,
    std::string_view session,
    std::string_view form,
    std::string_view state
)
{
    std::string key = std::to_string(process.pid) + ' ' + std::to_string(program);
    key.reserve(key.size() + event.size() + session.size() + form.size() + state.size() + 4);
    for (const std::string_view part : {event, session, form, state})
        key.append(1, '\n').append(part);
    return key;
}

audit_tally::standing audit_tally::of(std::string_view key, const process_key& process, boot_time now) const
{
    // All processes of another pid namespace are 0 to us: none of them is another's repeat.
    const auto found = process.pid == 0 ? open_.end() : open_.find(key);
    if (found == open_.end() || now >= found->second.closes)
        return standing::fresh;
    const open_window& w = found->second;
    const bool both_known = w.process.start_time != 0 && process.start_time != 0;
    if (both_known && w.process.start_time != process.start_time)
        return standing::fresh;
    return w.is_written ? standing::written : standing::begun;
}

std::optional<audit_entry> audit_tally::begin(
    const std::string& key, const process_key& process, const audit_entry& first, boot_time now
)
{
    open_window w{process, now + window, false, first};
    w.repeats.count = 0;
    std::optional<audit_entry> counted;
    if (const auto before = open_.find(key); before != open_.end()) {
        if (before->second.repeats.count > 0)
            counted = std::move(before->second.repeats);
        close(before);
    }
    const auto opened = open_.emplace(key, std::move(w)).first;
    closing_.emplace(opened->second.closes, opened->first);
    return counted;
}

void audit_tally::wrote(std::string_view key)
{
    if (const auto found = open_.find(key); found != open_.end())
        found->second.is_written = true;
}

void audit_tally::failed(std::string_view key)
{
    if (const auto found = open_.find(key); found != open_.end() && !found->second.is_written)
        close(found);
}

void audit_tally::close(windows::iterator which)
{
    closing_.erase({which->second.closes, which->first});
    open_.erase(which);
}

void audit_tally::count(std::string_view key, wall_time wall)
{
    const auto found = open_.find(key);
    if (found == open_.end())
        return;
    audit_entry& repeats = found->second.repeats;
    const std::int64_t at = wall.time_since_epoch().count();
    if (repeats.count++ == 0)
        repeats.at = at;
    else
        repeats.until = at;
}

void audit_tally::move_count(open_window& from, std::vector<audit_entry>& out)
{
    if (from.repeats.count == 0)
        return;
    out.push_back(from.repeats);
    from.repeats.count = 0;
    from.repeats.until.reset();
}

std::vector<audit_entry> audit_tally::due(boot_time now)
{
    std::vector<audit_entry> out;
    const bool too_many = open_.size() >= most_windows;
    for (auto next = closing_.begin(); next != closing_.end() && (now >= next->first || too_many);) {
        const auto which = open_.find(next->second);
        const bool is_over = now >= next->first;
        ++next;
        if (!is_over && !which->second.is_written)
            continue;
        move_count(which->second, out);
        close(which);
    }
    return out;
}

std::vector<audit_entry> audit_tally::take_counts()
{
    std::vector<audit_entry> out;
    for (auto& [key, w] : open_)
        move_count(w, out);
    return out;
}

std::optional<boot_time> audit_tally::next_close() const
{
    return closing_.empty() ? std::nullopt : std::optional(closing_.begin()->first);
}

}  // namespace sgauth
