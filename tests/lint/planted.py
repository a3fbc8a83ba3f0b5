#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Each lint finds what is planted for it, and nothing in a tree that is clean. Ends with 77 where a lint was skipped."""
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
SPDX = "// SPDX-License-Identifier: Apache-2.0\n"
SKIPPED = 77
PACKAGE, FUTURE = "client/python/sgauth/a.py", "from __future__ import annotations\n"
PUT_OFF = "TO" + "DO"
DESCRIPTION = "# History\n#   2026-01-01  first\ninterface io.sgauth.Thing\n"

# (lint, path, text, part of what it has to say)
PLANTED = [
    ("layering", "proto/a.cpp", '#include "src/base/a.hpp"\n', "proto/ does not include src/"),
    ("layering", "proto/a.cpp", '#include "client/a.hpp"\n', "proto/ does not include client/"),
    ("layering", "client/cli/a.cpp", '#include "src/base/a.hpp"\n', "client/ does not include src/"),
    ("layering", "client/lib/a.cpp", "#include <boost/asio.hpp>\n", "without Boost"),
    ("layering", "client/lib/a.cpp", "#include <openssl/ssl.h>\n", "without OpenSSL"),
    ("layering", "src/base/a.cpp", '#include "daemon/a.hpp"\n', "src/ does not include daemon/"),
    ("layering", "src/base/a.cpp", '#include "tests/support/a.hpp"\n', "src/ does not include tests/"),
    ("layering", "src/base/a.cpp", '  #  include "src/site/a.hpp"\n', "stands below or beside src/site/"),
    ("layering", "src/vault/a.cpp", '#include "src/session/a.hpp"\n', "stands below or beside src/session/"),
    ("layering", "src/vault/a.cpp", '#include "src/site/a.hpp"\n', "stands below or beside src/site/"),
    ("layering", "src/login/a.cpp", '#include "src/policy/a.hpp"\n', "stands below or beside src/policy/"),
    ("layering", "src/utils/a.cpp", '#include "src/base/a.hpp"\n', "no floor that is known"),
    ("layering", "src/ipc/a.cpp", '#include "src/session/a.hpp"\n', "names nothing of src/session/"),
    ("layering", "src/ipc/a.cpp", '#include "src/vault/a.hpp"\n', "names nothing of src/vault/"),
    ("layering", "src/agent/a.hpp", '#include "proto/json.hpp"\n', "knows no JSON"),
    ("layering", "src/agent/a.cpp", '#include "proto/codec.hpp"\n', "knows no JSON"),
    ("layering", "src/site/a.cpp", "#include <nlohmann/json.hpp>\n", "proto/json.cpp alone"),
    ("layering", "tests/unit/a.cpp", "#include <nlohmann/json.hpp>\n", "in no test"),
    ("layering", "src/site/a.hpp", "#include <boost/beast/http.hpp>\n", "Beast stands in a .cpp"),
    ("layering", "src/ipc/a.cpp", "#include <boost/beast/http.hpp>\n", "Beast stands in a .cpp"),
    ("layering", "src/base/a.cpp", "#include <toml++/toml.h>\n", "toml++ stands in"),
    ("layering", "daemon/a.cpp", "#include <gio/gio.h>\n", "never in the daemon"),
    ("layering", "src/vault/a.cpp", "#include <libsecret/secret.h>\n", "never in the daemon"),
    ("layering", "src/site/a.cpp", "#include <spdlog/spdlog.h>\n", "the log is src/base/log.hpp"),
    ("layering", "src/site/a.cpp", '#include "a.hpp"\n', "from the project's root"),
    ("layering", "src/site/reply_parser.cpp", "#include <boost/asio/awaitable.hpp>\n", "a pure file"),
    ("layering", "src/session/renewal_policy.hpp", '#include "src/base/log.hpp"\n', "a pure file"),
    ("layering", "src/site/a.cpp", "void f() { net::co_spawn(e, g(), net::detached); }\n", "start in a task group"),
    ("layering", "src/site/a.cpp", {"src/site/b.cpp": "#include <boost/beast.hpp>\n", "src/site/a.cpp": "#include <boost/beast.hpp>\n"},
     "more than one file"),
    ("co_await_temporaries", "src/a.cpp", "t f() { co_await g(request{1, 2}); }\n", "src/a.cpp:2: a braced temporary"),
    ("co_await_temporaries", "src/a.cpp", "t f() { co_await g({1, 2}); }\n", "a braced temporary"),
    ("co_await_temporaries", "src/a.cpp", "t f() {\n co_await g(\n  1,\n  request{\n 1});\n}\n", "src/a.cpp:5: a braced"),
    ("co_await_temporaries", "src/a.cpp", "t f() { auto x = h(request{1}, co_await g()); }\n", "a braced temporary"),
    ("co_await_temporaries", "src/a.cpp", "t f() { co_await g([this] { return 1; }); }\n", "a lambda that captures"),
    ("co_await_temporaries", "src/a.cpp", "t f() { co_await g(\n [&]() mutable -> int {\n return 1; }); }\n", "src/a.cpp:3: a lambda"),
    ("co_await_temporaries", "src/a.cpp", "t f() { if ((co_await g(r{1})).ok()) { h(); } }\n", "a braced temporary"),
    ("co_await_temporaries", "src/a.cpp", "t f() { co_return co_await g(std::vector<int>{1}); }\n", "a braced temporary"),
    ("co_await_temporaries", "src/a.cpp", "t f() { auto l = []() -> t { co_await g(r{1}); }; }\n", "a braced temporary"),
    ("co_await_temporaries", "src/a.cpp", "t f() { auto x = a ? co_await g() : h(); }\n", "one side of a conditional"),
    ("co_await_temporaries", "src/a.cpp", "t f() { auto x = a ? h()\n : co_await g(); }\n", "src/a.cpp:3: one side"),
    ("files", "src/a.cpp", "\n" * 300, "301 lines"),
    ("files", "dev", "echo\n" * 150, "dev: 149 lines"),
    ("files", "src/b.cpp", None, "src/b.cpp:1: no line SPDX"),
    ("files", "src/a.cpp", f"// {PUT_OFF}: later\n", "something is put off"),
    ("files", "proto/a.varlink", f"# {PUT_OFF}\n", "something is put off"),
    ("files", "src/a.cpp", '// see /' + 'work/there/x\n', "a path of one machine"),
    ("files", "src/a.cpp", "int x;", "no end of line"),
    ("files", "src/a.cpp", "auto x = token.reveal();\n", "reveal() outside"),
    ("files", "tests/lint/reveal_allowed.txt", "src/gone.cpp because\n", "reveals nothing any more"),
    ("varlink_names", "proto/a.varlink", DESCRIPTION + "type part (a: int)\n", "type part: not a name"),
    ("varlink_names", "proto/a.varlink", DESCRIPTION + "type P (aB: int)\n", "field aB: not a name"),
    ("varlink_names", "proto/a.varlink", DESCRIPTION + "type P (a: int)\nerror P ()\n", "share one namespace"),
    ("varlink_names", "proto/a.varlink", DESCRIPTION + "type P (a: text)\n", "no type text"),
    ("varlink_names", "proto/a.varlink", DESCRIPTION + "error P\n", "no parameter list"),
    ("varlink_names", "proto/a.varlink", "interface io.sgauth.Thing\nmethod P() -> ()\n", "no dated history"),
    ("varlink_names", "proto/a.varlink", DESCRIPTION + "method P( -> ()\n", "refuses it"),
    ("python_floor", PACKAGE, FUTURE + "if (x := 1):\n    pass\n", "no Python 3.7"),
    ("python_floor", PACKAGE, FUTURE + "def f(a, /):\n    pass\n", "no Python 3.7"),
    ("python_floor", PACKAGE, FUTURE + "match 1:\n    case 1:\n        pass\n", "no Python 3.7"),
    ("python_floor", PACKAGE, FUTURE + "x = f\"{y=}\"\n", "Python 3.8"),
    ("python_floor", PACKAGE, FUTURE + "x = list[int]()\n", "from 3.9 on"),
    ("python_floor", PACKAGE, FUTURE + "x = 'a'.removeprefix('b')\n", "a.py:2: removeprefix is of Python 3.9"),
    ("python_floor", PACKAGE, FUTURE + "from functools import cached_property\n", "Python 3.8"),
    ("python_floor", PACKAGE, FUTURE + "import tomllib\n", "is of Python 3.11"),
    ("python_floor", PACKAGE, FUTURE + "zip(a, strict=True)\n", "is of Python 3.10"),
    ("python_floor", PACKAGE, FUTURE + "import typing\n", "imported where it is used"),
    ("python_floor", PACKAGE, FUTURE + "def f():\n    import pickle\n", "never imports pickle"),
    ("python_floor", PACKAGE, "x = 1\n", "from __future__"),
    ("python_floor", "tests/python/a.py", "from math import prod\n", "Python 3.8"),
    ("python_floor", PACKAGE, {PACKAGE: FUTURE, "client/python/sgauth/__init__.py": FUTURE + "__version__ = \"2\"\n",
                               "client/python/pyproject.toml": "version = \"1\"\n"}, "not one version"),
    ("format", "src/a.cpp", "int   f ( ) ;\n", "not as clang-format"),
]

