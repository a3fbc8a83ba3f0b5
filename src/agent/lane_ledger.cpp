// SPDX-License-Identifier: Apache-2.0
#include "src/agent/lane_ledger.hpp"

#include <utility>

namespace sgauth {

namespace {

// Tools come in bursts, and starting a thread costs more than the line. No secret is ever on its stack.
constexpr std::chrono::seconds thread_lingers{2};

bool to_file(audit_sink to)
{
    return to == audit_sink::file || to == audit_sink::both;
}

bool to_journal(audit_sink to)
{
    return to == audit_sink::journal || to == audit_sink::both;
}

}  // namespace

lane_ledger::lane_ledger(
    boost::asio::any_io_executor executor,
    std::filesystem::path file,
    std::string journal,
    audit_limits limits
)
    : lane_(std::move(executor), "audit", thread_lingers),
      places_(new places{audit_file(std::move(file), limits), std::move(journal)})
{
}

result<ledger::outcome> lane_ledger::put(
    places& where, const std::vector<audit_entry>& entries, audit_sink to
)
{
    outcome out;
    if (to_file(to)) {
        if (auto done = where.file.append(entries); !done)
            return std::unexpected(std::move(done.error()));
        out.left = where.file.is_full() ? room::full : room::left;
    }
    if (!to_journal(to))
        return out;
    for (const audit_entry& e : entries) {
        auto done = send_to_journal(where.journal, e);
        if (done)
            continue;
        if (!to_file(to))
            return std::unexpected(std::move(done.error()));
        out.trouble = std::move(done.error().detail);
        break;
    }
    return out;
}

ledger::awaitable<result<ledger::outcome>> lane_ledger::write(std::vector<audit_entry> entries, audit_sink to)
{
    std::move_only_function<result<outcome>()> work = [where = places_, all = std::move(entries), to] {
        return put(*where, all, to);
    };
    co_return co_await lane_.run<result<outcome>>(std::move(work));
}

ledger::awaitable<result<void>> lane_ledger::rotate()
{
    std::move_only_function<result<void>()> work = [where = places_] {
        return where->file.is_full() ? where->file.rotate() : result<void>();
    };
    co_return co_await lane_.run<result<void>>(std::move(work));
}

ledger::awaitable<result<audit_record>> lane_ledger::read()
{
    std::move_only_function<result<audit_record>()> work = [where = places_] { return where->file.read(); };
    co_return co_await lane_.run<result<audit_record>>(std::move(work));
}

ledger::awaitable<result<void>> lane_ledger::close(
    std::vector<audit_entry> last, audit_sink to, std::int64_t at
)
{
    std::move_only_function<result<void>()> work =
        [where = places_, all = std::move(last), to, at]() -> result<void> {
        if (auto done = put(*where, all, to); !done)
            return std::unexpected(std::move(done.error()));
        return to_file(to) ? where->file.close(at) : result<void>();
    };
    co_return co_await lane_.run<result<void>>(std::move(work));
}

}  // namespace sgauth
