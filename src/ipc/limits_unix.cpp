// SPDX-License-Identifier: Apache-2.0
#include "src/ipc/limits.hpp"

#include <algorithm>
#include <sys/resource.h>

namespace sgauth::ipc {

limits fit_to_process(limits wanted) noexcept
{
    rlimit descriptors{};
    if (::getrlimit(RLIMIT_NOFILE, &descriptors) != 0)
        return wanted;
    rlimit raised = descriptors;
    raised.rlim_cur = raised.rlim_max;
    if (::setrlimit(RLIMIT_NOFILE, &raised) == 0)
        descriptors = raised;
    const std::size_t all = descriptors.rlim_cur;
    const std::size_t left = all > wanted.descriptors_kept_back ? all - wanted.descriptors_kept_back : 1;
    wanted.connections = std::min(wanted.connections, left);
    return wanted;
}

}  // namespace sgauth::ipc
