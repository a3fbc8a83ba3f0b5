// SPDX-License-Identifier: Apache-2.0
/**
 * @file sgauth_values.hpp
 * @brief What the calls of sgauth.hpp return, and the error that stands for it. Include sgauth.hpp.
 */
#ifndef SGAUTH_VALUES_HPP
#define SGAUTH_VALUES_HPP

#include "sgauth.h"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace sgauth {
// Part of each name that the linker sees: several versions of this header can live in one program.
inline namespace api0 {

namespace form {
inline constexpr const char* session_token = SGAUTH_FORM_SESSION_TOKEN;
inline constexpr const char* script_key = SGAUTH_FORM_SCRIPT_KEY;
inline constexpr const char* bearer = SGAUTH_FORM_BEARER;
}  // namespace form

/** sgauth_session, with its text. */
struct session {
    std::string id;
    std::string site;
    std::string kind;
    std::string user;
    std::string state;
    std::optional<std::string> reason;
    bool is_default = false;
    std::int64_t created_at = 0;
    std::optional<std::int64_t> verified_at;
    std::optional<std::int64_t> expires_at;
    std::int64_t generation = 0;
};

/** sgauth_revoked, with its text. */
struct revoked {
    std::string id;
    std::string site;
    std::string user;
    std::string kind;
    std::string at_site;
    std::optional<std::int64_t> accepted_until;
};

/** What went wrong. */
struct error {
    sgauth_status status = SGAUTH_FAILED;
    std::string name;
    std::string message;
    std::optional<std::string> foreign;
    std::vector<std::string> choices;
    std::optional<std::int64_t> retry_at;
    std::optional<std::int64_t> longest_s;
    std::optional<sgauth::session> session;  ///< of "Expired" and "CannotLastThatLong"

    /** sgauth_explain() of the status. */
    const char* what_to_do() const { return sgauth_explain(status); }
};

/** What outcome::value() throws. */
class failure : public std::runtime_error {
public:
    explicit failure(sgauth::error why) : std::runtime_error(why.message), why_(std::move(why)) {}
    const sgauth::error& error() const noexcept { return why_; }
    sgauth_status status() const noexcept { return why_.status; }

private:
    sgauth::error why_;
};

/** A T, or the error that there is instead. */
template <class T>
class [[nodiscard]] outcome {
public:
    outcome(T value) : held_(std::move(value)) {}
    outcome(sgauth::error why) : held_(std::move(why)) {}

    bool has_value() const noexcept { return std::holds_alternative<T>(held_); }
    explicit operator bool() const noexcept { return has_value(); }
    /** The value. @throws failure if there is none. */
    const T& value() const&
    {
        check();
        return *std::get_if<T>(&held_);
    }
    T value() &&
    {
        check();
        return std::move(*std::get_if<T>(&held_));
    }
    /** As value(), and throws likewise. */
    const T& operator*() const& { return value(); }
    T operator*() && { return std::move(*this).value(); }
    const T* operator->() const& { return &value(); }
    /** What it points into would be gone: keep the outcome first, or take the value(). */
    const T* operator->() const&& = delete;
    /** The error. @throws std::bad_variant_access after a success. */
    const sgauth::error& error() const { return std::get<sgauth::error>(held_); }

private:
    void check() const
    {
        if (const auto* why = std::get_if<sgauth::error>(&held_))
            throw failure(*why);
    }
    std::variant<T, sgauth::error> held_;
};

namespace detail {

struct free_result {
    void operator()(sgauth_result* result) const noexcept { sgauth_result_free(result); }
};
struct close_agent {
    void operator()(sgauth_agent* agent) const noexcept { sgauth_close(agent); }
};
struct close_watch {
    void operator()(sgauth_watch* watch) const noexcept { sgauth_watch_close(watch); }
};
using result_owner = std::unique_ptr<sgauth_result, free_result>;

inline std::optional<std::string> text(const char* given)
{
    return given ? std::optional<std::string>(given) : std::nullopt;
}
inline std::optional<std::int64_t> number(std::int64_t given)
{
    return given >= 0 ? std::optional<std::int64_t>(given) : std::nullopt;
}
inline const char* pointer(const std::optional<std::string>& given)
{
    return given ? given->c_str() : nullptr;
}
// sgauth.h counts milliseconds in an int; what is longer is as good as for ever.
inline int milliseconds(std::chrono::milliseconds given)
{
    constexpr std::chrono::milliseconds most{INT32_MAX};
    return static_cast<int>((given < most ? given : most).count());
}

inline sgauth::session copy(const sgauth_session& of)
{
    sgauth::session out;
    out.id = of.id;
    out.site = of.site;
    out.kind = of.kind;
    out.user = of.user;
    out.state = of.state;
    out.reason = text(of.reason);
    out.is_default = of.is_default != 0;
    out.created_at = of.created_at;
    out.verified_at = number(of.verified_at);
    out.expires_at = number(of.expires_at);
    out.generation = of.generation;
    return out;
}
inline std::optional<sgauth::session> first_session(const sgauth_result* result)
{
    const sgauth_session* of = sgauth_result_session(result, 0);
    return of ? std::optional<sgauth::session>(copy(*of)) : std::nullopt;
}
inline std::vector<sgauth::session> all_sessions(const sgauth_result* result)
{
    std::vector<sgauth::session> out;
    for (std::size_t i = 0; i < sgauth_result_session_count(result); ++i)
        out.push_back(copy(*sgauth_result_session(result, i)));
    return out;
}
inline sgauth::revoked copy(const sgauth_revoked& of)
{
    return {of.id, of.site, of.user, of.kind, of.at_site, number(of.accepted_until)};
}

inline sgauth::error error_of(sgauth_status status, const sgauth_result* result)
{
    sgauth::error out;
    out.status = status;
    out.message = sgauth_result_message(result);
    out.session = first_session(result);
    if (const sgauth_error* of = sgauth_result_error(result)) {
        out.name = of->name;
        out.foreign = text(of->foreign);
        out.choices.assign(of->choices, of->choices + of->choice_count);
        out.retry_at = number(of->retry_at);
        out.longest_s = number(of->longest_s);
    }
    return out;
}

// Calls `function(result)` and makes of the result what `take` makes of it.
template <class T, class Function, class Take>
outcome<T> ask(Function function, Take take)
{
    sgauth_result* raw = nullptr;
    const sgauth_status status = function(&raw);
    result_owner owned(raw);
    if (status != SGAUTH_OK)
        return error_of(status, raw);
    return outcome<T>(take(std::move(owned)));
}

}  // namespace detail

}  // namespace api0
}  // namespace sgauth

#endif
