// SPDX-License-Identifier: Apache-2.0
#include "client/cli/conversation.hpp"

#include "client/cli/daemon.hpp"
#include "client/cli/output.hpp"
#include "proto/utf8.hpp"

#include <charconv>
#include <cstdlib>
#include <thread>
#include <unistd.h>
#include <utility>

namespace sgauth::cli {

namespace {

namespace field = proto::login_field;
namespace kind = proto::step_kind;

struct field_words {
    std::string_view field;
    const char* label;
    const char* instead;  // how to say it without a terminal
};

constexpr field_words words[] = {
    {field::site, "Site", "name the SITE"},
    {field::user, "Login", "use --user LOGIN"},
    {field::password, "Password", "use --password-stdin"},
    {field::code, "Code", "use --code-stdin"},
    {field::script, "Script", "use --script NAME"},
    {field::key, "Key", "use --key-stdin"},
};

const field_words* words_of(const proto::step& step) noexcept
{
    for (const field_words& w : words)
        if (step.field == w.field)
            return &w;
    return nullptr;
}

bool refuse(client::call_failure& why, std::string message)
{
    why = failure(proto::status::failed, proto::error_name::failed, std::move(message));
    return false;
}

// Sent as it is, it would arrive as something else, and cost one of the few tries.
bool accept(const secret& answer, client::call_failure& why)
{
    return proto::is_utf8(answer.reveal()) || refuse(why, "what was given is not UTF-8");
}

bool end_of(const proto::step& step, client::call_failure& why)
{
    const std::string name(proto::short_name(step.error.value_or("Failed")));
    why = failure(proto::status_of(name), name, step.message.value_or("the login failed"));
    why.error.foreign = step.foreign.value_or("");
    return false;
}

// The answer that we had was not good enough, and there is no other.
bool refused(const proto::step& step, client::call_failure& why)
{
    const bool is_code = step.field == field::code;
    why = failure(
        proto::status::refused,
        proto::error_name::refused,
        step.message.value_or(is_code ? "the site refused the code" : "the site refused what was given")
    );
    why.error.foreign = step.foreign.value_or("");
    return false;
}

}  // namespace

std::string prompt_of(const proto::step& step)
{
    const field_words* known = words_of(step);
    std::string prompt = known ? known->label : proto::printable(step.field.value_or("Answer"), 40);
    if (step.kind == kind::text && step.preset)
        prompt += " [" + proto::printable(*step.preset) + "]";
    return prompt + ": ";
}

const proto::choice* choice_of(const proto::step& step, std::string_view typed) noexcept
{
    std::size_t number = 0;
    const auto [end, fault] = std::from_chars(typed.data(), typed.data() + typed.size(), number);
    const bool good = fault == std::errc() && end == typed.data() + typed.size();
    return good && number >= 1 && number <= step.choices.size() ? &step.choices[number - 1] : nullptr;
}

bool conversation::run(proto::begin_login_call begin, proto::session_info& session, client::call_failure& why)
{
    end_politely_on_signals();
    begin.hints.emplace();
    begin.hints->product = "sgauth";
    const char* name = std::getenv("LOGNAME");
    if (name && *name && proto::is_utf8(name) && ::geteuid() != 0 && !begin.script)
        begin.hints->login = name;
    proto::begin_login_reply begun;
    if (!daemon_.call(begin, begun, deadline_in(with_sites), why))
        return false;
    proto::step step = std::move(begun.step);
    while (step.kind != kind::done)
        if (step.kind == kind::failed)
            return end_of(step, why);
        else if (!next(begun.login, step, why))
            return false;
    if (!step.session)
        return refuse(why, "the daemon said done without a session");
    session = std::move(*step.session);
    return true;
}

// Answers one step; `step` is then the one after it.
bool conversation::next(const std::string& login, proto::step& step, client::call_failure& why)
{
    proto::answer_call answer;
    answer.login = login;
    answer.timeout_ms = timeout_ms(with_sites);
    if (step.kind == kind::wait)
        wait_a_little(step);
    else if (++answers_; !find_answer(step, answer.value.emplace(), why))
        return false;
    proto::answer_reply reply;
    if (!daemon_.call(answer, reply, deadline_in(with_sites), why))
        return false;
    step = std::move(reply.step);
    return true;
}

bool conversation::find_answer(const proto::step& step, secret& out, client::call_failure& why)
{
    if (step.kind == kind::open_url) {
        why = not_available("logging in with a browser is");
        return false;
    }
    if (step.kind == kind::choice)
        return choose(step, out, why);
    if (step.kind != kind::text && step.kind != kind::secret)
        return refuse(why, "the daemon asks for something that this sgauth does not know; update it");
    if (step.field == field::password && stdin_.password)
        return take_line(used_.password, step, out, why);
    if (step.field == field::code && stdin_.code)
        return take_line(used_.code, step, out, why);
    if (step.field == field::key && stdin_.key)
        return take_line(used_.key, step, out, why);
    return ask(step, out, why);
}

bool conversation::take_line(bool& used, const proto::step& step, secret& out, client::call_failure& why)
{
    if (std::exchange(used, true))
        return refused(step, why);
    const std::string name = proto::printable(*step.field, 40);
    switch (read_line(STDIN_FILENO, out)) {
        case reading::line:
            return accept(out, why);
        case reading::nothing:
            return refuse(why, "stdin has no line with the " + name);
        case reading::too_long:
            return refuse(why, "stdin's line with the " + name + " is too long");
        case reading::not_hidden:
            break;  // a terminal's alone
    }
    return false;
}

// The daemon may answer a wait at once: asking without a pause would keep both of us busy.
void conversation::wait_a_little(const proto::step& step)
{
    show_texts(step);
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
}

bool conversation::ask(const proto::step& step, secret& out, client::call_failure& why)
{
    const field_words* known = words_of(step);
    if (!terminal_.is_open())
        return refuse(
            why,
            "the login has to ask for the " + proto::printable(step.field.value_or("answer"), 40) +
                " and there is no terminal: " + (known ? known->instead : "run it in one")
        );
    show_texts(step);
    const reading read =
        terminal_.ask(prompt_of(step), step.kind == kind::secret ? echo::off : echo::on, out);
    if (read == reading::not_hidden)
        return refuse(
            why,
            std::string("the terminal would show what is typed, so nothing is asked: ") +
                (known ? known->instead : "run it in another")
        );
    if (read == reading::too_long)
        return refuse(why, "the answer is too long");
    if (read == reading::nothing && step.kind == kind::text && step.preset && !step.preset->empty())
        out = secret(*step.preset);
    if (!out.empty())
        return accept(out, why);
    why = cancelled();
    return false;
}

bool conversation::choose(const proto::step& step, secret& out, client::call_failure& why)
{
    if (!terminal_.is_open())
        return refuse(why, "the login has to let you choose and there is no terminal: run it in one");
    show_texts(step);
    for (std::size_t i = 0; i < step.choices.size(); ++i)
        terminal_.say("  " + std::to_string(i + 1) + "  " + proto::printable(step.choices[i].label));
    for (secret typed; terminal_.ask("Number: ", echo::on, typed) != reading::nothing;) {
        if (const proto::choice* meant = choice_of(step, typed.reveal())) {
            out = secret(meant->value);
            return true;
        }
        terminal_.say("a number from 1 to " + std::to_string(step.choices.size()) + ", or nothing to cancel");
    }
    why = cancelled();
    return false;
}

void conversation::show_texts(const proto::step& step)
{
    std::string text = proto::printable(step.message.value_or(""), 2000);
    if (step.foreign && !step.foreign->empty())
        text += (text.empty() ? "" : "; ") + ("the site says \"" + proto::printable(*step.foreign) + "\"");
    if (text.empty() || text == shown_ || !terminal_.is_open())
        return;
    terminal_.say(text);
    shown_ = step.kind == kind::wait ? text : std::string();
}

}  // namespace sgauth::cli
