#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// A Varlink interface description (varlink.org/Interface-Definition) read into types, methods and errors, and
// messages held against it, strictly: an unknown member fails as a missing one does. For tests alone; our
// programs answer with the text.

#include "proto/json.hpp"

#include <expected>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace sgauth::testing {

struct varlink_field;

struct varlink_type {
    enum class kind {
        boolean,
        integer,
        real,
        string,
        object,
        structure,
        enumeration,
        named,
        array,
        map,
        maybe
    };
    kind what = kind::object;
    std::string name;                   // of a named one
    std::vector<varlink_field> fields;  // of a structure
    std::vector<std::string> words;     // of an enumeration
    std::vector<varlink_type> element;  // of an array, a map or a maybe: exactly one
};

struct varlink_field {
    std::string name;
    varlink_type type;
};

struct varlink_method {
    varlink_type in;
    varlink_type out;
};

struct varlink_interface {
    std::string name;
    std::map<std::string, varlink_type, std::less<>> types;
    std::map<std::string, varlink_method, std::less<>> methods;
    std::map<std::string, varlink_type, std::less<>> errors;
};

// The description, or "line N: what is wrong". Names follow the rules of DESIGN.md 3: types, methods and
// errors in one namespace, no type that is not there.
std::expected<varlink_interface, std::string> parse_description(std::string_view text);

// What is wrong with a value where `type` is expected, with the way to it ("session.generation: missing");
// empty if nothing.
std::string check_value(
    const varlink_interface& interface, const varlink_type& type, proto::json_value value
);

// What is wrong with a whole message (no NUL). A reply may be an error, of this interface or of `service`.
std::string check_call(const varlink_interface& interface, std::string_view message);
std::string check_reply(
    const varlink_interface& interface,
    const varlink_interface& service,
    std::string_view method,
    std::string_view message
);

}  // namespace sgauth::testing
