#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// The entries on their way to the ledger, in order. Nobody who waits owns them: they are written whether a
// caller stays or goes, and what a disk refuses stays here until it takes it.

#include "src/agent/ledger.hpp"
#include "src/base/single_flight.hpp"
#include "src/base/task_group.hpp"
#include "src/settings/settings_loader.hpp"

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace sgauth {

class audit_queue {
public:
    template <class T>
    using awaitable = boost::asio::awaitable<T>;
    using ticket = std::uint64_t;

    // The oldest beyond this many are dropped, and their number told in the ledger: an entry `lost`.
    static constexpr std::size_t most = 10'000;
    // At once, so that a file goes beyond its limit by that much alone.
    static constexpr std::size_t most_at_once = 500;

    // `last_words` gives what belongs into a file before it is rotated. All outlive every task of `writers`,
    // which is let finish when the daemon ends.
    audit_queue(
        ledger& book,
        const loaded& configuration,
        task_group& writers,
        std::function<std::vector<audit_entry>()> last_words
    );

    ticket add(audit_entry e);
    // Takes it back. False: too late, it is written or on its way.
    [[nodiscard]] bool withdraw(ticket which);
    // Suspends until all that was added before is written, or could not be: errc::failed. Cancelled it ends
    // this wait alone.
    awaitable<result<void>> flush();
    // The same, for `limit` at most (errc::timed_out): the entries stay, and are written when that works.
    awaitable<result<void>> flush_within(std::chrono::steady_clock::duration limit);

    bool is_empty() const { return waiting_.empty(); }
    // A write has been under way for longer than somebody would wait.
    bool is_stuck() const { return is_stuck_; }
    // What is wrong, as of the last write.
    const std::optional<std::string>& trouble() const { return trouble_; }
    // All that is left, for the clean end.
    std::vector<audit_entry> take_all();

private:
    struct numbered {
        ticket number = 0;
        audit_entry entry;
    };
    audit_sink sink() const { return configuration_.values.audit.sink; }
    awaitable<result<void>> write();
    awaitable<result<ledger::room>> write_some();
    void settle(ticket last);
    void complain(const std::string& why);

    ledger& book_;
    const loaded& configuration_;
    std::function<std::vector<audit_entry>()> last_words_;
    std::deque<numbered> waiting_;
    ticket next_ = 1;
    ticket written_ = 0;     // up to this one,
    ticket on_its_way_ = 0;  // and up to that one somebody is writing
    std::int64_t lost_ = 0;  // and not told yet
    bool is_stuck_ = false;
    std::optional<std::string> trouble_;
    single_flight<int, result<void>> flights_;
};

}  // namespace sgauth
