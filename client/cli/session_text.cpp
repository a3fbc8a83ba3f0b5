// SPDX-License-Identifier: Apache-2.0
#include "client/cli/session_text.hpp"

#include "client/cli/daemon.hpp"
#include "proto/codec.hpp"
#include "proto/json_writer.hpp"
#include "proto/utf8.hpp"

namespace sgauth::cli {

std::string state_note(const proto::session_info& session)
{
    if (session.state == proto::state::valid)
        return {};
    const std::string reason = session.state == proto::state::expired ? reason_of(session) : std::string();
    return " (" + proto::printable(session.state) + (reason.empty() ? "" : ": " + reason) + ")";
}

std::string session_document(const proto::session_info& session)
{
    std::string text;
    proto::json_writer json(text);
    proto::write(json, session);
    return text += '\n';
}

std::string credential_document(const proto::get_credential_reply& reply)
{
    const proto::credential& c = reply.credential;
    const std::size_t secret_size = (c.token ? c.token->size() : 0) +
                                    (c.script_key ? c.script_key->size() : 0) +
                                    (c.bearer ? c.bearer->size() : 0);
    std::string text = session_document(reply.session);
    std::string added;
    // Six bytes is the most that JSON makes of one; a buffer that grows leaves copies behind.
    text.reserve(text.size() + 6 * secret_size + 256);
    added.reserve(6 * secret_size + 256);
    proto::json_writer json(added);
    json.begin_object().member("form", reply.form);
    if (c.token)
        json.member("token", c.token->reveal());
    json.member("script_name", c.script_name);
    if (c.script_key)
        json.member("script_key", c.script_key->reveal());
    if (c.bearer)
        json.member("bearer", c.bearer->reveal());
    json.end_object();
    // Two objects become one: `{…}\n` and `{…}` to `{…,…}\n`.
    text.replace(text.size() - 2, 2, ",").append(added, 1, std::string::npos) += '\n';
    wipe(added);
    return text;
}

}  // namespace sgauth::cli
