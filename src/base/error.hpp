#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// What can go wrong, as the caller's next step: the list is closed and short. Finer causes are text for
// people. proto/status.hpp turns these into error names and exit codes.

#include <expected>
#include <string>

namespace sgauth {

enum class errc {
    failed,            // nothing the caller can change; the text says what
    invalid,           // the caller's input is malformed
    ambiguous,         // several would fit: name one
    no_session,        // nothing held for that site and user: log in
    expired,           // was held, the site or max_age ended it: log in
    cannot_last,       // held, but not for as long as was asked
    refused,           // the site refused a password, code or key
    unreachable,       // the site could not be asked, or its certificate is not trusted: later
    timed_out,         // the caller's or our limit passed
    denied,            // policy, password budget, bad settings, locked
    form_unavailable,  // no such form for this session
    busy,              // a limit of ours: again after a pause
    cancelled,         // by the person
};

struct error {
    errc code = errc::failed;
    // For people: lower case, no full stop, never a secret, never foreign bytes.
    std::string detail;
    // Foreign text that helps (a site's own message), raw; whoever shows it calls proto::printable. Never a
    // secret.
    std::string foreign;

    bool operator==(const error&) const = default;
};

template <class T>
using result = std::expected<T, error>;

inline std::unexpected<error> fail(errc code, std::string detail, std::string foreign = {})
{
    return std::unexpected(error{code, std::move(detail), std::move(foreign)});
}

}  // namespace sgauth
