// SPDX-License-Identifier: Apache-2.0
#include "tests/site/entities.hpp"

#include "tests/site/message.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace sgauth::stand_in {

namespace {
using proto::json_value;

std::expected<bool, api_fault> is_met(const entity& row, const json_value& condition)
{
    auto path = condition["path"].as_string().value_or("");
    auto relation = condition["relation"].as_string().value_or("");
    auto values = condition["values"];
    if (path != "id" && !row.fields.contains(path))
        return std::unexpected(api_fault{103, fmt::format("API read() {}.{} doesn't exist", row.type, path)});
    auto found = std::any_of(values.begin(), values.end(), [&](const json_value& value) {
        if (path == "id")
            return value.as_int() == row.id;
        auto text = value.as_string();
        return text && same_ignoring_case(*text, row.fields.find(path)->second);
    });
    if (relation == "is" || relation == "in")
        return found;
    if (relation == "is_not" || relation == "not_in")
        return !found;
    return std::unexpected(api_fault{103, fmt::format("API read() relation {} is not supported", relation)});
}

std::expected<bool, api_fault> is_met_all(const entity& row, const json_value& filters)
{
    bool any = filters["logical_operator"].as_string() == "or";
    auto conditions = filters["conditions"];
    bool met = !any || conditions.size() == 0;
    for (auto condition : conditions) {
        auto one = is_met(row, condition);
        if (!one)
            return one;
        met = any ? met || *one : met && *one;
    }
    return met;
}

std::vector<entity> candidates(const site_model& site, std::string_view type)
{
    std::vector<entity> rows;
    if (type == "HumanUser")
        for (const auto& each : site.people.people())
            rows.push_back(entity_of(each));
    else
        for (const auto& each : site.people.scripts())
            rows.push_back(entity_of(each));
    return rows;
}

std::expected<std::vector<entity>, api_fault> find(
    const site_model& site, const json_value& arguments, std::string_view type, std::string_view whoami_as
)
{
    std::vector<entity> rows;
    for (auto& each : candidates(site, type)) {
        auto met = is_met_all(each, arguments["filters"]);
        if (!met)
            return std::unexpected(met.error());
        bool is_chosen = *met;
        if (!whoami_as.empty() && type == "HumanUser")
            is_chosen = same_ignoring_case(whoami_as, each.fields["login"]);
        if (is_chosen)
            rows.push_back(std::move(each));
    }
    if (!site.settings.people_visible || arguments["return_only"].as_string() == "retired")
        rows.clear();
    return rows;
}

struct page {
    std::size_t size = 500;
    std::size_t number = 1;
};

page page_of(const json_value& paging)
{
    auto size = paging["entities_per_page"].as_int().value_or(500);
    auto number = paging["current_page"].as_int().value_or(1);
    return {
        static_cast<std::size_t>(std::clamp<std::int64_t>(size, 1, 500)),
        static_cast<std::size_t>(std::clamp<std::int64_t>(number, 1, 1'000'000))
    };
}

std::expected<void, api_fault> write_row(
    proto::json_writer& out, const entity& row, const json_value& return_fields
)
{
    out.begin_object().member("type", row.type).member("id", row.id);
    for (auto each : return_fields) {
        auto name = each.as_string().value_or("");
        if (name == "id" || name == "type")
            continue;
        if (!row.write_field(out, name))
            return std::unexpected(
                api_fault{103, fmt::format("API read() {}.{} doesn't exist", row.type, name)}
            );
    }
    out.end_object();
    return {};
}
}  // namespace

bool entity::write_field(proto::json_writer& out, std::string_view name) const
{
    auto found = fields.find(name);
    if (found == fields.end())
        return false;
    out.member(name, found->second);
    return true;
}

entity entity_of(const person& who)
{
    auto space = who.name.find(' ');
    return {
        "HumanUser",
        who.id,
        {{"login", who.login},
         {"email", who.email},
         {"name", who.name},
         {"firstname", who.name.substr(0, space)},
         {"lastname", space == std::string::npos ? std::string() : who.name.substr(space + 1)},
         {"sg_status_list", who.status}},
    };
}

entity entity_of(const script& which)
{
    return {"ApiUser", which.id, {{"firstname", which.name}, {"sg_status_list", which.status}}};
}

std::expected<std::string, api_fault> read_entities(
    const site_model& site, const json_value& arguments, std::string_view whoami_as
)
{
    auto type = arguments["type"].as_string().value_or("");
    if (type != "HumanUser" && type != "ApiUser")
        return std::unexpected(api_fault{103, fmt::format("API read() entity type {} does not exist", type)});
    auto rows = find(site, arguments, type, whoami_as);
    if (!rows)
        return std::unexpected(rows.error());

    auto paging = page_of(arguments["paging"]);
    auto first = std::min((paging.number - 1) * paging.size, rows->size());
    auto last = std::min(first + paging.size, rows->size());
    std::string body;
    proto::json_writer out(body);
    out.begin_object().key("results").begin_object().key("entities").begin_array();
    for (auto at = first; at < last; ++at)
        if (auto written = write_row(out, (*rows)[at], arguments["return_fields"]); !written)
            return std::unexpected(written.error());
    out.end_array().key("paging_info").begin_object();
    out.member("current_page", paging.number).member("entities_per_page", paging.size);
    out.member("has_next_page", last < rows->size());
    if (arguments["return_paging_info"].as_bool().value_or(false)) {
        out.member("entity_count", rows->size());
        out.member("page_count", (rows->size() + paging.size - 1) / paging.size);
    }
    out.end_object().end_object().end_object();
    return body;
}

}  // namespace sgauth::stand_in
