// SPDX-License-Identifier: Apache-2.0
#include "src/base/log.hpp"

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <cstdlib>
#include <memory>
#include <sys/stat.h>
#include <unistd.h>

namespace sgauth::log {

namespace {

// sd-daemon(3)'s prefixes, which journald turns into priorities.
class journal_prefix final : public spdlog::custom_flag_formatter {
public:
    void format(const spdlog::details::log_msg& message, const std::tm&, spdlog::memory_buf_t& out) override
    {
        static constexpr std::string_view prefixes[] = {"<7>", "<7>", "<6>", "<4>", "<3>", "<2>", "<6>"};
        const std::string_view prefix = prefixes[static_cast<std::size_t>(message.level)];
        out.append(prefix.data(), prefix.data() + prefix.size());
    }
    std::unique_ptr<custom_flag_formatter> clone() const override
    {
        return std::make_unique<journal_prefix>();
    }
};

// systemd.exec(5): programs inherit the variable, also where their stderr is another one, as in a terminal.
bool goes_to_journal(int fd)
{
    const char* stream = std::getenv("JOURNAL_STREAM");
    struct stat st{};
    return stream && ::fstat(fd, &st) == 0 && fmt::format("{}:{}", st.st_dev, st.st_ino) == stream;
}

}  // namespace

bool start(std::string_view level)
{
    auto sink = std::make_shared<spdlog::sinks::stderr_sink_st>();
    auto formatter = std::make_unique<spdlog::pattern_formatter>();
    if (goes_to_journal(STDERR_FILENO))
        formatter->add_flag<journal_prefix>('*').set_pattern("%*%v");
    else
        formatter->set_pattern("%Y-%m-%d %H:%M:%S %-7l %v");
    sink->set_formatter(std::move(formatter));
    auto logger = std::make_shared<spdlog::logger>("sgauthd", std::move(sink));
    const auto wanted = spdlog::level::from_str(std::string(level));  // an unknown name gives `off`
    logger->set_level(wanted == spdlog::level::off ? spdlog::level::info : wanted);
    logger->flush_on(spdlog::level::trace);
    spdlog::set_default_logger(std::move(logger));
    return wanted != spdlog::level::off;
}

}  // namespace sgauth::log
