#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The Python package runs under Python 3.7, where hosts still bring that one: no newer syntax, none of the newer names of the
standard library that are listed here, and nothing heavy or dangerous at its top. So do its tests.

Usage: python_floor.py ROOT"""
import ast
import pathlib
import re
import sys

PACKAGE = "client/python/sgauth"
FOLDERS = (PACKAGE, "tests/python")
FLOOR = (3, 7)
SKIPPED = 77
# Names that came later, with the version that brought them. As attributes and as what is imported from a module.
NEWER = {
    "3.8": "importlib.metadata cached_property singledispatchmethod prod dist isqrt perm comb fmean create_server "
           "has_dualstack_ipv6 unraisablehook get_native_id Protocol Literal Final TypedDict runtime_checkable "
           "get_origin get_args shared_memory addModuleCleanup addClassCleanup IsolatedAsyncioTestCase AsyncMock "
           "link_to fromisocalendar",
    "3.9": "removeprefix removesuffix zoneinfo graphlib to_thread pidfd_open waitstatus_to_exitcode send_fds recv_fds "
           "is_relative_to with_stem randbytes unparse nextafter ulp lcm Annotated orig_argv",
    "3.10": "pairwise aiter anext ParamSpec TypeAlias TypeGuard bit_count aclosing eventfd splice",
    "3.11": "tomllib StrEnum TaskGroup ExceptionGroup BaseExceptionGroup add_note LiteralString Self NotRequired assert_never "
            "enterContext UTC hashlib.file_digest",
    "3.12": "batched override setns unshare",
    "3.13": "deprecated ReadOnly TypeIs QueueShutDown",
}
SINCE = {name: version for version, names in NEWER.items() for name in names.split()}
# (function, keyword): the keyword came later.
KEYWORDS = {("zip", "strict"): "3.10", ("copytree", "dirs_exist_ok"): "3.8", ("unlink", "missing_ok"): "3.8",
            ("dataclass", "slots"): "3.10", ("dataclass", "kw_only"): "3.10", ("Popen", "process_group"): "3.11",
            ("run", "process_group"): "3.11", ("parse", "feature_version"): "3.8", ("pow", "mod"): "3.8",
            ("shutdown", "cancel_futures"): "3.9", ("TemporaryDirectory", "ignore_cleanup_errors"): "3.10"}
GENERIC = {"list", "dict", "tuple", "set", "frozenset", "type"}
# What the package may not import at its top: hosts start with it. And what it never imports.
SLOW = {"typing", "subprocess", "asyncio", "logging", "threading", "ctypes", "dataclasses", "inspect", "urllib", "http", "ssl",
        "shutil", "tempfile", "pathlib", "concurrent", "multiprocessing"}
NEVER = {"pickle", "marshal", "shelve", "ctypes", "signal"}
DEBUG_TEXT = re.compile(r"""\bf(["']).*\{[^{}"']*[\w)\]]\s*=\}""")


def annotations(tree):
    """The nodes that are never evaluated (from __future__ import annotations)."""
    for node in ast.walk(tree):
        for part in (getattr(node, "annotation", None), getattr(node, "returns", None)):
            if isinstance(part, ast.AST):
                yield from ast.walk(part)


def only_for_checkers(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            for statement in node.body:
                yield from ast.walk(statement)


def names_of(node):
    """What a node names, as it is written."""
    if isinstance(node, ast.Attribute):
        yield node.attr
    elif isinstance(node, ast.Name):
        yield node.id
    elif isinstance(node, ast.ImportFrom):
        yield node.module or ""
        yield from ("%s.%s" % (node.module, one.name) for one in node.names)
        yield from (one.name for one in node.names)
    elif isinstance(node, ast.Import):
        yield from (one.name for one in node.names)


def syntax(node):
    kind = type(node).__name__
    if kind in ("NamedExpr", "Match", "TryStar", "TypeAlias"):
        yield "syntax of a later Python (%s)" % kind
    if isinstance(node, ast.arguments) and getattr(node, "posonlyargs", None):
        yield "syntax of a later Python (positional-only)"
    if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name) and node.value.id in GENERIC:
        yield "%s[...] is evaluated here: from 3.9 on" % node.value.id
    if isinstance(node, ast.Call):
        function = getattr(node.func, "attr", getattr(node.func, "id", ""))
        for keyword in node.keywords:
            if (function, keyword.arg) in KEYWORDS:
                yield "%s(%s=) is of Python %s" % (function, keyword.arg, KEYWORDS[function, keyword.arg])


def imported(node):
    if isinstance(node, ast.ImportFrom):
        return {"" if node.level else (node.module or "").split(".")[0]}
    return {one.name.split(".")[0] for one in node.names} if isinstance(node, ast.Import) else set()


def check(path, text):
    try:
        tree = ast.parse(text, path, feature_version=FLOOR)
    except SyntaxError as error:
        yield "%s:%s: no Python 3.7: %s" % (path, error.lineno, error.msg)
        return
    if path.startswith(PACKAGE) and "from __future__ import annotations" not in text:
        yield "%s:1: no `from __future__ import annotations`" % path
    not_run = set(map(id, annotations(tree))) if "from __future__ import annotations" in text else set()
    not_run |= set(map(id, only_for_checkers(tree)))
    for number, line in enumerate(text.split("\n"), 1):
        if DEBUG_TEXT.search(line):
            yield "%s:%d: f\"{x=}\" is of Python 3.8" % (path, number)
    for node in ast.walk(tree):
        if id(node) in not_run:
            continue
        where = "%s:%s" % (path, getattr(node, "lineno", "?"))
        for problem in syntax(node):
            yield "%s: %s" % (where, problem)
        for name in names_of(node):
            if name in SINCE:
                yield "%s: %s is of Python %s" % (where, name, SINCE[name])
        if path.startswith(PACKAGE):
            for name in imported(node) & NEVER:
                yield "%s: the package never imports %s" % (where, name)
            if node in tree.body:
                for name in imported(node) & SLOW:
                    yield "%s: %s is imported where it is used, for what it costs" % (where, name)


def main(root):
    if sys.version_info < (3, 8):
        print("skipped: this Python cannot read for an older one")
        sys.exit(SKIPPED)
    problems = []
    for folder in FOLDERS:
        for path in sorted((pathlib.Path(root) / folder).rglob("*.py")):
            problems += check(path.relative_to(root).as_posix(), path.read_text(encoding="utf-8"))
    version = re.compile(r'^(?:__version__|version) = "([\d.]+)"|^project\(sgauth VERSION ([\d.]+)', re.M)
    files = ("CMakeLists.txt", "client/python/pyproject.toml", PACKAGE + "/__init__.py")
    found = {version.search((pathlib.Path(root) / name).read_text(encoding="utf-8")).group(1, 2)
             for name in files if (pathlib.Path(root) / name).exists()}
    if len({one or other for one, other in found}) > 1:
        problems.append("not one version: %s" % ", ".join(files))
    print("\n".join(problems), end="\n" if problems else "")
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main(sys.argv[1])
