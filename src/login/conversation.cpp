// SPDX-License-Identifier: Apache-2.0
#include "src/login/conversation.hpp"

#include "proto/status.hpp"
#include "proto/utf8.hpp"
#include "src/login/login_words.hpp"

#include <utility>

namespace sgauth {

namespace {

std::optional<login_fault> fault_of_name(const std::optional<std::string>& name, const char* parameter)
{
    if (!name || is_fit(trimmed(*name)))
        return std::nullopt;
    return login_fault{login_refusal::bad_parameter, parameter, "that is no name"};
}

}  // namespace

login_conversation::login_conversation(login_request request) : request_(std::move(request))
{
    if (request_.method == "browser") {
        fail(
            proto::error_name::form_unavailable,
            "login by browser is not available in this version; use a password"
        );
        return;
    }
    name_ = trimmed(request_.script ? *request_.script : request_.user.value_or(""));
    if (request_.site)
        wait(phase::describe);
    else
        ask(phase::ask_site, proto::login_field::site);
}

std::optional<login_fault> login_conversation::fault_of(const login_request& request)
{
    if (request.user && request.script)
        return login_fault{
            login_refusal::bad_parameter, "user", "a login is of a user or of a script, not of both"
        };
    if (request.share_key && !request.script)
        return login_fault{login_refusal::bad_parameter, "share_key", "only a script has a key"};
    if (request.method && request.method != "password" && request.method != "browser")
        return login_fault{login_refusal::bad_parameter, "method", "a login is by password or by browser"};
    if (request.script && !trimmed(*request.script).empty())
        return fault_of_name(request.script, "script");
    return fault_of_name(request.user, "user");
}

login_turn login_conversation::turn() const noexcept
{
    switch (phase_) {
        case phase::over:
            return login_turn::over;
        case phase::describe:
        case phase::look_up:
        case phase::check_password:
        case phase::check_code:
        case phase::check_key:
        case phase::keep:
            return login_turn::site;
        default:
            return login_turn::person;
    }
}

login_errand login_conversation::errand() const noexcept
{
    if (phase_ == phase::describe)
        return login_errand::describe;
    if (phase_ == phase::look_up)
        return login_errand::look_up;
    return phase_ == phase::check_key ? login_errand::check_key : login_errand::check_password;
}

bool login_conversation::asks_for_password() const noexcept
{
    return phase_ == phase::ask_password || phase_ == phase::ask_code;
}

// --- the person ---

bool login_conversation::answered(secret value)
{
    const bool is_secret = step_.kind == proto::step_kind::secret;
    if (!is_secret)
        return take_text(trimmed(value.reveal()));
    if (value.empty() || value.size() > max_secret_answer_bytes)
        return false;
    if (phase_ == phase::ask_key) {
        key_ = script_key(value.reveal());
        wait(phase::check_key);
    } else if (phase_ == phase::ask_code) {
        code_.emplace(value.reveal());
        wait(phase::check_code);
    } else {
        password_ = password(value.reveal());
        wait(phase::check_password);
    }
    return true;
}

bool login_conversation::take_text(std::string text)
{
    if (!is_fit(text))
        return false;
    if (phase_ == phase::ask_site) {
        take_site(text);
        return true;
    }
    name_ = std::move(text);
    if (request_.again)
        ask_next();
    else
        wait(phase::look_up);
    return true;
}

void login_conversation::take_site(const std::string& typed)
{
    auto site = site_url::parse(typed);
    if (!site)
        return ask(
            phase::ask_site, proto::login_field::site, "not the address of a site: " + site.error().detail
        );
    request_.site = std::move(*site);
    wait(phase::describe);
}

// --- the site ---

void login_conversation::described(const site_info& info)
{
    if (phase_ != phase::describe)
        return;
    login_method_ = info.login_method;
    ask_next();
}

void login_conversation::not_there()
{
    if (phase_ == phase::look_up)
        ask_next();
}

void login_conversation::refused(const site_refusal& why)
{
    if (phase_ != phase::check_password && phase_ != phase::check_code && phase_ != phase::check_key)
        return;
    if (why.kind == refusal::password_not_allowed || why.kind == refusal::token_needed)
        return fail(proto::error_name::refused, std::string(why_never(why.kind)), why.foreign);
    if (phase_ == phase::check_password)
        return password_refused(why);
    if (phase_ == phase::check_code)
        return code_refused(why);
    ask_again(phase::ask_key, proto::login_field::key, "the site refused that script and key", why);
}

void login_conversation::password_refused(const site_refusal& why)
{
    if (why.kind == refusal::rejected) {
        password_.clear();
        return ask_again(
            phase::ask_password, proto::login_field::password, "the site refused that login and password", why
        );
    }
    repeats_ = 0;
    ask(phase::ask_code, proto::login_field::code, "the site wants a one-time code besides the password");
}

// 106 after a code was sent means a wrong code as much as 102 does (facts/fptr.md A.6).
void login_conversation::code_refused(const site_refusal& why)
{
    ask_again(
        phase::ask_code,
        proto::login_field::code,
        "the site refused that code; each code works once, so wait for a new one",
        why
    );
}

void login_conversation::in_trouble(const site_trouble& why)
{
    const std::string where = request_.site ? request_.site->text() : "the site";
    fail(
        proto::error_name::unreachable,
        where + " could not be asked: " + (why.detail.empty() ? "no reason is known" : why.detail),
        why.foreign
    );
}

void login_conversation::accepted()
{
    if (phase_ == phase::over)
        return;
    password_.clear();
    code_.reset();
    key_.clear();
    wait(phase::keep);
}

void login_conversation::tell_meanwhile(std::string message)
{
    if (turn() != login_turn::site)
        return;
    step_.message.reset();
    if (!message.empty())
        step_.message = std::move(message);
}

// --- the end ---

void login_conversation::done(proto::session_info session)
{
    proto::step last;
    last.kind = proto::step_kind::done;
    last.session = std::move(session);
    end(std::move(last));
}

void login_conversation::fail(std::string_view error, std::string message, std::string_view foreign)
{
    proto::step last;
    last.kind = proto::step_kind::failed;
    last.error = error;
    last.message = std::move(message);
    if (!foreign.empty())
        last.foreign = proto::printable(foreign);
    end(std::move(last));
}

void login_conversation::end(proto::step last)
{
    if (phase_ == phase::over)
        return;
    step_ = std::move(last);
    phase_ = phase::over;
    password_.clear();
    code_.reset();
    key_.clear();
}

// --- questions ---

void login_conversation::ask(
    phase question, std::string_view field, std::string message, std::string_view foreign
)
{
    namespace fields = proto::login_field;
    phase_ = question;
    step_ = proto::step();
    const bool is_secret = field == fields::password || field == fields::code || field == fields::key;
    step_.kind = is_secret ? proto::step_kind::secret : proto::step_kind::text;
    step_.field = field;
    if (field == fields::user && request_.hinted_login && is_fit(*request_.hinted_login))
        step_.preset = request_.hinted_login;
    if (!message.empty())
        step_.message = std::move(message);
    if (!foreign.empty())
        step_.foreign = proto::printable(foreign);
}

void login_conversation::ask_again(
    phase question, std::string_view field, const char* message, const site_refusal& why
)
{
    if (++repeats_ > max_repeats)
        return fail(proto::error_name::refused, message, why.foreign);
    ask(question, field, message, why.foreign);
}

void login_conversation::ask_next()
{
    const bool is_script = request_.script.has_value();
    if (name_.empty() && is_script)
        ask(phase::ask_script, proto::login_field::script);
    else if (name_.empty())
        ask(phase::ask_user, proto::login_field::user);
    else if (is_script)
        ask(phase::ask_key, proto::login_field::key);
    else
        ask(phase::ask_password, proto::login_field::password, password_note(login_method_));
}

void login_conversation::wait(phase until)
{
    phase_ = until;
    step_ = proto::step();
    step_.kind = proto::step_kind::wait;
}

}  // namespace sgauth
