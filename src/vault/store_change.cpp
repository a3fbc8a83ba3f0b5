// SPDX-License-Identifier: Apache-2.0
#include "src/vault/store_change.hpp"

#include "src/vault/set_aside_stores.hpp"

#include <algorithm>
#include <utility>

namespace sgauth {

namespace {

// A write that failed may have come as far as the file: then nobody knows what it holds.
result<void> bury(const store_files& files, const tombstones& graves, std::optional<tombstones>& buried)
{
    if (buried == graves)
        return {};
    buried.reset();
    auto written = write_tombstones(files, graves);
    if (written)
        buried = graves;
    return written;
}

// A store that was set aside has kept its key, and may be put back.
bool needs_tombstones(const store_step& step)
{
    const auto takes_away = [](const store_change& one) {
        return one.older == older_copies::are_made_useless;
    };
    if (step.needs_tombstones || step.header.place == key_place::memory)
        return step.needs_tombstones;
    return std::ranges::any_of(step.changes, takes_away) && has_set_aside(step.files);
}

}  // namespace

changed_records change_records(
    std::vector<stored_record> records,
    const tombstones& graves,
    std::vector<store_change> changes,
    bool needs_tombstones
)
{
    changed_records out{std::move(records), graves, {}};
    std::vector<std::string> gone;
    for (store_change& change : changes) {
        const auto at = std::ranges::find(out.records, change.id, &stored_record::id);
        const bool is_there = at != out.records.end();
        const bool is_put = change.what == store_change::verb::put;
        const bool useless = change.older == older_copies::are_made_useless;
        if (is_there && useless && needs_tombstones)
            out.before_writing.add_secret(at->record.secret, is_put ? afterwards::is_owed : change.left);
        if (!is_put) {
            if (is_there)
                out.records.erase(at);
            gone.push_back(std::move(change.id));
            continue;
        }
        if (!useless)
            out.before_writing.lift_secret(change.record.secret);  // logged in with again
        if (is_there)
            at->record = std::move(change.record);
        else
            out.records.push_back({std::move(change.id), std::move(change.record)});
    }
    out.after_writing = out.before_writing;
    for (const std::string& id : gone)
        out.after_writing.lift_record(id);
    return out;
}

// The tombstones first: a crash between the two leaves a revoked secret in the store, and refused.
result<void> bring_to_disk(const store_files& files, store_on_way& what)
{
    if (const auto written = bury(files, what.graves, what.buried); !written)
        return written;
    if (what.is_graves_alone)
        return {};
    const bool has_file = what.image && what.image->header.place != key_place::memory;
    return has_file ? write_store(files, *what.image) : remove_store(files);
}

store_step_end take_step(store_step step)
{
    store_step_end end;
    end.graves = step.graves;
    end.buried = step.buried;
    std::vector<stored_record> records;
    if (step.before) {
        auto opened = open_image(*step.before, step.keys_before);
        if (!opened)
            return end;
        records = std::move(*opened);
    }
    const bool buries = needs_tombstones(step);
    changed_records changed =
        change_records(std::move(records), step.graves, std::move(step.changes), buries);
    ++step.header.serial;
    store_on_way way;
    way.image = make_image(std::move(step.header), changed.records, step.keys);
    changed.records.clear();  // no secret lies open for as long as a disk takes
    way.graves = std::move(changed.before_writing);
    way.buried = std::move(step.buried);
    result<void> written = bring_to_disk(step.files, way);
    if (written) {
        way.graves = std::move(changed.after_writing);
        written = bury(step.files, way.graves, way.buried);
    }
    if (!written)
        end.unwritten = written.error().detail;
    end.image = std::move(way.image);
    end.graves = std::move(way.graves);
    end.buried = std::move(way.buried);
    return end;
}

}  // namespace sgauth
