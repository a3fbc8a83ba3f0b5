// SPDX-License-Identifier: Apache-2.0
#include "daemon/fence.hpp"

#include "src/base/unique_fd.hpp"

#include <spdlog/fmt/fmt.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <elf.h>
#include <fcntl.h>
#include <link.h>
#include <linux/landlock.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace sgauth {

namespace {

using rights = std::uint64_t;

// The header of an older system lacks the later ones; the kernel's own numbers, and since which ABI it knows
// them.
constexpr rights may_truncate = 1u << 14;  // 3
constexpr rights may_control = 1u << 15;   // 5: ioctl(2) on devices

constexpr rights may_execute = LANDLOCK_ACCESS_FS_EXECUTE;
constexpr rights may_write = LANDLOCK_ACCESS_FS_WRITE_FILE | may_truncate;
constexpr rights may_remove = LANDLOCK_ACCESS_FS_REMOVE_FILE;
constexpr rights may_keep = may_write | may_remove | LANDLOCK_ACCESS_FS_REMOVE_DIR |
                            LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_DIR;
constexpr rights may_make_others = LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_BLOCK |
                                   LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO |
                                   LANDLOCK_ACCESS_FS_MAKE_SYM;
// All but reading, and but renaming across folders, which a fenced process may never do unless a rule says
// so.
constexpr rights fenced = may_execute | may_keep | may_make_others | may_control;

rights known_since(long abi)
{
    rights known = ~rights{0};
    if (abi < 3)
        known &= ~may_truncate;
    if (abi < 5)
        known &= ~may_control;
    return known;
}

std::unexpected<error> cannot(const char* what)
{
    return fail(errc::failed, fmt::format("{}: {}", what, std::strerror(errno)));
}

// Nothing is wrong with a place that is not there.
result<void> open_at(int fence, const std::filesystem::path& place, rights allowed)
{
    const unique_fd at(::open(place.c_str(), O_PATH | O_CLOEXEC));
    if (!at)
        return {};
    landlock_path_beneath_attr rule{};
    rule.allowed_access = allowed;
    rule.parent_fd = at.get();
    if (::syscall(SYS_landlock_add_rule, fence, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) != 0)
        return fail(
            errc::failed, fmt::format("cannot open the fence at {}: {}", place.native(), std::strerror(errno))
        );
    return {};
}

// The kernel opens it to execute it whenever it starts a program that was linked like ours. Taken from our
// own program's headers: where it lies differs.
std::filesystem::path own_loader()
{
    std::filesystem::path found;
    const auto look = [](dl_phdr_info* object, std::size_t, void* out) {
        for (int i = 0; i < object->dlpi_phnum; ++i) {
            const ElfW(Phdr)& header = object->dlpi_phdr[i];
            if (header.p_type != PT_INTERP)
                continue;
            // NOLINTNEXTLINE(performance-no-int-to-ptr): an address is what the loader gives
            const auto* name = reinterpret_cast<const char*>(object->dlpi_addr + header.p_vaddr);
            *static_cast<std::filesystem::path*>(out) = name;
        }
        return 1;  // the first object is the program itself
    };
    ::dl_iterate_phdr(look, &found);
    return found;
}

result<void> open_everywhere(int fence, const fence_openings& openings, rights known)
{
    const auto at = [&](const std::filesystem::path& place, rights allowed) {
        return place.empty() ? result<void>() : open_at(fence, place, allowed & known);
    };
    auto opened = at("/dev/null", may_write);
    for (const auto& folder : openings.kept_in)
        if (opened)
            opened = at(folder, may_keep);
    for (const auto& folder : openings.removed_from)
        if (opened)
            opened = at(folder, may_remove);
    bool any_program = false;
    for (const auto& program : openings.programs) {
        any_program = any_program || ::access(program.c_str(), X_OK) == 0;
        if (opened)
            opened = at(program, may_execute);
    }
    if (opened && any_program)
        opened = at(own_loader(), may_execute);
    return opened;
}

}  // namespace

result<void> put_up_fence(const fence_openings& openings)
{
    const long abi = ::syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
    if (abi < 1)
        return cannot("this kernel has no Landlock");
    const rights known = known_since(abi);
    landlock_ruleset_attr all{};
    all.handled_access_fs = fenced & known;
    const unique_fd fence(
        static_cast<int>(::syscall(SYS_landlock_create_ruleset, &all, sizeof all.handled_access_fs, 0))
    );
    if (!fence)
        return cannot("the kernel makes no Landlock rules");
    if (auto opened = open_everywhere(fence.get(), openings, known); !opened)
        return opened;
    if (::syscall(SYS_landlock_restrict_self, fence.get(), 0) != 0)
        return cannot("the kernel does not take our Landlock rules");
    return {};
}

}  // namespace sgauth
