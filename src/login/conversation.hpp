#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// One login from its first question to its end: what the person is asked, what the site is asked, and what
// follows from either's answer. Pure: no clock, no I/O; login_work asks the site, login_desk the person. A
// password stays here until the conversation is over, as a second factor needs it again.

#include "proto/messages.hpp"
#include "proto/secret.hpp"
#include "src/login/login_request.hpp"
#include "src/site/site_verdict.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace sgauth {

// How often a conversation asks again after a wrong password, code or key, each.
inline constexpr int max_repeats = 3;
// Longer than any password, code or key that a site takes.
inline constexpr std::size_t max_secret_answer_bytes = 4096;

enum class login_turn { person, site, over };

// What the site is to be asked when it is its turn.
enum class login_errand { describe, look_up, check_password, check_key };

class login_conversation {
public:
    // `request` was checked by fault_of.
    explicit login_conversation(login_request request);

    // The parameter of a request that can be no login, or nothing.
    static std::optional<login_fault> fault_of(const login_request& request);

    login_turn turn() const noexcept;
    // The person's turn: the question; the site's: `wait`; over: `done` or `failed`.
    const proto::step& step() const noexcept { return step_; }
    // The site's turn only.
    login_errand errand() const noexcept;
    // Whether the person is being asked for what spends from the password budget.
    bool asks_for_password() const noexcept;

    const login_request& request() const noexcept { return request_; }
    const std::optional<site_url>& site() const noexcept { return request_.site; }
    const std::string& name() const noexcept { return name_; }  // the login, or the script's name

    // Copies of what is to be sent; the code is given out once.
    password password_to_send() const { return password_.clone(); }
    std::optional<one_time_code> take_code() { return std::exchange(code_, std::nullopt); }
    script_key key_to_send() const { return key_.clone(); }

    // --- the person; only when it is their turn ---

    // False if the value is empty (text: after trimming), too long, or text with control characters: nothing
    // happened.
    [[nodiscard]] bool answered(secret value);

    // --- the site; whatever comes when the conversation is over changes nothing ---

    void described(const site_info& info);
    // After look_up: no usable session of that name.
    void not_there();
    void refused(const site_refusal& why);
    void in_trouble(const site_trouble& why);
    // The site accepted; the secrets are wiped. What follows is the work of those who keep sessions.
    void accepted();

    // What the person is told while the site's turn lasts, as a sentence; empty: nothing any more.
    void tell_meanwhile(std::string message);

    // --- the end ---

    void done(proto::session_info session);
    void fail(std::string_view error, std::string message, std::string_view foreign = {});

private:
    enum class phase {
        ask_site,
        describe,
        ask_user,
        look_up,
        ask_password,
        check_password,
        ask_code,
        check_code,
        ask_script,
        ask_key,
        check_key,
        keep,
        over,
    };

    void ask(phase question, std::string_view field, std::string message = {}, std::string_view foreign = {});
    void wait(phase until);
    void ask_next();
    bool take_text(std::string text);
    void take_site(const std::string& typed);
    void password_refused(const site_refusal& why);
    void code_refused(const site_refusal& why);
    void ask_again(phase question, std::string_view field, const char* message, const site_refusal& why);
    void end(proto::step last);

    login_request request_;
    phase phase_ = phase::ask_site;
    proto::step step_;
    std::string name_;
    std::string login_method_;  // as the site described itself
    password password_;
    std::optional<one_time_code> code_;
    script_key key_;
    int repeats_ = 0;  // of the question at hand
};

}  // namespace sgauth
