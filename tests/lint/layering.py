#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""HOUSE: the tree is the architecture. Includes go downwards only; some libraries and words have one place.

Usage: layering.py ROOT"""
import fnmatch
import os
import re
import sys

import sources

# The floors of src/, lowest first; siblings do not know each other.
FLOORS = (("base",), ("settings", "vault", "site"), ("session",), ("login", "policy"), ("agent",), ("ipc",))
FLOOR_OF = {name: number for number, names in enumerate(FLOORS) for name in names}
# What the bytes' side may not name, though it stands above it.
HIDDEN_FROM_IPC = {"settings", "vault", "site", "session", "login"}
# Every folder at the top, and what it may include.
TOP = {
    "proto": {"proto"},
    "client": {"client", "proto"},
    "src": {"src", "proto"},
    "daemon": {"daemon", "src", "proto"},
    "tests": {"tests", "daemon", "src", "client", "proto"},
}
NO_JSON = ("proto/json*", "proto/codec*", "proto/fields.hpp", "proto/envelope.hpp", "proto/framing.hpp", "nlohmann/*")
# (what is included, who alone may, what the rule is)
ONE_PLACE = (
    ("nlohmann/*", ("proto/json.cpp",), "nlohmann/json stands in proto/json.cpp alone"),
    ("boost/beast*", ("src/site/*.cpp", "tests/*"), "Beast stands in a .cpp of src/site"),
    ("boost/*", ("src/*", "daemon/*", "tests/*"), "client and proto build without Boost"),
    ("openssl/*", ("src/*", "daemon/*", "tests/*"), "client and proto build without OpenSSL"),
    ("toml++/*", ("src/settings/*.cpp",), "toml++ stands in a .cpp of src/settings"),
    ("gio/*", ("daemon/desktop_helper/*", "src/base/glib_owners.hpp"), "GLib stands in helper programs, never in the daemon"),
    ("src/base/glib_owners.hpp", ("daemon/desktop_helper/*", "src/vault/keyring_helper/*"), "GLib stands in helper programs, never in the daemon"),
    ("libsecret/*", ("src/vault/keyring_helper/*",), "GLib stands in helper programs, never in the daemon"),
    ("spdlog/spdlog.h", ("src/base/log.*",), "the log is src/base/log.hpp"),
)
# Decisions: (state, event, now) -> action. They include neither Asio nor what waits or logs; clock.hpp has the types.
PURE = (
    "proto/*", "src/settings/*", "src/policy/*", "src/*/*_policy.*", "src/*/*_parser.*",
    "src/site/site_url.*", "src/site/proxy.*", "src/site/http_trouble.*", "src/site/http_message.*", "src/site/http_text.*",
    "src/site/site_options.*", "src/site/site_trouble.*", "src/site/censor.*", "src/site/fpt_wire.*",
    "src/session/session.*", "src/session/session_record.*", "src/session/session_table.*", "src/session/site_habits.*",
    "src/login/conversation.*", "src/login/attempt_record.*", "src/login/attempt_log.*", "src/login/login_words.*",
    "src/agent/choose.*", "src/agent/session_view.*", "src/agent/errors.*",
)
IMPURE = ("boost/asio*", "boost/beast*", "spdlog/spdlog.h", "src/base/log.hpp", "src/base/lane.hpp",
          "src/base/task_group.hpp", "src/base/deadline.hpp", "src/base/single_flight.hpp")
# HOUSE, coroutines 4.
MAY_SPAWN = ("src/base/task_group.cpp", "src/base/deadline.hpp", "daemon/main.cpp", "daemon/app*.cpp", "tests/*")


def matches(name, patterns):
    return any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns)


def wrong_direction(path, included):
    """Why a file of ours may not include another of ours; None if it may."""
    from_top, to_top = path.split("/")[0], included.split("/")[0]
    if to_top not in TOP.get(from_top, set()):
        return f"{from_top}/ does not include {to_top}/"
    if from_top != "src" or to_top != "src":
        return None
    here, there = path.split("/")[1], included.split("/")[1]
    if here not in FLOOR_OF or there not in FLOOR_OF:
        return f"src/{here if here not in FLOOR_OF else there}/ stands on no floor that is known"
    if here != there and FLOOR_OF[there] >= FLOOR_OF[here]:
        return f"src/{here}/ stands below or beside src/{there}/"
    if here == "ipc" and there in HIDDEN_FROM_IPC:
        return f"src/ipc/ names nothing of src/{there}/"
    return None


def check_include(path, included, quoted):
    if quoted and included.split("/")[0] in TOP:
        reason = wrong_direction(path, included)
        if reason:
            yield reason
    elif quoted and path.split("/")[0] in ("proto", "src", "daemon"):
        yield "includes of our own are written from the project's root"
    for pattern, places, rule in ONE_PLACE:
        if fnmatch.fnmatchcase(included, pattern) and not matches(path, places):
            yield rule
    if path.startswith("src/agent/") and matches(included, NO_JSON):
        yield "src/agent/ knows no JSON"
    if path.startswith("tests/") and not path.startswith("tests/site/") and included.startswith("nlohmann/"):
        yield "nlohmann stands in no test"
    if not path.startswith("tests/") and matches(path, PURE) and matches(included, IMPURE):
        yield "a pure file includes neither Asio nor a log"


def main(root):
    problems = []
    beast = set()
    paths = [str(path) for path in sources.files(root, sources.CPP)]
    if os.path.exists(os.path.join(root, "CMakeLists.txt")):
        gone = [pattern for pattern in PURE if not fnmatch.filter(paths, pattern)]
        problems += [f"tests/lint/layering.py: nothing is called {pattern} any more: what is pure now?" for pattern in gone]
    for path in paths:
        text = sources.read(root, path)
        for line, included, quoted in sources.includes(text):
            problems += [f"{path}:{line}: {included}: {reason}" for reason in check_include(path, included, quoted)]
            if included.startswith("boost/beast") and not path.startswith("tests/"):
                beast.add(path)
        blank = sources.code(text)
        for match in re.finditer(r"\bco_spawn\s*[(<]", blank):
            if not matches(path, MAY_SPAWN):
                problems.append(f"{path}:{sources.line_of(blank, match.start())}: co_spawn: tasks start in a task group")
    if len(beast) > 1:
        problems.append(f"Beast stands in more than one file: {', '.join(sorted(beast))}")
    sources.finish(problems)


if __name__ == "__main__":
    main(sys.argv[1])