CLEAN = {
    PACKAGE: "# SPDX-License-Identifier: Apache-2.0\n" + FUTURE + "TYPE_CHECKING = False\nif TYPE_CHECKING:\n    import typing\n"
    "x: list[int] = []\n\n\ndef f(a: dict[str, int]) -> list[int]:\n    import typing\n    return f\"{a} = {x}\"\n",
    "proto/a.hpp": "#include <string>\n",
    "proto/a.varlink": DESCRIPTION + "type P (a: ?[]string)\nmethod Get(p: P) -> (ps: [string]P)\nerror Gone ()\n",
    "src/agent/a.cpp": '#include "proto/messages.hpp"\n#include "src/session/b.hpp"\n',
    "src/ipc/a.cpp": '#include "proto/json.hpp"\n#include "src/agent/b.hpp"\n',
    "src/base/task_group.cpp": "void f()\n{\n    net::co_spawn(a, b, c);\n}\n",
    "src/site/a.cpp": "#include <boost/beast/http.hpp>\n\n// co_await g(request{1}) in a comment, \"{\" in a string\n"
    "t f()\n{\n    request r{1, 2};\n    auto [a, b] = co_await g(std::move(r));\n    const char* s = \"co_await g({1})\";\n"
    "    if (auto x = co_await h(a[0], []() { return 1; }))\n        co_return result{1};\n"
    "    for (auto& y : co_await k()) {\n        use({y});\n    }\n    other o{1};\n    co_return co_await m(o);\n}\n",
}


