// SPDX-License-Identifier: Apache-2.0
//
// Preloaded into a daemon under test: moves its wall clock by the seconds that stand in the file
// SGAUTH_CLOCK_SHIFT (8 bytes, in this machine's order), whenever they change. The boot clock and the
// monotonic one stay the kernel's, as when a person or NTP sets the time.
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static const volatile int64_t* shift;

__attribute__((constructor)) static void begin(void)
{
    const char* name = getenv("SGAUTH_CLOCK_SHIFT");
    const int file = name ? open(name, O_RDONLY | O_CLOEXEC) : -1;
    if (file < 0)
        return;
    void* seen = mmap(NULL, sizeof *shift, PROT_READ, MAP_SHARED, file, 0);
    close(file);
    if (seen != MAP_FAILED)
        shift = seen;
}

int clock_gettime(clockid_t id, struct timespec* out)
{
    const int done = (int)syscall(SYS_clock_gettime, id, out);
    if (done == 0 && shift && (id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE))
        out->tv_sec += *shift;
    return done;
}

time_t time(time_t* out)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (out)
        *out = now.tv_sec;
    return now.tv_sec;
}

int gettimeofday(struct timeval* restrict out, void* restrict zone)
{
    (void)zone;
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    out->tv_sec = now.tv_sec;
    out->tv_usec = now.tv_nsec / 1000;
    return 0;
}
