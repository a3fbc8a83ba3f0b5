// SPDX-License-Identifier: Apache-2.0
#include "daemon/kept_store.hpp"

#include "src/base/hex.hpp"
#include "src/base/log.hpp"
#include "src/vault/store_image.hpp"

#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace sgauth {

namespace {

// What systemd calls the file, and the file's first line. The second is the key in hexadecimal, or empty; the
// rest is the image, which tells by itself whether it is whole.
constexpr const char* file_name = "sgauth-vault";
constexpr std::string_view first_line = "sgauth-kept 1\n";
constexpr std::size_t most_bytes = max_store_bytes + 1024;

bool write_all(int fd, std::string_view content)
{
    off_t at = 0;
    while (!content.empty()) {
        const ssize_t wrote = ::pwrite(fd, content.data(), content.size(), at);
        if (wrote <= 0)
            return false;
        at += wrote;
        content.remove_prefix(static_cast<std::size_t>(wrote));
    }
    return true;
}

std::string read_all(int fd)
{
    struct stat about{};
    if (::fstat(fd, &about) != 0 || !S_ISREG(about.st_mode) || about.st_size > static_cast<off_t>(most_bytes))
        return {};
    std::string content(static_cast<std::size_t>(about.st_size), '\0');
    const ssize_t got = ::pread(fd, content.data(), content.size(), 0);
    content.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    return content;
}

}  // namespace

kept_store::kept_store(const service_manager& systemd) : systemd_(systemd), file_(systemd.kept(file_name)) {}

bool kept_store::make_file()
{
    if (!file_ && systemd_.is_there()) {
        file_ = unique_fd(::memfd_create(file_name, MFD_CLOEXEC));
        if (file_)
            systemd_.keep(file_.get(), file_name);
    }
    return static_cast<bool>(file_);
}

std::optional<restart_memory::kept> kept_store::take()
{
    std::string content = file_ ? read_all(file_.get()) : std::string();
    if (!content.starts_with(first_line))
        return std::nullopt;
    const std::string_view rest = std::string_view(content).substr(first_line.size());
    const std::size_t end = rest.find('\n');
    std::optional<kept> found;
    if (end != std::string_view::npos) {
        found.emplace();
        found->image = rest.substr(end + 1);
        auto key = from_hex(rest.substr(0, end));
        if (key && key->size() == key_bytes)
            found->key = vault_key::take(*key);
    }
    wipe(content);
    return found;
}

void kept_store::keep(std::string_view image, const vault_key* key)
{
    if (!make_file())
        return;
    std::string content(first_line);
    content.reserve(first_line.size() + 2 * key_bytes + 1 + image.size());  // growing would leave a copy
    if (key) {
        std::string digits = to_hex(key->reveal());
        content += digits;
        wipe(digits);
    }
    content.append("\n").append(image);
    // A cut one is passed over by the vault, as the disk has the store too.
    const bool is_kept =
        write_all(file_.get(), content) && ::ftruncate(file_.get(), static_cast<off_t>(content.size())) == 0;
    wipe(content);
    if (!is_kept)
        log::warning("what is kept over a restart is not up to date");
}

void kept_store::forget()
{
    if (file_ && ::ftruncate(file_.get(), 0) != 0)
        log::warning("what is kept over a restart cannot be removed");
}

}  // namespace sgauth
