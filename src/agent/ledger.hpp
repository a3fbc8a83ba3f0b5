#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// Where entries are written and read from. An interface: `lane_ledger` is the real one. What is to be written
// and when is the recorder's business.

#include "src/base/error.hpp"
#include "src/policy/audit_file_unix.hpp"
#include "src/settings/settings.hpp"

#include <boost/asio/awaitable.hpp>

#include <vector>

namespace sgauth {

class ledger {
public:
    template <class T>
    using awaitable = boost::asio::awaitable<T>;

    enum class room { left, full };

    virtual ~ledger() = default;

    // Suspends until all of it is where `to` says: in the file, which means in the kernel and not yet on the
    // disk, and taken by the journal. In the order of the calls. `full`: the file is to be rotated.
    virtual awaitable<result<room>> write(std::vector<audit_entry> entries, audit_sink to) = 0;
    // Writes `last`, then begins a new file.
    virtual awaitable<result<void>> rotate(std::vector<audit_entry> last, audit_sink to) = 0;
    virtual awaitable<result<audit_record>> read() = 0;
    // The clean end of it. `last` are the counts that were open.
    virtual awaitable<result<void>> close(std::vector<audit_entry> last, audit_sink to, std::int64_t at) = 0;
};

}  // namespace sgauth
