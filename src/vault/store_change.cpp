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

}  // namespace

changed_records change_records(
    std::vector<stored_record> records,
    const tombstones& graves,
    std::vector<store_change> changes,
    record_mark mark
)
{
    changed_records out{std::move(records), {graves, {}}, {graves, {}}};
    tombstones& burying = out.burying.before_writing;
    std::vector<std::string> gone;
    for (store_change& change : changes) {
        const auto at = std::ranges::find(out.records, change.id, &stored_record::id);
        const bool is_there = at != out.records.end();
        const bool is_put = change.what == store_change::verb::put;
        const bool useless = change.older == older_copies::are_made_useless;
        // The record too: older copies may have it with a credential that was replaced since.
        if (is_there && useless) {
            const afterwards left = is_put ? afterwards::is_owed : change.left;
            burying.add_secret(mark(at->record), left);
            burying.add_record(change.id, left);
        }
        if (!is_put) {
            if (is_there)
                out.records.erase(at);
            gone.push_back(std::move(change.id));
            continue;
        }
        if (!useless) {  // logged in with again
            const vault_secret welcome = mark(change.record);
            out.graves.before_writing.lift_secret(welcome);
            burying.lift_secret(welcome);
            burying.lift_record(change.id);
        }
        if (is_there)
            at->record = std::move(change.record);
        else
            out.records.push_back({std::move(change.id), std::move(change.record)});
    }
    out.burying.after_writing = burying;
    out.graves.after_writing = out.graves.before_writing;
    for (const std::string& id : gone)
        out.graves.after_writing.lift_record(id);
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

sealed_step seal_step(store_step step)
{
    sealed_step end(std::move(step.files));
    std::vector<stored_record> records;
    if (step.before) {
        auto opened = open_image(*step.before, step.keys_before);
        if (!opened)
            return end;
        records = std::move(*opened);
    }
    const bool takes_away = std::ranges::any_of(step.changes, [](const store_change& one) {
        return one.older == older_copies::are_made_useless;
    });
    changed_records changed =
        change_records(std::move(records), step.graves, std::move(step.changes), step.mark);
    // A store that was set aside has kept its key, and may be put back.
    if (takes_away && !step.needs_tombstones)
        end.graves_beside = changed.burying;
    end.graves = std::move(step.needs_tombstones ? changed.burying : changed.graves);
    ++step.header.serial;
    end.image = make_image(std::move(step.header), changed.records, step.keys);
    return end;
}

store_step_end write_step(sealed_step step)
{
    grave_change& graves =
        step.graves_beside && has_set_aside(step.files) ? *step.graves_beside : step.graves;
    store_on_way way;
    way.image = std::move(step.image);
    way.graves = std::move(graves.before_writing);
    way.buried = std::move(step.buried);
    result<void> written = bring_to_disk(step.files, way);
    if (written) {
        way.graves = std::move(graves.after_writing);
        written = bury(step.files, way.graves, way.buried);
    }
    store_step_end end;
    if (!written)
        end.unwritten = written.error().detail;
    end.graves = std::move(way.graves);
    end.buried = std::move(way.buried);
    return end;
}

}  // namespace sgauth
