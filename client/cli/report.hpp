#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// How a command says that it failed: a line on stderr, or with `--json` a document on stdout; and the exit
// code.

#include "client/lib/failure.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace sgauth::cli {

enum class as { text, json };
// What a person can do is no advice where it is not about their own daemon.
enum class advice { given, none };

// Failures of the command line's own making, in the words of the wire's errors.
inline constexpr std::string_view usage_error = "Usage";

client::call_failure failure(proto::status status, std::string_view name, std::string message);
// "bearer credentials are not available in this version".
client::call_failure not_available(std::string_view what);
client::call_failure cancelled();

// The line without `sgauth: `: the message, the choices or the time that the error names, the site's own
// words made printable, what to do about it. `now` in Unix seconds.
std::string failure_line(const client::call_failure& why, std::int64_t now, advice wanted = advice::given);
// {"error": name, "message": …}
std::string failure_document(const client::call_failure& why);

// Says it and returns its exit code.
int report(const client::call_failure& why, as form, advice wanted = advice::given);

}  // namespace sgauth::cli
