#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// Why a site's answer, or the lack of one, says nothing about a credential (facts/fptr.md K). What a site
// does say about one is `site_refusal` in site_verdict.hpp.

#include <chrono>
#include <cstddef>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace sgauth {

// None of these ends a session.
enum class trouble {
    offline,         // DNS, refused, reset, closed without reply
    timed_out,       // our own limit
    untrusted,       // the certificate, or its name, is not trusted
    proxy,           // 407, or a proxy that cannot be reached
    blocked,         // 403
    unauthorised,    // 401: a proxy's or a web server's word, not the site's about a session
    throttled,       // 429
    maintenance,     // 503
    server_error,    // any other 5xx
    moved,           // any 3xx but the SAML one; never followed
    claims_expired,  // 302 to /saml/saml_login_request: the session lives, a person has to go through the
                     // browser
    not_fpt,         // 200 that is no FPT answer: a captive portal, broken or oversized JSON, an empty body
    fault,           // an API fault of a kind that we have no word for
};

// Whether the site was not there to be asked, as opposed to there and unwilling.
constexpr bool is_away(trouble kind)
{
    switch (kind) {
        case trouble::offline:
        case trouble::timed_out:
        case trouble::untrusted:
        case trouble::proxy:
        case trouble::throttled:
        case trouble::maintenance:
        case trouble::server_error:
            return true;
        default:
            return false;
    }
}

struct site_trouble {
    trouble kind = trouble::offline;
    std::string detail;   // for people, ours
    std::string foreign;  // the site's own words or the address it points to; raw, cut to 1 KiB
    std::optional<std::chrono::seconds> retry_after;  // a 429's or 503's header
    // False only where the site surely has not seen the request: what it was sent it may have judged, also
    // when its answer was lost.
    bool may_have_been_sent = true;
};

template <class T>
using site_answer = std::expected<T, site_trouble>;

// A site's message can be a whole page; this much of it helps a person.
inline constexpr std::size_t max_foreign_bytes = 1024;

// `foreign` stays whole: only when no secret is in it any more it can be cut (censor.hpp), and site_client's
// callers get it cut.
inline std::unexpected<site_trouble> in_trouble(
    trouble kind, std::string detail, std::string_view foreign = {}
)
{
    return std::unexpected(site_trouble{kind, std::move(detail), std::string(foreign), std::nullopt});
}

// The same, before a byte of the request went to the site.
inline std::unexpected<site_trouble> unsent(trouble kind, std::string detail, std::string_view foreign = {})
{
    auto out = in_trouble(kind, std::move(detail), foreign);
    out.error().may_have_been_sent = false;
    return out;
}

}  // namespace sgauth
