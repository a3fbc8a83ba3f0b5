// SPDX-License-Identifier: Apache-2.0
//
// Stands in for sgauthd when a client starts it: notes that it was started and with what, listens, and
// answers GetUser until nobody has asked for a second.

#include "client_fake_daemon.hpp"

#include <cstdlib>
#include <cstring>
#include <dirent.h>
#include <fstream>
#include <poll.h>
#include <string>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

extern char** environ;

namespace {

int open_descriptors()
{
    int count = 0;
    DIR* all = ::opendir("/proc/self/fd");
    while (const dirent* one = ::readdir(all))
        count += one->d_name[0] != '.' ? 1 : 0;
    ::closedir(all);
    return count - 1;  // the folder itself
}

void note_start(const std::string& socket)
{
    char folder[256] = "";
    std::ofstream notes(socket + ".notes", std::ios::app);
    notes << "cwd=" << ::getcwd(folder, sizeof folder) << " leader=" << (::getsid(0) == ::getpid())
          << " umask=" << ::umask(077) << " environment=";
    for (char** at = environ; *at; ++at)
        notes << std::string(*at).substr(0, std::string(*at).find('=')) << ',';
    notes << std::endl;
}

}  // namespace

int main(int count, char** arguments)
{
    const int descriptors = open_descriptors();
    const char* socket = std::getenv("SGAUTH_SOCKET");
    if (count != 3 || !socket || std::strcmp(arguments[1], "--ready-fd") != 0 || descriptors != 4)
        return 2;
    note_start(socket);
    const int ready = std::atoi(arguments[2]);
    sockaddr_un name{};
    name.sun_family = AF_UNIX;
    std::strncpy(name.sun_path, socket, sizeof name.sun_path - 1);
    const int listener = ::socket(AF_UNIX, SOCK_STREAM, 0);
    const void* address = &name;
    if (::bind(listener, static_cast<const sockaddr*>(address), sizeof name) != 0 ||
        ::listen(listener, 64) != 0 || ::write(ready, "1", 1) != 1)
        return 1;
    ::close(ready);
    pollfd polled{listener, POLLIN, 0};
    while (::poll(&polled, 1, 1000) == 1) {
        const int peer = ::accept(listener, nullptr, nullptr);
        sgauth::test::answer_all(peer, sgauth::test::user_reply("started"));
        ::close(peer);
    }
    return 0;
}
