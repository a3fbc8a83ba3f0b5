#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""DESIGN 3: every description is read by a parser that is not ours, and keeps to the names that all of them can read.
Ends with 77 (skipped) where varlink-go is not installed.

Usage: varlink_names.py ROOT"""
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

GENERATOR = "varlink-go-interface-generator"
NAME = re.compile(r"[A-Z][A-Za-z0-9]*\Z")
FIELD = re.compile(r"[a-z](_?[a-z0-9])*\Z")
PLAIN = {"bool", "int", "float", "string", "object"}
SKIPPED = 77


def without_comments(text):
    return re.sub(r"#[^\n]*", "", text)


def check_names(path, text):
    names = []
    for kind, name in re.findall(r"^\s*(type|method|error)\s+(\S+?)\s*(?=[(\s])", without_comments(text), re.MULTILINE):
        if not NAME.match(name):
            yield f"{path}: {kind} {name}: not a name that every parser reads"
        if name in names:
            yield f"{path}: {kind} {name}: types, methods and errors share one namespace"
        names.append(name)
    for name, what in re.findall(r"(\w+)\s*:\s*([^,()\s]+)", without_comments(text)):
        if not FIELD.match(name):
            yield f"{path}: field {name}: not a name that every parser reads"
        word = re.sub(r"\?|\[\]|\[string\]", "", what)
        if word and word not in PLAIN and word not in names:
            yield f"{path}: field {name}: no type {word}"
    for name, follows in re.findall(r"^\s*error\s+(\w+)\s*(.?)", without_comments(text), re.MULTILINE):
        if follows != "(":
            yield f"{path}: error {name}: no parameter list"
    if not re.search(r"^#\s+\d{4}-\d\d-\d\d\b", text, re.MULTILINE) and "io.sgauth" in text:
        yield f"{path}: no dated history"


def check_generator(path, text):
    """The packaged parser is of 2018 and knows interface names in lower case only."""
    lowered = re.sub(r"(?m)^interface\s+(\S+)", lambda m: "interface " + m.group(1).lower(), text)
    with tempfile.TemporaryDirectory() as folder:
        copy = pathlib.Path(folder) / "copy.varlink"
        copy.write_text(lowered, encoding="utf-8")
        done = subprocess.run([GENERATOR, str(copy)], capture_output=True, text=True, timeout=30)
        if done.returncode != 0 or not list(pathlib.Path(folder).glob("*.go")):
            yield f"{path}: {GENERATOR} refuses it: {(done.stdout + done.stderr).strip()}"


def main(root):
    paths = sorted((pathlib.Path(root) / "proto").glob("*.varlink"))
    problems = [] if paths else ["no .varlink file"]
    has_generator = shutil.which(GENERATOR) is not None
    for path in paths:
        text = path.read_text(encoding="utf-8")
        problems += check_names(path.name, text)
        if has_generator:
            problems += check_generator(path.name, text)
    for problem in problems:
        print(problem)
    if not problems and not has_generator:
        print(f"skipped: {GENERATOR} is not installed (package varlink-go)")
        sys.exit(SKIPPED)
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main(sys.argv[1])
