// SPDX-License-Identifier: Apache-2.0
#include "src/policy/audit_chain.hpp"
#include "src/policy/audit_file_unix.hpp"
#include "tests/support/temp_dir.hpp"

#include <doctest/doctest.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <sys/resource.h>
#include <sys/stat.h>
#include <vector>

using namespace sgauth;
using sgauth::test::temp_dir;
namespace fs = std::filesystem;

namespace {

struct stage {
    temp_dir folder;
    fs::path path = folder / "audit.jsonl";

    std::string text(int old = 0) const
    {
        std::ifstream in(old == 0 ? path.string() : path.string() + "." + std::to_string(old));
        return std::string(std::istreambuf_iterator<char>(in), {});
    }
    void put(const std::string& all) const { std::ofstream(path, std::ios::trunc) << all; }
};

result<void> add(audit_file& file, std::string_view event = "login")
{
    audit_entry e;
    e.event = event;
    e.at = 1'790'000'000;
    return file.append(std::span(&e, 1));
}

std::vector<std::string> events(const audit_record& r)
{
    std::vector<std::string> all;
    for (const audit_entry& e : r.entries)
        all.push_back(e.event);
    return all;
}

using words = std::vector<std::string>;

}  // namespace

TEST_SUITE("policy.audit_file")
{
    TEST_CASE("a ledger that is not there is empty and whole")
    {
        stage s;
        const auto read = audit_file(s.path).read();
        REQUIRE(read);
        CHECK(read->entries.empty());
        CHECK_FALSE(read->broken);
    }

    TEST_CASE("entries are chained across daemons; the file is for its user alone")
    {
        stage s;
        {
            audit_file first(s.path);
            REQUIRE(add(first));
            REQUIRE(first.close(1));
        }
        audit_file second(s.path);
        REQUIRE(add(second));
        const auto read = second.read();
        REQUIRE(read);
        CHECK(events(*read) == words{"opened", "login", "closed", "opened", "login"});
        CHECK_FALSE(read->broken);
        CHECK_FALSE(read->entries[3].reason);
        struct stat about{};
        REQUIRE(::stat(s.path.c_str(), &about) == 0);
        CHECK((about.st_mode & 07777) == 0600);
    }

    TEST_CASE("a file that others may read is closed to them; a link, a pipe or a folder is refused")
    {
        stage s;
        s.put("");
        fs::permissions(s.path, fs::perms(0644));
        audit_file open_to_all(s.path);
        REQUIRE(add(open_to_all));
        CHECK(fs::status(s.path).permissions() == fs::perms(0600));
        fs::remove(s.path);
        fs::create_symlink(s.folder / "elsewhere", s.path);
        audit_file link(s.path);
        CHECK(add(link).error().detail.find("link") != std::string::npos);
        CHECK_FALSE(fs::exists(s.folder / "elsewhere"));
        fs::remove(s.path);
        REQUIRE(::mkfifo(s.path.c_str(), 0600) == 0);
        audit_file pipe(s.path);
        CHECK_FALSE(add(pipe));
        fs::remove(s.path);
        fs::create_directory(s.path);
        audit_file folder(s.path);
        CHECK_FALSE(add(folder));
    }

    TEST_CASE("a line torn by a crash is told, and the chain goes on")
    {
        stage s;
        {
            audit_file before(s.path);
            REQUIRE(add(before));
            REQUIRE(add(before));
        }
        std::string whole = s.text();
        s.put(whole.substr(0, whole.size() - 10));
        CHECK(audit_file(s.path).read()->broken == "the last line cannot be read");
        audit_file after(s.path);
        REQUIRE(add(after));
        const auto read = after.read();
        CHECK(events(*read) == words{"opened", "login", "torn", "opened", "login"});
        CHECK_FALSE(read->broken);
        CHECK(read->entries[3].reason.value_or("").find("did not end cleanly") != std::string::npos);
    }

    TEST_CASE("only the newline was lost: nothing is torn; lines cut off the end show as an unclean end")
    {
        stage s;
        {
            audit_file before(s.path);
            REQUIRE(add(before));
            REQUIRE(before.close(1));
        }
        std::string whole = s.text();
        s.put(whole.substr(0, whole.size() - 1));
        audit_file after(s.path);
        REQUIRE(add(after));
        CHECK(events(*after.read()) == words{"opened", "login", "closed", "opened", "login"});
        CHECK_FALSE(after.read()->broken);
        s.put(whole.substr(0, whole.find('\n') + 1));
        audit_file cut(s.path);
        REQUIRE(add(cut));
        CHECK(cut.read()->entries[1].reason.value_or("").find("cut off") != std::string::npos);
    }

    TEST_CASE("lines that are taken away while the daemon runs show, and so does a file that was removed")
    {
        stage s;
        audit_file file(s.path);
        for (int i = 0; i < 3; ++i)
            REQUIRE(add(file));
        const std::string whole = s.text();
        s.put(whole.substr(0, whole.find('\n') + 1));
        REQUIRE(add(file));
        CHECK(file.read()->broken == "the line before entry 5 is not the one that it was written after");
        fs::remove(s.path);
        REQUIRE(add(file));
        CHECK(file.read()->broken == "it begins with entry 6");
    }

    TEST_CASE("rotation at the limit: four old files, chained; the oldest goes")
    {
        stage s;
        audit_file file(s.path, {200, 4});
        int rotations = 0;
        while (rotations < 7) {
            REQUIRE(add(file));
            const auto size = static_cast<std::int64_t>(fs::file_size(s.path));
            CHECK(file.is_full() == (size >= 200));
            if (file.is_full()) {
                REQUIRE(file.rotate());
                ++rotations;
            }
        }
        REQUIRE(add(file));
        CHECK(fs::exists(s.path.string() + ".4"));
        CHECK_FALSE(fs::exists(s.path.string() + ".5"));
        const auto read = file.read();
        CHECK_FALSE(read->broken);
        CHECK(read->entries.front().number > 1);
        const std::string old = s.text(1);
        const std::string last = old.substr(old.rfind('\n', old.size() - 2) + 1);
        CHECK(
            read_line(s.text().substr(0, s.text().find('\n')))->before ==
            hash_of_line(last.substr(0, last.size() - 1))
        );
        fs::remove(s.path.string() + ".2");
        CHECK(file.read()->broken);
    }

    TEST_CASE("a crash between the steps of a rotation: the next daemon goes on from the old file")
    {
        stage s;
        {
            audit_file file(s.path);
            REQUIRE(add(file));
            REQUIRE(file.rotate());
        }
        audit_file next(s.path);
        REQUIRE(add(next));
        CHECK_FALSE(next.read()->broken);
        CHECK(events(*next.read()) == words{"opened", "login", "opened", "login"});
    }

    TEST_CASE("what cannot be written whole leaves nothing, and later entries fit what is there")
    {
        stage s;
        audit_file file(s.path);
        REQUIRE(add(file));
        const std::string before = s.text();
        rlimit usual{};
        REQUIRE(::getrlimit(RLIMIT_FSIZE, &usual) == 0);
        const rlimit tight{before.size() + 20, usual.rlim_max};
        const auto ignored = std::signal(SIGXFSZ, SIG_IGN);
        REQUIRE(::setrlimit(RLIMIT_FSIZE, &tight) == 0);
        const auto refused = add(file);
        REQUIRE(::setrlimit(RLIMIT_FSIZE, &usual) == 0);
        std::signal(SIGXFSZ, ignored);
        CHECK_FALSE(refused);
        CHECK(s.text() == before);
        REQUIRE(add(file));
        CHECK_FALSE(file.read()->broken);
        CHECK(file.read()->entries.back().number == 3);
    }
}
