/* SPDX-License-Identifier: Apache-2.0 */
/* Loads the library, uses it and unloads it, many times: it has to be gone each time, and to leave nothing
 * behind. */
#include <sgauth.h>

#include <dirent.h>
#include <dlfcn.h>
#include <stdio.h>

#define ROUNDS 200
/* The C++ runtime, which stays, settles within these. */
#define WARM_UP 5

static int open_descriptors(void)
{
    int count = 0;
    DIR* all = opendir("/proc/self/fd");
    while (readdir(all))
        ++count;
    closedir(all);
    return count;
}

static int mappings(void)
{
    int lines = 0;
    FILE* maps = fopen("/proc/self/maps", "re");
    for (int c = fgetc(maps); c != EOF; c = fgetc(maps))
        lines += c == '\n';
    fclose(maps);
    return lines;
}

static int use(void* library)
{
    const sgauth_options options = {sizeof options, "/nowhere/agent.sock", 1};
    sgauth_status (*open)(const sgauth_options*, sgauth_agent**) = NULL;
    sgauth_status (*ask)(sgauth_agent*, const sgauth_query*, sgauth_result**) = NULL;
    void (*free_result)(sgauth_result*) = NULL;
    void (*close)(sgauth_agent*) = NULL;
    sgauth_agent* agent = NULL;
    sgauth_result* result = NULL;
    *(void**)&open = dlsym(library, "sgauth_open");
    *(void**)&ask = dlsym(library, "sgauth_get_user");
    *(void**)&free_result = dlsym(library, "sgauth_result_free");
    *(void**)&close = dlsym(library, "sgauth_close");
    if (!open || !ask || !free_result || !close || open(&options, &agent) != SGAUTH_OK)
        return 0;
    const sgauth_status status = ask(agent, NULL, &result);
    free_result(result);
    close(agent);
    return status == SGAUTH_NO_DAEMON;
}

int main(int count, char** arguments)
{
    int descriptors = 0;
    int mapped = 0;
    if (count != 2)
        return 2;
    for (int round = 0; round < ROUNDS; ++round) {
        void* library = dlopen(arguments[1], RTLD_NOW | RTLD_LOCAL);
        if (!library || !use(library) || dlclose(library) != 0) {
            fprintf(stderr, "round %d: %s\n", round, dlerror());
            return 1;
        }
        if (dlopen(arguments[1], RTLD_NOW | RTLD_NOLOAD)) {
            fprintf(stderr, "round %d: the library is still there\n", round);
            return 1;
        }
        if (round == WARM_UP) {
            descriptors = open_descriptors();
            mapped = mappings();
        }
    }
    printf(
        "descriptors %d, then %d; mappings %d, then %d\n", descriptors, open_descriptors(), mapped, mappings()
    );
    return open_descriptors() == descriptors && mappings() <= mapped ? 0 : 1;
}
