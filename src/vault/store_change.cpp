// SPDX-License-Identifier: Apache-2.0
#include "src/vault/store_change.hpp"

#include <algorithm>
#include <utility>

namespace sgauth {

namespace {

// The tombstones first: a crash between the two leaves a revoked secret in the store, and refused.
result<void> write_down(const store_step& step, const store_image& image, const changed_records& changed)
{
    if (changed.before_writing != step.graves)
        if (const auto written = write_tombstones(step.files, changed.before_writing); !written)
            return written;
    if (!step.has_file)
        return {};
    if (const auto written = write_store(step.files, image); !written)
        return written;
    if (changed.after_writing != changed.before_writing)
        return write_tombstones(step.files, changed.after_writing);
    return {};
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
        const bool useless = change.older == older_copies::are_made_useless;
        if (is_there && useless && needs_tombstones)
            out.before_writing.add_secret(at->record.secret);
        if (change.what == store_change::verb::erase) {
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

store_step_end take_step(store_step step)
{
    store_step_end end;
    end.graves = step.graves;
    std::vector<stored_record> records;
    if (step.before) {
        auto opened = open_image(*step.before, step.keys_before);
        if (!opened)
            return end;
        records = std::move(*opened);
    }
    changed_records changed =
        change_records(std::move(records), step.graves, std::move(step.changes), step.needs_tombstones);
    ++step.header.serial;
    end.image = make_image(std::move(step.header), changed.records, step.keys);
    if (const auto written = write_down(step, *end.image, changed); !written) {
        end.unwritten = written.error().detail;
        end.graves = std::move(changed.before_writing);
        return end;
    }
    end.graves = std::move(changed.after_writing);
    return end;
}

}  // namespace sgauth
