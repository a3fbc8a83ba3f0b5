// SPDX-License-Identifier: Apache-2.0
//
// One message, read as a call and as a reply of every method. What JSON we take reads the same after it was
// written anew. The headers of tests/vectors are left out, so that its files are seeds.

#include "proto/codec.hpp"
#include "proto/envelope.hpp"
#include "proto/json_writer.hpp"
#include "proto/utf8.hpp"
#include "tests/support/wire_messages.hpp"
#include "tests/support/wire_vectors.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

using namespace sgauth::proto;

void require(bool good)
{
    if (!good)
        std::abort();
}

std::string copied(json_value value)
{
    std::string out;
    json_writer(out).copy(value);
    return out;
}

void read_as_call(json_value root)
{
    call_envelope call;
    if (!read_call(root, call))
        return;
    require(!call.parameters || call.parameters.is(json_kind::object));
    (void)sgauth::testing::read_named_call(call.method, call.parameters);
}

void read_as_reply(json_value root)
{
    reply_envelope reply;
    if (!read_reply(root, reply))
        return;
    error_reply error;
    read_error(reply.error, reply.parameters, error);
    for (const char* method :
         {"GetUser",
          "GetCredential",
          "ReportRejected",
          "BeginLogin",
          "Answer",
          "List",
          "SetDefault",
          "Revoke",
          "Watch",
          "Status"})
        (void)sgauth::testing::read_named_reply(method, reply.parameters);
}

void check_printable(std::string_view text)
{
    const std::string shown = printable(text);
    require(shown.size() <= 304);
    for (const char c : shown)
        require(static_cast<unsigned char>(c) >= 0x20 && c != 0x7F);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    std::string_view text(reinterpret_cast<const char*>(data), size);
    if (text.starts_with("expect: "))
        text.remove_prefix(std::min(sgauth::testing::vector_body(text), text.size()));
    check_printable(text);
    json_document document;
    if (document.parse(text) != json_fault::none)
        return 0;
    const std::string once = copied(document.root());
    read_as_call(document.root());
    read_as_reply(document.root());
    require(document.parse(once) == json_fault::none);
    require(copied(document.root()) == once);
    return 0;
}
