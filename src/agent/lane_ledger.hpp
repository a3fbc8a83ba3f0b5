#pragma once
// SPDX-License-Identifier: Apache-2.0

#include "src/agent/ledger.hpp"
#include "src/base/lane.hpp"
#include "src/policy/journal_unix.hpp"

#include <filesystem>
#include <memory>
#include <string>

namespace sgauth {

// The file and the journal, on a lane of their own: a disk that hangs holds up those who wait for their line,
// and nobody else.
class lane_ledger final : public ledger {
public:
    lane_ledger(
        boost::asio::any_io_executor executor,
        std::filesystem::path file,
        std::string journal = journal_socket,
        audit_limits limits = {}
    );

    awaitable<result<outcome>> write(std::vector<audit_entry> entries, audit_sink to) override;
    awaitable<result<void>> rotate() override;
    awaitable<result<audit_record>> read() override;
    awaitable<result<void>> close(std::vector<audit_entry> last, audit_sink to, std::int64_t at) override;

    // Nothing is being written.
    bool idle() const { return lane_.idle(); }

private:
    // What the jobs work on; they own it too, as one that hangs outlives us.
    struct places {
        audit_file file;
        std::string journal;
    };
    static result<outcome> put(places& where, const std::vector<audit_entry>& entries, audit_sink to);

    lane lane_;
    std::shared_ptr<places> places_;
};

}  // namespace sgauth
