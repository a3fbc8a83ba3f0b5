// SPDX-License-Identifier: Apache-2.0
//
// Reading a result of sgauth.h.
#include "client/lib/result.hpp"

namespace {

template <class T>
const T* at(const std::vector<T>& all, std::size_t index)
{
    return index < all.size() ? &all[index] : nullptr;
}

}  // namespace

sgauth_status sgauth_result_status(const sgauth_result* result)
{
    return result ? result->status() : SGAUTH_FAILED;
}

const char* sgauth_result_message(const sgauth_result* result)
{
    return result ? result->message() : "out of memory, or no result was asked for";
}

const sgauth_error* sgauth_result_error(const sgauth_result* result)
{
    return result ? result->error() : nullptr;
}

size_t sgauth_result_session_count(const sgauth_result* result)
{
    return result ? result->sessions().size() : 0;
}

const sgauth_session* sgauth_result_session(const sgauth_result* result, size_t index)
{
    return result ? at(result->sessions(), index) : nullptr;
}

const sgauth_credential* sgauth_result_credential(const sgauth_result* result)
{
    return result ? result->credential() : nullptr;
}

size_t sgauth_result_revoked_count(const sgauth_result* result)
{
    return result ? result->revoked().size() : 0;
}

const sgauth_revoked* sgauth_result_revoked(const sgauth_result* result, size_t index)
{
    return result ? at(result->revoked(), index) : nullptr;
}

const char* sgauth_result_event(const sgauth_result* result)
{
    return result ? result->event() : nullptr;
}

void sgauth_result_free(sgauth_result* result)
{
    delete result;
}
