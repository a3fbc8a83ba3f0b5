// SPDX-License-Identifier: Apache-2.0
#include "src/site/retry_policy.hpp"

namespace sgauth {

std::optional<std::chrono::milliseconds> pause_before_retry(
    unsigned status, int made, std::chrono::nanoseconds left
) noexcept
{
    const bool is_gateway_error = status == 502 || status == 504;
    const auto pause = made * retry_step;
    if (!is_gateway_error || made >= max_attempts || pause >= left)
        return std::nullopt;
    return pause;
}

}  // namespace sgauth
