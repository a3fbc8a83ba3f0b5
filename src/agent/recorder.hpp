#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// Puts on record who got what, and who did not: hand-outs and refusals as the requests tell them, what
// becomes of sessions as the table tells it. Decides by the settings what has to be written before a reply;
// the ledger writes.

#include "src/agent/audit_queue.hpp"
#include "src/base/clock.hpp"
#include "src/base/task_group.hpp"
#include "src/policy/audit_tally.hpp"
#include "src/session/session_table.hpp"
#include "src/settings/settings_loader.hpp"

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace sgauth {

class recorder {
public:
    template <class T>
    using awaitable = boost::asio::awaitable<T>;

    // How long a reply waits for its line. One that does not need it goes then, and the line follows.
    static constexpr std::chrono::seconds patience{2};
    static constexpr std::chrono::seconds patience_if_required{10};

    // Listens to the table. All outlive this and every coroutine that it made. `writers` are let finish when
    // the daemon ends, `tasks` are not.
    recorder(
        ledger& book,
        const loaded& configuration,
        session_table& table,
        time_source& time,
        task_group& tasks,
        task_group& writers
    );
    recorder(const recorder&) = delete;
    recorder& operator=(const recorder&) = delete;

    // Whether nothing has to be written before the reply: it is a repeat, which this has counted, or nothing
    // is recorded. Costs no hop. `key` by audit_key().
    bool repeats(std::string_view key, const process_key& process);
    // Suspends until `e` is on record, or counted. The error says why it is not, or not yet; a
    // hand-out that may not happen without (is_required) never will be.
    awaitable<result<void>> record(std::string key, process_key process, audit_entry e);
    // The same for what happens once.
    awaitable<result<void>> record(audit_entry e);
    // For what happened already: nobody's reply waits for it. Equal ones are counted.
    void note(std::string key, process_key process, audit_entry e);
    // The same for what happens once.
    void note(audit_entry e);
    // Suspends until what was noted before is on record, as long as a reply waits for that.
    awaitable<void> settle();
    // Whether what cannot be recorded must not happen.
    bool is_required() const { return configuration_.values.audit.required; }

    // Why no credential may leave, as far as the last write tells; nothing while it may.
    std::optional<std::string> keeps_back() const;

    // Who logs in is known by the one who waits for it: the login of that session is told by record(), not as
    // one for which nobody waited.
    void claim_login(const std::string& session) { unclaimed_.erase(session); }
    // Who takes these sessions away, for the entries that the table's word makes; until `revoked`.
    void revoking(const std::vector<std::string>& sessions, const caller& who);
    // Suspends until what the table told is on record.
    awaitable<void> revoked(std::vector<std::string> sessions);

    // All that is on record, the open counts too.
    awaitable<result<audit_record>> read();
    // What is wrong with the record, as a sentence for `sgauth status`.
    std::optional<std::string> problem() const;
    // Writes what is open, and that this was a clean end.
    awaitable<result<void>> close();

private:
    void hear(session_event event, const session& s);
    audit_sink sink() const { return configuration_.values.audit.sink; }
    std::int64_t wall() const { return time_.wall().time_since_epoch().count(); }
    awaitable<void> note_counted(std::string key, process_key process, audit_entry e);
    awaitable<result<void>> put_down();
    awaitable<void> flush();
    void add_counts();
    awaitable<void> close_windows();
    void keep_closing_windows();
    std::optional<boot_time> next_close() const;
    void take_due();

    ledger& book_;
    const loaded& configuration_;
    time_source& time_;
    task_group& tasks_;
    const wall_time started_;
    audit_tally tally_;
    audit_queue queue_;
    std::map<std::string, std::pair<audit_entry, boot_time>> unclaimed_;  // by session
    std::map<std::string, caller> revoking_;                              // by session
    bool is_closing_windows_ = false;
};

}  // namespace sgauth
