#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""HOUSE, coroutines 2: g++ 12 destroys twice a braced temporary, or a lambda that captures, that stands inside an
expression with co_await. Finds both, over any number of lines. The cure is a named local, moved in.

Usage: co_await_temporaries.py ROOT | co_await_temporaries.py FILE..."""
import os
import re
import sys

import sources

OPENING, CLOSING = "([{", ")]}"
CONTROL = re.compile(r"\b(?:if|while|for|switch|catch)\s*(?:constexpr\s*)?$")


def statement_start(text, at):
    """Where the full expression around `at` begins: behind the nearest ; or block brace, or a control's parenthesis."""
    depth = 0
    i = at - 1
    while i >= 0:
        c = text[i]
        if c in CLOSING:
            # A whole block behind us ends another statement; an initialiser's braces do not.
            if c == "}" and depth == 0 and ends_block(text, i):
                return i + 1
            depth += 1
        elif c in OPENING:
            if depth == 0 and c == "{":
                if not opens_argument(text, i):
                    return i + 1
            elif depth == 0 and c == "(" and CONTROL.search(text, 0, i):
                return i + 1
            elif depth > 0:
                depth -= 1
        elif c == ";" and depth == 0:
            return i + 1
        i -= 1
    return 0


def ends_block(text, at):
    """A closing brace that nothing of an expression follows."""
    follows = text[at + 1:].lstrip()[:1]
    return follows not in (",", ")", ".", "-", ";", "}", "]", "?", ":", "")


def opens_argument(text, at):
    """A brace right behind ( or , is an initialiser, and belongs to the expression."""
    return text[:at].rstrip()[-1:] in ("(", ",")


def statement_end(text, at):
    """The ; that ends it, or the parenthesis of the control that it is the condition of, or the block's end."""
    depth = 0
    i = at
    while i < len(text):
        c = text[i]
        if c in OPENING:
            depth += 1
        elif c in CLOSING:
            if depth == 0 and (c == "}" or is_condition(text, i)):
                return i
            depth = max(0, depth - 1)
        elif c == ";" and depth == 0:
            return i
        i += 1
    return i


def is_condition(text, closing):
    """Whether this parenthesis closes what a control statement opened."""
    depth = 0
    for i in range(closing, -1, -1):
        if text[i] == ")":
            depth += 1
        elif text[i] == "(":
            depth -= 1
            if depth == 0:
                return CONTROL.search(text, 0, i) is not None
    return False


def skip_group(text, at):
    """Behind the group that opens at `at`."""
    depth = 0
    for i in range(at, len(text)):
        depth += (text[i] in OPENING) - (text[i] in CLOSING)
        if depth == 0:
            return i + 1
    return len(text)


def findings(text, start, end):
    """(position, what) of each temporary in text[start:end]."""
    i = start
    while i < end:
        before = text[start:i].rstrip()
        if text[i] == "[":
            is_subscript = bool(re.search(r"[\w)\]>]$", before)) and not re.search(r"\b(?:return|co_return|co_await)$", before)
            is_binding = bool(re.search(r"\bauto\s*(?:&|&&)?$", before))
            if text.startswith("[[", i) or is_subscript or is_binding:
                i = skip_group(text, i)
                continue
            body = text.find("{", i)
            inner = text[i + 1:skip_group(text, i) - 1].strip()
            if inner:
                yield i, "a lambda that captures"
            i = skip_group(text, body) if 0 <= body < end else skip_group(text, i)
            continue
        if text[i] == "{":
            yield i, "a braced temporary"
            i = skip_group(text, i)
            continue
        i += 1


def check(path, text):
    text = sources.code(text)
    seen = set()
    for match in re.finditer(r"\bco_await\b", text):
        start, end = statement_start(text, match.start()), statement_end(text, match.end())
        before = text[start:match.start()].rstrip()
        if before.endswith("?") or (before.endswith(":") and "?" in before):
            yield f"{path}:{sources.line_of(text, match.start())}: one side of a conditional is a co_await: decide first, then await"
        for position, what in findings(text, start, end):
            if position not in seen:
                seen.add(position)
                yield f"{path}:{sources.line_of(text, position)}: {what} in an expression with co_await: name it, then move it"


def main(arguments):
    problems = []
    for argument in arguments:
        if os.path.isdir(argument):
            for path in sources.files(argument, sources.CPP):
                problems += check(path, sources.read(argument, path))
        else:
            problems += check(argument, sources.read(".", argument))
    sources.finish(problems)


if __name__ == "__main__":
    main(sys.argv[1:])
