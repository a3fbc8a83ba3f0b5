// SPDX-License-Identifier: Apache-2.0
#include "src/base/process_start_unix.hpp"
#include "src/base/unique_fd.hpp"
#include "src/policy/cgroup_text.hpp"
#include "src/policy/process_facts.hpp"
#include "src/policy/process_facts_apart.hpp"

#include <array>
#include <chrono>
#include <fcntl.h>
#include <optional>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

namespace sgauth {

namespace {

// Longer paths than the system's own calls take are not told.
constexpr std::size_t longest_path = 4096;
// Some sixteen hierarchies, each with a path.
constexpr std::size_t longest_cgroup_text = 16 * longest_path;

int open_process(pid_t pid)
{
    const std::string path = "/proc/" + std::to_string(pid);
    return ::open(path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
}

struct file_identity {
    dev_t device = 0;
    ino_t inode = 0;
    std::chrono::nanoseconds changed{};
    bool is_gone = false;  // no name leads to it any more

    bool operator==(const file_identity&) const = default;
};

// AT_STATX_DONT_SYNC: a program may lie on a file server that hangs; what the kernel has of it will do.
std::optional<file_identity> identity_of(int folder, const char* name)
{
    struct statx st{};
    if (::statx(folder, name, AT_STATX_DONT_SYNC, STATX_INO | STATX_NLINK | STATX_CTIME, &st) != 0)
        return std::nullopt;
    return file_identity{
        ::makedev(st.stx_dev_major, st.stx_dev_minor),
        st.stx_ino,
        std::chrono::seconds(st.stx_ctime.tv_sec) + std::chrono::nanoseconds(st.stx_ctime.tv_nsec),
        st.stx_nlink == 0
    };
}

std::string target_of(int folder, const char* name)
{
    std::array<char, longest_path> target;
    const ssize_t size = ::readlinkat(folder, name, target.data(), target.size());
    const bool is_whole = size > 0 && static_cast<std::size_t>(size) < target.size();
    return is_whole ? std::string(target.data(), static_cast<std::size_t>(size)) : std::string();
}

std::string text_of(int folder, const char* name)
{
    const unique_fd file(::openat(folder, name, O_RDONLY | O_CLOEXEC));
    std::string text;
    std::array<char, longest_path> piece;
    ssize_t got = 0;
    while (text.size() < longest_cgroup_text &&
           (got = file.get() < 0 ? -1 : ::read(file.get(), piece.data(), piece.size())) > 0)
        text.append(piece.data(), static_cast<std::size_t>(got));
    return text;
}

std::optional<file_identity> own_namespace(const char* kind)
{
    const unique_fd ours(::open("/proc/self", O_PATH | O_DIRECTORY | O_CLOEXEC));
    return identity_of(ours.get(), kind);
}

// Whether a namespace is another than ours, which never changes. Nothing where we may not look. By its number
// alone: the kernel makes the file anew whenever somebody looks.
std::optional<bool> is_foreign(
    const std::optional<file_identity>& own, const std::optional<file_identity>& its
)
{
    if (!own || !its)
        return std::nullopt;
    return own->device != its->device || own->inode != its->inode;
}

// Who looks for us, where we may not: set once at start.
process_looker& other_looker()
{
    static process_looker other;
    return other;
}

process_facts& unknown(process_facts& facts, std::string_view why)
{
    facts.is_known = false;
    facts.why_unknown = why;
    return facts;
}

}  // namespace

void look_at_processes_by(process_looker other)
{
    other_looker() = std::move(other);
}

process_facts read_process_facts(const process_key& who)
{
    if (const auto& other = other_looker())
        return facts_in(other(question_about(who)), who);
    process_facts facts;
    facts.process = who;
    if (who.pid <= 0 || who.start_time == 0)
        return unknown(facts, "the system does not say which process it is");
    const unique_fd folder(open_process(who.pid));
    if (folder.get() < 0)
        return unknown(facts, "the process has ended");
    facts.executable = target_of(folder.get(), "exe");
    const auto file = identity_of(folder.get(), "exe");
    facts.device = file ? file->device : 0;
    facts.inode = file ? file->inode : 0;
    facts.changed = file ? file->changed : std::chrono::nanoseconds();
    facts.cgroup = cgroup_in(text_of(folder.get(), "cgroup"));
    facts.unit = unit_in(facts.cgroup);
    static const auto own_mounts = own_namespace("ns/mnt");
    static const auto own_users = own_namespace("ns/user");
    const auto mounts = is_foreign(own_mounts, identity_of(folder.get(), "ns/mnt"));
    const auto users = is_foreign(own_users, identity_of(folder.get(), "ns/user"));
    facts.foreign_mounts = mounts.value_or(false);
    facts.foreign_users = users.value_or(false);
    if (read_start_time(folder.get()) != who.start_time) {
        facts = process_facts();
        facts.process = who;
        return unknown(facts, "the process has ended");
    }
    if (facts.executable.empty() || !file || !mounts || !users)
        return unknown(facts, "the system does not let us see which program it runs");
    if (identity_of(folder.get(), "exe") != file)
        return unknown(facts, "it started another program just now");
    if (file->is_gone)
        return unknown(facts, "its program was removed or replaced since it started: start it again");
    facts.is_known = true;
    return facts;
}

// Not by when the file changed: while it runs nobody writes it, and to link, rename or replace it changes
// that time, not what runs.
bool is_same_program(const process_facts& earlier)
{
    if (other_looker()) {
        const process_facts now = read_process_facts(earlier.process);
        return now.inode != 0 && now.device == earlier.device && now.inode == earlier.inode;
    }
    const unique_fd folder(open_process(earlier.process.pid));
    if (folder.get() < 0)
        return false;
    const auto file = identity_of(folder.get(), "exe");
    return file && file->device == earlier.device && file->inode == earlier.inode &&
           read_start_time(folder.get()) == earlier.process.start_time;
}

std::shared_ptr<const process_facts> as_unknown(const process_facts& read, std::string_view why)
{
    auto facts = std::make_shared<process_facts>(read);
    unknown(*facts, why);
    return facts;
}

std::shared_ptr<const process_facts> look_again(std::shared_ptr<const process_facts> earlier)
{
    if (!earlier || !earlier->is_known || is_same_program(*earlier))
        return earlier;
    return as_unknown(*earlier, "the process does not run the program any more that connected");
}

}  // namespace sgauth
