// SPDX-License-Identifier: Apache-2.0
#include "tests/support/varlink_description.hpp"

#include <algorithm>
#include <regex>
#include <stdexcept>

namespace sgauth::testing {

namespace {

using kind = varlink_type::kind;

class description_parser {
public:
    explicit description_parser(std::string_view text) : text_(text) { advance(); }

    varlink_interface parse()
    {
        expect_word("interface");
        out_.name = take_word("the interface's name");
        if (!std::regex_match(
                out_.name, std::regex("[a-z]([-]*[a-z0-9])*(\\.[A-Za-z0-9]([-]*[A-Za-z0-9])*)+")
            ))
            stop("not an interface's name: " + out_.name);
        while (!token_.empty())
            take_member();
        for (const auto& [name, type] : out_.types)
            check_names(type);
        for (const auto& [name, method] : out_.methods) {
            check_names(method.in);
            check_names(method.out);
        }
        for (const auto& [name, type] : out_.errors)
            check_names(type);
        return std::move(out_);
    }

private:
    [[noreturn]] void stop(const std::string& what) const
    {
        throw std::runtime_error("line " + std::to_string(line_) + ": " + what);
    }

    static bool is_word(char c)
    {
        return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '.' || c == '-';
    }

    void skip_blank()
    {
        while (at_ < text_.size()) {
            if (text_[at_] == '#')
                at_ = std::min(text_.find('\n', at_), text_.size());
            else if (text_[at_] == '\n' || text_[at_] == ' ' || text_[at_] == '\t')
                line_ += text_[at_++] == '\n';
            else
                return;
        }
    }

    // A word, `->`, `[]`, or one character; empty at the end.
    void advance()
    {
        skip_blank();
        const std::size_t start = at_;
        if (text_.substr(at_, 2) == "->" || text_.substr(at_, 2) == "[]")
            at_ += 2;
        else if (at_ < text_.size() && is_word(text_[at_]))
            at_ = static_cast<std::size_t>(
                std::find_if_not(text_.begin() + start, text_.end(), is_word) - text_.begin()
            );
        else if (at_ < text_.size())
            ++at_;
        token_ = text_.substr(start, at_ - start);
    }

    bool accept(std::string_view token)
    {
        if (token_ != token)
            return false;
        advance();
        return true;
    }

    void expect_word(std::string_view token)
    {
        if (!accept(token))
            stop("expected " + std::string(token) + " before " + std::string(token_));
    }

    std::string take_word(std::string_view what)
    {
        if (token_.empty() || !is_word(token_[0]))
            stop("expected " + std::string(what));
        std::string word(token_);
        advance();
        return word;
    }

    std::string take_name()
    {
        static const std::regex form("[A-Z][A-Za-z0-9]*");
        std::string name = take_word("a name");
        if (!std::regex_match(name, form))
            stop("not a name for a type, method or error: " + name);
        if (out_.types.contains(name) || out_.methods.contains(name) || out_.errors.contains(name))
            stop("the name stands twice: " + name);
        return name;
    }

    void take_member()
    {
        const std::string word = take_word("type, method or error");
        const std::string name = take_name();
        if (word == "type") {
            out_.types.emplace(name, take_parentheses());
        } else if (word == "method") {
            varlink_type in = take_structure();
            expect_word("->");
            out_.methods.emplace(name, varlink_method{std::move(in), take_structure()});
        } else if (word == "error") {
            if (token_ != "(")
                stop("an error without a parameter list: " + name);
            out_.errors.emplace(name, take_structure());
        } else {
            stop("expected type, method or error, and not " + word);
        }
    }

    varlink_type take_structure()
    {
        varlink_type type = take_parentheses();
        if (type.what != kind::structure)
            stop("an enumeration where a structure belongs");
        return type;
    }

    // A structure, or an enumeration: its words have no type.
    varlink_type take_parentheses()
    {
        static const std::regex form("[a-z](_?[a-z0-9])*");
        varlink_type type;
        type.what = kind::structure;
        expect_word("(");
        if (accept(")"))
            return type;
        do {
            std::string name = take_word("a field's name");
            if (!std::regex_match(name, form))
                stop("not a field's name: " + name);
            if (accept(":"))
                type.fields.push_back({std::move(name), take_type()});
            else
                type.words.push_back(std::move(name));
        } while (accept(","));
        expect_word(")");
        if (!type.words.empty() && !type.fields.empty())
            stop("a field without a type");
        if (!type.words.empty())
            type.what = kind::enumeration;
        return type;
    }

    varlink_type take_type()
    {
        varlink_type type;
        if (accept("?")) {
            if (token_ == "?")
                stop("? twice");
            type.what = kind::maybe;
            type.element.push_back(take_type());
        } else if (accept("[]")) {
            type.what = kind::array;
            type.element.push_back(take_type());
        } else if (accept("[")) {
            expect_word("string");
            expect_word("]");
            type.what = kind::map;
            type.element.push_back(take_type());
        } else if (token_ == "(") {
            type = take_parentheses();
        } else {
            type = named(take_word("a type"));
        }
        return type;
    }

    static varlink_type named(std::string word)
    {
        static const std::map<std::string, kind, std::less<>> plain = {
            {"bool", kind::boolean},
            {"int", kind::integer},
            {"float", kind::real},
            {"string", kind::string},
            {"object", kind::object},
        };
        varlink_type type;
        const auto at = plain.find(word);
        type.what = at == plain.end() ? kind::named : at->second;
        type.name = at == plain.end() ? std::move(word) : std::string();
        return type;
    }

    void check_names(const varlink_type& type) const
    {
        if (type.what == kind::named && !out_.types.contains(type.name))
            stop("no such type: " + type.name);
        for (const varlink_field& field : type.fields)
            check_names(field.type);
        for (const varlink_type& element : type.element)
            check_names(element);
    }

    std::string_view text_;
    std::size_t at_ = 0;
    std::size_t line_ = 1;
    std::string_view token_;
    varlink_interface out_;
};

}  // namespace

std::expected<varlink_interface, std::string> parse_description(std::string_view text)
{
    try {
        return description_parser(text).parse();
    } catch (const std::runtime_error& error) {
        return std::unexpected(error.what());
    }
}

}  // namespace sgauth::testing
