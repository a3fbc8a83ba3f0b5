#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// Where entries are written and read from. An interface: `lane_ledger` is the real one. What is to be written
// and when is the recorder's business.

#include "src/base/error.hpp"
#include "src/policy/audit_file_unix.hpp"
#include "src/settings/settings.hpp"

#include <boost/asio/awaitable.hpp>

#include <optional>
#include <string>
#include <vector>

namespace sgauth {

class ledger {
public:
    template <class T>
    using awaitable = boost::asio::awaitable<T>;

    enum class room { left, full };
    struct outcome {
        room left = room::left;  // full: the file is to be rotated
        // The file has all of it and the journal has not; as a sentence.
        std::optional<std::string> trouble = std::nullopt;
    };

    virtual ~ledger() = default;

    // Suspends until all of it is where `to` says: in the file, which means in the kernel and not yet on the
    // disk, and taken by the journal. In the order of the calls. On an error nothing of it is in the file; of
    // what goes to the journal alone the first part may be there.
    virtual awaitable<result<outcome>> write(std::vector<audit_entry> entries, audit_sink to) = 0;
    // Begins a new file, if the present one is full.
    virtual awaitable<result<void>> rotate() = 0;
    virtual awaitable<result<audit_record>> read() = 0;
    // The clean end of it. `last` are the counts that were open.
    virtual awaitable<result<void>> close(std::vector<audit_entry> last, audit_sink to, std::int64_t at) = 0;
};

}  // namespace sgauth
