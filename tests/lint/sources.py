# SPDX-License-Identifier: Apache-2.0
"""The tree's own files, and C++ text without what is no code."""
import pathlib
import re
import sys

FOLDERS = ("proto", "client", "src", "daemon", "systemd", "tests")
CPP = {".cpp", ".hpp", ".h", ".c"}
SCRIPTS = {".py", ".sh"}
NO_CODE = re.compile(
    r'R"(?P<tag>[^\s()\\]{0,16})\(.*?\)(?P=tag)"'
    r'|"(?:\\.|[^"\\\n])*"'
    r"|(?<![0-9A-Za-z_])'(?:\\.|[^'\\\n])+'"
    r"|//[^\n]*|/\*.*?\*/",
    re.DOTALL,
)


def files(root, endings):
    """All files with one of the endings, as paths relative to the root, sorted."""
    root = pathlib.Path(root)
    found = []
    for folder in FOLDERS:
        for path in (root / folder).rglob("*"):
            hidden = any(part.startswith(".") or part == "__pycache__" for part in path.parts[len(root.parts):])
            if path.suffix in endings and path.is_file() and not hidden:
                found.append(path.relative_to(root))
    return sorted(found)


def read(root, path):
    return (pathlib.Path(root) / path).read_text(encoding="utf-8", errors="surrogateescape")


def code(text):
    """The text with comments and literals blanked, every character in its place."""
    return NO_CODE.sub(lambda m: re.sub(r"[^\n]", " ", m.group()), text)


def includes(text):
    """(line, name, is_quoted) of each #include."""
    for number, line in enumerate(text.split("\n"), 1):
        match = re.match(r'\s*#\s*include\s*([<"])([^>"]+)[>"]', line)
        if match:
            yield number, match.group(2), match.group(1) == '"'


def line_of(text, position):
    return text.count("\n", 0, position) + 1


def finish(problems):
    """Prints the problems and ends with 1 if there are any."""
    for problem in problems:
        print(problem)
    sys.exit(1 if problems else 0)
