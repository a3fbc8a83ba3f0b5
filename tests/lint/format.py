#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every C and C++ file is as clang-format-19 writes it. `./dev format` puts it right. Ends with 77 (skipped) where that
is not installed.

Usage: format.py ROOT [--fix]"""
import os
import shutil
import subprocess
import sys

import sources

TOOL = os.environ.get("CLANG_FORMAT", "clang-format-19")
SKIPPED = 77


def main(root, fix):
    if shutil.which(TOOL) is None:
        print(f"skipped: {TOOL} is not installed")
        sys.exit(SKIPPED)
    names = [str(path) for path in sources.files(root, sources.CPP)]
    how = ["-i"] if fix else ["--dry-run", "-Werror"]
    done = subprocess.run([TOOL, *how, *names], cwd=root, capture_output=True, text=True)
    wrong = sorted({line.split(":")[0] for line in done.stderr.split("\n") if line.split(":")[0] in names})
    sources.finish([f"{name}: not as {TOOL} writes it; run ./dev format" for name in wrong] or done.returncode * [done.stderr])


if __name__ == "__main__":
    main(sys.argv[1], "--fix" in sys.argv[2:])
