// SPDX-License-Identifier: Apache-2.0
#include "tests/site/counters.hpp"

namespace sgauth::stand_in {

std::string route_name(const http_request& request)
{
    for (std::string_view prefix : {"/internal_api/app_session_request/", "/app_session_request/"})
        if (std::string_view(request.path).starts_with(prefix))
            return request.method + " " + std::string(prefix) + "{id}";
    return request.method + " " + request.path;
}

void counters::count(const http_request& request, std::string_view rpc_method)
{
    ++requests_;
    if (!rpc_method.empty())
        ++by_method_[std::string(rpc_method)];
    auto& path = by_path_[route_name(request)];
    ++path.count;
    path.headers = request.headers;
    path.query = request.query;
    path.server_name = request.server_name;
}

void counters::reset()
{
    requests_ = 0;
    by_method_.clear();
    by_path_.clear();
    connections_accepted = handshakes_failed = 0;
}

void counters::write(proto::json_writer& out) const
{
    out.begin_object().member("requests", requests_).key("methods").begin_object();
    for (const auto& [name, count] : by_method_)
        out.member(name, count);
    out.end_object().key("paths").begin_object();
    for (const auto& [name, path] : by_path_)
        out.member(name, path.count);
    out.end_object();
    out.member("connections_accepted", connections_accepted).member("connections_live", connections_live);
    out.member("handshakes_failed", handshakes_failed).member("held", held);
    out.key("last").begin_object();
    for (const auto& [name, path] : by_path_) {
        out.key(name).begin_object().member("server_name", path.server_name).member("query", path.query);
        out.key("headers").begin_object();
        for (const auto& each : path.headers)
            out.member(lower_case(each.name), each.value);
        out.end_object().end_object();
    }
    out.end_object().end_object();
}

}  // namespace sgauth::stand_in
