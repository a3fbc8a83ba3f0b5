// SPDX-License-Identifier: Apache-2.0
//
// sgauth-keyring VERB TAG [ID]...: one errand at the Secret Service for the daemon, which does not link GLib.
// A key goes over standard input and output alone; what is wrong is said on standard output as a sentence,
// beside the exit code.

#include "src/vault/keyring_helper/keyring.hpp"

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <vector>

namespace {

using namespace sgauth::keyring_helper;

int tell(const errand_end& end)
{
    std::fputs(end.said.c_str(), stdout);
    return end.code;
}

int hand_over(const found_key& found)
{
    if (found.end.code != done)
        return tell(found.end);
    gsize size = 0;
    const char* bytes = secret_value_get(found.key.get(), &size);
    return std::fwrite(bytes, 1, size, stdout) == size ? done : failed;
}

int run(std::string_view verb, const char* tag, const std::vector<const char*>& ids)
{
    const bool has_one_id = ids.size() == 1;
    if (verb == "wait" && has_one_id) {
        wait_for_key(tag, ids.front());
        return done;
    }
    sgauth::glib_error why;
    const auto service = open_service(why);
    if (!service)
        return tell({no_service, why.text()});
    if (verb == "probe" && ids.empty())
        return tell(probe(service.get()));
    if (verb == "unlock" && has_one_id)
        return tell(unlock(service.get(), static_cast<unsigned>(std::strtoul(ids.front(), nullptr, 10))));
    if (verb == "store" && has_one_id)
        return tell(store(service.get(), tag, ids.front()));
    if (verb == "fetch" && has_one_id)
        return hand_over(fetch(service.get(), tag, ids.front(), false));
    if (verb == "unlock-and-fetch" && has_one_id)
        return hand_over(fetch(service.get(), tag, ids.front(), true));
    if (verb == "keep-only")
        return tell(keep_only(service.get(), tag, {ids.begin(), ids.end()}));
    return tell({wrong_usage, "unknown errand"});
}

}  // namespace

int main(int argc, char** argv)
{
    const rlimit none{0, 0};
    ::setrlimit(RLIMIT_CORE, &none);
    ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    // Nobody waits for its answer any more when the daemon has gone.
    ::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    if (argc < 3) {
        std::fputs("sgauth-keyring is sgauthd's, and of no use by itself\n", stderr);
        return wrong_usage;
    }
    const int code = run(argv[1], argv[2], {argv + 3, argv + argc});
    return std::fflush(stdout) == 0 ? code : failed;
}
