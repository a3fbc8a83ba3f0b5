// SPDX-License-Identifier: Apache-2.0
#include "src/policy/audit_file_unix.hpp"

#include "proto/utf8.hpp"
#include "src/base/atomic_file.hpp"
#include "src/policy/audit_chain.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace sgauth {

namespace {

// Longer than any line: texts in it are cut.
constexpr std::int64_t longest_line = 64 * 1024;

std::unexpected<error> in_words(const char* what, const std::filesystem::path& path, int cause)
{
    const char* advice = cause == ENOSPC || cause == EDQUOT ? "; make room on that disk"
                         : cause == ELOOP                   ? "; it is a link: remove it"
                         : cause == EACCES                  ? "; make it writable for this user"
                                                            : "";
    return fail(
        errc::failed,
        fmt::format("cannot {} {}: {}{}", what, proto::printable(path.native()), ::strerror(cause), advice)
    );
}

audit_entry of_ledger(std::string_view event, std::int64_t at, std::string reason)
{
    audit_entry e;
    e.event = event;
    e.at = at;
    if (!reason.empty())
        e.reason = std::move(reason);
    return e;
}

std::string_view take_line(std::string_view& text)
{
    const std::size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end == text.npos ? text.size() : end + 1);
    return line;
}

}  // namespace

// The end of a file: its last line, whole or not, and the last entry that can be read.
struct audit_file::tail {
    std::string last_line;
    bool is_whole = true;  // it has its newline
    std::optional<audit_line> last_entry;
};

audit_file::audit_file(std::filesystem::path path, audit_limits limits)
    : path_(std::move(path)), limits_(limits)
{
}

audit_file::~audit_file()
{
    let_go();
}

void audit_file::let_go() noexcept
{
    if (fd_ >= 0)
        ::close(std::exchange(fd_, -1));
}

std::filesystem::path audit_file::old(int n) const
{
    std::filesystem::path name = path_;
    name += fmt::format(".{}", n);
    return name;
}

// Whether the name still leads to the file that we write, and nobody else has changed its size.
bool audit_file::is_still_ours() const
{
    struct stat at{};
    return ::lstat(path_.c_str(), &at) == 0 && at.st_dev == device_ && at.st_ino == inode_ &&
           at.st_size == size_;
}

result<audit_file::tail> audit_file::read_tail(int fd, std::int64_t size) const
{
    const std::int64_t from = std::max<std::int64_t>(0, size - longest_line);
    std::string text(static_cast<std::size_t>(size - from), '\0');
    const ssize_t got = ::pread(fd, text.data(), text.size(), from);
    if (got < 0)
        return in_words("read", path_, errno);
    text.resize(static_cast<std::size_t>(got));
    tail found;
    found.is_whole = text.empty() || text.back() == '\n';
    for (std::string_view rest = text; !rest.empty();) {
        found.last_line = take_line(rest);
        if (auto read = read_line(found.last_line))
            found.last_entry = std::move(read);
    }
    return found;
}

result<void> audit_file::open(std::int64_t at)
{
    if (fd_ >= 0 && is_still_ours())
        return {};
    let_go();
    constexpr int how = O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
    fd_ = ::open(path_.c_str(), how, 0600);
    struct stat about{};
    if (fd_ < 0 || ::fstat(fd_, &about) != 0) {
        const int cause = errno;
        let_go();
        return in_words("write", path_, cause);
    }
    if (!S_ISREG(about.st_mode) || about.st_uid != ::geteuid() || ::fchmod(fd_, 0600) != 0) {
        let_go();
        return fail(errc::failed, proto::printable(path_.native()) + " is no file of ours; remove it");
    }
    device_ = about.st_dev;
    inode_ = about.st_ino;
    size_ = about.st_size;
    std::string start;
    auto looked = look_at_what_is_there(start, at);
    if (looked && !start.empty())
        looked = write(start);
    if (!looked)
        let_go();
    return looked;
}

