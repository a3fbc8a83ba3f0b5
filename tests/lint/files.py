#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""HOUSE: what every file keeps to. Length, licence line, nothing put off, no path of one machine, `reveal()` only where
reveal_allowed.txt says why.

Usage: files.py ROOT"""
import pathlib
import re
import sys

import sources

MOST_LINES = 300
MOST_LINES_OF_DEV = 149
LICENCE = "SPDX-License-Identifier: Apache-2.0"
PUT_OFF = re.compile(r"\b(?:TO" r"DO|FIX" r"ME|X" r"XX|HA" r"CK)\b")
# A folder that exists on the machine of whoever wrote it.
MACHINE_PATH = re.compile(r"/(?:work|home/(?!x/|jane|jdoe|user|someone|me/)\w+)/\w")
REVEAL = re.compile(r"(?:\.|->)reveal\s*\(")
TEXT_ENDINGS = sources.CPP | sources.SCRIPTS | {".txt", ".in", ".varlink", ".md", ".socket", ".service", ".desktop", ".toml"}


def allowed_to_reveal(root):
    """The files of reveal_allowed.txt: a path, then the reason."""
    path = pathlib.Path(root) / "tests/lint/reveal_allowed.txt"
    lines = path.read_text(encoding="utf-8").split("\n") if path.exists() else []
    entries = [line.split(None, 1) for line in lines if line.strip() and not line.startswith("#")]
    return {entry[0]: len(entry) > 1 for entry in entries}


def check(path, text, may_reveal):
    lines = text.split("\n")
    count = len(lines) - (lines[-1] == "")
    ending = pathlib.PurePath(path).suffix
    if ending in sources.CPP | sources.SCRIPTS:
        if count > MOST_LINES:
            yield f"{path}: {count} lines, {MOST_LINES} are the limit"
        if LICENCE not in "\n".join(lines[:3]):
            yield f"{path}:1: no line {LICENCE}"
    if text and not text.endswith("\n"):
        yield f"{path}:{count}: no end of line at the end"
    for number, line in enumerate(lines, 1):
        if PUT_OFF.search(line):
            yield f"{path}:{number}: something is put off: do it, or write an issue"
        if MACHINE_PATH.search(line):
            yield f"{path}:{number}: a path of one machine"
    if ending in sources.CPP and not path.startswith("tests/") and path not in may_reveal:
        blank = sources.code(text)
        for match in REVEAL.finditer(blank):
            yield f"{path}:{sources.line_of(blank, match.start())}: reveal() outside of tests/lint/reveal_allowed.txt"


def main(root):
    may_reveal = allowed_to_reveal(root)
    problems = [f"tests/lint/reveal_allowed.txt: {path}: no reason" for path, reason in may_reveal.items() if not reason]
    for path, _ in may_reveal.items():
        full = pathlib.Path(root) / path
        if not full.exists() or not REVEAL.search(sources.code(full.read_text(encoding="utf-8"))):
            problems.append(f"tests/lint/reveal_allowed.txt: {path} reveals nothing any more")
    dev = pathlib.Path(root) / "dev"
    if dev.exists() and len(dev.read_text(encoding="utf-8").splitlines()) > MOST_LINES_OF_DEV:
        problems.append(f"dev: {MOST_LINES_OF_DEV} lines are the limit: it only calls what others can call without it")
    for path in map(str, sources.files(root, TEXT_ENDINGS)):
        if not path.startswith(("tests/vectors/", "tests/fuzz/corpus/")):
            problems += check(path, sources.read(root, path), may_reveal)
    sources.finish(problems)


if __name__ == "__main__":
    main(sys.argv[1])
