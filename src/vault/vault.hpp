#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// Where sessions outlive the process: sealed records by id, of whose content it knows nothing. An interface;
// memory_vault keeps them no longer than the process lives.

#include "proto/secret.hpp"
#include "src/base/error.hpp"

#include <boost/asio/awaitable.hpp>

#include <string>
#include <vector>

namespace sgauth {

using vault_record = secret_of<struct vault_record_kind>;

struct stored_record {
    std::string id;
    vault_record record;
};

class vault {
public:
    template <class T>
    using awaitable = boost::asio::awaitable<T>;

    virtual ~vault() = default;

    // Both are durable when they return, and may suspend. On a failure the older state is still there. They
    // take effect in the order of the calls, also when a caller is cancelled meanwhile.
    virtual awaitable<result<void>> put(std::string id, vault_record record) = 0;
    virtual awaitable<result<void>> erase(std::string id) = 0;
    // All records there are.
    virtual awaitable<result<std::vector<stored_record>>> load() = 0;
    // For people: where and how long sessions are kept, as a sentence, lower case, no full stop.
    virtual std::string describe() const = 0;
};

}  // namespace sgauth
