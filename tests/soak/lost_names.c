// SPDX-License-Identifier: Apache-2.0
//
// Preloaded into a daemon under test: while the first of the two numbers in the file SGAUTH_LOST_NAMES (8
// bytes each, in this machine's order) is not zero no name server answers, and the second counts who looked
// for `localhost`, which is where the sites stand.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <netdb.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

typedef int looks_up(const char*, const char*, const struct addrinfo*, struct addrinfo**);

static int64_t* lost;
static looks_up* system_looks_up;

__attribute__((constructor)) static void begin(void)
{
    void* found = dlsym(RTLD_NEXT, "getaddrinfo");
    memcpy(&system_looks_up, &found, sizeof found);  // ISO C has no cast from one to the other
    const char* name = getenv("SGAUTH_LOST_NAMES");
    const int file = name ? open(name, O_RDWR | O_CLOEXEC) : -1;
    if (file < 0)
        return;
    void* seen = mmap(NULL, 2 * sizeof *lost, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    close(file);
    if (seen != MAP_FAILED)
        lost = seen;
}

int getaddrinfo(const char* host, const char* service, const struct addrinfo* hints, struct addrinfo** out)
{
    if (!lost || !host || __atomic_load_n(&lost[0], __ATOMIC_RELAXED) == 0)
        return system_looks_up(host, service, hints, out);
    if (strcmp(host, "localhost") == 0)
        __atomic_add_fetch(&lost[1], 1, __ATOMIC_RELAXED);
    return EAI_AGAIN;
}
