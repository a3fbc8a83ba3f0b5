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

result<void> lane_ledger::put(places& where, const std::vector<audit_entry>& entries, audit_sink to)
{
    if (to_file(to))
        if (auto done = where.file.append(entries); !done)
            return done;
    if (to_journal(to))
        for (const audit_entry& e : entries)
            if (auto done = send_to_journal(where.journal, e); !done)
                return done;
    return {};
}

ledger::awaitable<result<ledger::room>> lane_ledger::write(std::vector<audit_entry> entries, audit_sink to)
{
    std::move_only_function<result<room>()> work =
        [where = places_, all = std::move(entries), to]() -> result<room> {
        if (auto done = put(*where, all, to); !done)
            return std::unexpected(std::move(done.error()));
        return where->file.is_full() ? room::full : room::left;
    };
    co_return co_await lane_.run<result<room>>(std::move(work));
}

ledger::awaitable<result<void>> lane_ledger::rotate(std::vector<audit_entry> last, audit_sink to)
{
    std::move_only_function<result<void>()> work = [where = places_, all = std::move(last), to] {
        auto done = put(*where, all, to);
        return done && where->file.is_full() ? where->file.rotate() : done;
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
    std::move_only_function<result<void>()> work = [where = places_, all = std::move(last), to, at] {
        auto done = put(*where, all, to);
        return done && to_file(to) ? where->file.close(at) : done;
    };
    co_return co_await lane_.run<result<void>>(std::move(work));
}

}  // namespace sgauth