// What has to be written before anything new: the end of a torn line, and who writes from here on. Where this
// object wrote before, the chain goes on from what it wrote: lines that were taken away meanwhile show.
result<void> audit_file::look_at_what_is_there(std::string& start, std::int64_t at)
{
    auto found = read_tail(fd_, size_);
    if (!found)
        return std::unexpected(found.error());
    const bool is_first = hash_.empty();
    const bool is_torn = !found->is_whole && !read_line(found->last_line);
    if (!found->is_whole)
        start = "\n";
    if (is_first && size_ == 0) {
        // A crash between the two steps of a rotation: the chain goes on from the newest of the old files.
        const int before = ::open(old(1).c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
        struct stat about{};
        if (before >= 0 && ::fstat(before, &about) == 0)
            found = read_tail(before, about.st_size);
        if (before >= 0)
            ::close(before);
        if (!found)
            return std::unexpected(found.error());
    }
    if (is_first) {
        hash_ = found->last_line.empty() ? std::string(nothing_before) : hash_of_line(found->last_line);
        number_ = found->last_entry ? found->last_entry->entry.number : 0;
    } else if (is_torn) {
        hash_ = hash_of_line(found->last_line);
    }
    if (is_torn)
        chain(of_ledger(proto::audit_event::torn, at, "the line before was cut off in the middle"), start);
    if (!is_first)
        return {};
    const bool ended_well =
        !found->last_entry || found->last_entry->entry.event == proto::audit_event::closed;
    const char* reason =
        ended_well && !is_torn ? "" : "the daemon before did not end cleanly, or its last lines were cut off";
    chain(of_ledger(proto::audit_event::opened, at, reason), start);
    return {};
}

void audit_file::chain(audit_entry e, std::string& out)
{
    e.number = ++number_;
    const std::string line = line_of(e, hash_);
    hash_ = hash_of_line(line);
    out.append(line) += '\n';
}

// All or nothing, as far as the disk lets us: what was written of it is taken back.
result<void> audit_file::write(std::string_view text)
{
    for (std::string_view left = text; !left.empty();) {
        const ssize_t wrote = ::write(fd_, left.data(), left.size());
        if (wrote < 0 && errno == EINTR)
            continue;
        if (wrote <= 0) {
            const int cause = wrote == 0 ? EIO : errno;
            // Where even that fails the piece is found as a torn line by the next append.
            static_cast<void>(::ftruncate(fd_, size_) == 0);
            let_go();
            return in_words("write", path_, cause);
        }
        left.remove_prefix(static_cast<std::size_t>(wrote));
    }
    size_ += static_cast<std::int64_t>(text.size());
    return {};
}

result<void> audit_file::append(std::span<const audit_entry> entries)
{
    if (entries.empty())
        return {};
    const std::string hash_before = hash_;
    const std::int64_t number_before = number_;
    auto done = open(entries.front().at);
    const std::string hash_opened = hash_;
    const std::int64_t number_opened = number_;
    if (done) {
        std::string text;
        for (const audit_entry& e : entries)
            chain(e, text);
        done = write(text);
        if (!done) {
            hash_ = hash_opened;
            number_ = number_opened;
        }
    } else {
        hash_ = hash_before;
        number_ = number_before;
    }
    return done;
}

result<void> audit_file::rotate()
{
    for (int n = limits_.old_files; n >= 1; --n) {
        const std::filesystem::path from = n == 1 ? path_ : old(n - 1);
        if (::rename(from.c_str(), old(n).c_str()) != 0 && errno != ENOENT)
            return in_words("rename", from, errno);
    }
    let_go();
    size_ = 0;
    return {};
}

result<void> audit_file::close(std::int64_t at)
{
    if (hash_.empty())
        return {};
    const audit_entry last = of_ledger(proto::audit_event::closed, at, {});
    auto done = append(std::span(&last, 1));
    let_go();
    return done;
}

result<audit_record> audit_file::read() const
{
    struct stat ignored{};
    const bool may_be_rotated = ::lstat(old(limits_.old_files).c_str(), &ignored) == 0;
    audit_check check(
        may_be_rotated ? audit_check::beginning::rotated_away : audit_check::beginning::complete
    );
    // The last batch before a rotation may go beyond the limit, by less than the limit again.
    const auto most = static_cast<std::size_t>(2 * limits_.file_bytes + longest_line);
    for (int n = limits_.old_files; n >= 0; --n) {
        const auto text = read_file(n == 0 ? path_ : old(n), most);
        if (!text)
            return std::unexpected(text.error());
        for (std::string_view rest = *text ? std::string_view(**text) : std::string_view(); !rest.empty();)
            check.take(take_line(rest));
    }
    return audit_record{check.entries(), check.broken()};
}

}  // namespace sgauth