def run(lint, root):
    target = HERE / f"{lint}.py"
    done = subprocess.run([sys.executable, str(target), str(root)], capture_output=True, text=True, timeout=60)
    return done.returncode, done.stdout + done.stderr


def write(root, path, text):
    full = pathlib.Path(root) / path
    full.parent.mkdir(parents=True, exist_ok=True)
    is_cpp = path.endswith((".cpp", ".hpp"))
    full.write_text("int x;\n" if text is None else (SPDX if is_cpp else "") + text, encoding="utf-8")


def main():
    wrong, skipped = [], set()
    for lint, path, text, expected in PLANTED:
        with tempfile.TemporaryDirectory() as root:
            for name, content in (text if isinstance(text, dict) else {path: text}).items():
                write(root, name, content)
            write(root, ".clang-format", (HERE.parent.parent / ".clang-format").read_text(encoding="utf-8"))
            code, said = run(lint, root)
            if code == SKIPPED:
                skipped.add(lint)
            elif code != 1 or expected not in said:
                wrong.append(f"{lint} did not find {expected!r} in {text!r}: {code}, {said.strip()!r}")
    with tempfile.TemporaryDirectory() as root:
        for path, text in CLEAN.items():
            write(root, path, text)
        write(root, ".clang-format", (HERE.parent.parent / ".clang-format").read_text(encoding="utf-8"))
        for lint in ("layering", "co_await_temporaries", "files", "varlink_names", "python_floor", "format"):
            code, said = run(lint, root)
            if code not in (0, SKIPPED):
                wrong.append(f"{lint} finds in a clean tree: {said.strip()}")
    print("\n".join(wrong + [f"skipped: {lint}" for lint in sorted(skipped)]))
    sys.exit(1 if wrong else SKIPPED if skipped else 0)


if __name__ == "__main__":
    main()
