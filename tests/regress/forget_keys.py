#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""forget_keys.py STATE_HOME: takes the keys of the stores below it out of the kernel's keyring, where they would outlast a test.

A key is named `sgauth:TAG:ID`, the tag being made of its store's folder (daemon/key_places.cpp).
"""
import hashlib
import pathlib
import subprocess
import sys


def forget(state_home):
    folders = [f for f in pathlib.Path(state_home, "sgauth").glob("*") if f.is_dir()]
    tags = [hashlib.sha256(b"sgauth store 1\0" + str(f).encode()).hexdigest()[:16] for f in folders]
    keys = subprocess.run(["keyctl", "rlist", "@u"], capture_output=True, text=True, check=False).stdout.split()
    for key in keys:
        told = subprocess.run(["keyctl", "rdescribe", key], capture_output=True, text=True, check=False).stdout
        if any(f"sgauth:{tag}:" in told for tag in tags):
            subprocess.run(["keyctl", "unlink", key, "@u"], capture_output=True, check=False)


if __name__ == "__main__":
    forget(sys.argv[1])
