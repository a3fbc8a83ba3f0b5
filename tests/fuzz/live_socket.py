#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The live socket: valid calls of tests/vectors, mutated at random from a printed seed, thrown at a running sgauthd by
several connections at once. It stays alive, answers Status afterwards, and its descriptors and memory come back.

Usage: live_socket.py SGAUTHD VECTORS [--seconds N] [--seed N]. For any build of the daemon. Exit 0: held; 1: not."""

import argparse
import copy
import json
import os
import pathlib
import random
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

STATUS = b'{"method":"io.sgauth.Agent.Status"}\0'
# What is not to go on for ever, and what ends the others' sessions, is as good as any other call here: nobody is logged in.
LINES_AT_ONCE = 8
# A daemon that runs under a sanitizer keeps what it freed for a while; one of ours gives it back.
MEMORY_MAY_GROW_KB = 8 * 1024
PIECES = [b"\0", b"{", b"}", b"[", b"]", b'"', b"\\", b"\\u0000", b"\xff", b"null", b"-0", b"1e999", b"9" * 400, b'"":', b",", b"true",
          b'"more":true,', b'"oneway":true,', b"[" * 64, b"A" * 5000]


def messages(folder):
    """Of each vector what follows its headers."""
    found = [f.read_bytes().split(b"\n\n", 1)[-1] for f in sorted(pathlib.Path(folder).iterdir()) if f.is_file()]
    assert len(found) > 20, "no vectors there"
    return found


VALUES = [None, True, -1, 0, 2**63, 2**64, 1.5, "", "x", "A" * 5000, "\u202e\u0000", "https://x.test", [], ["session_token"], [[]], {}, {"a": {}}]


def is_call(text):
    try:
        return isinstance(json.loads(text).get("method"), str)
    except (ValueError, AttributeError):
        return False


def members(value):
    """Every place in a document that a value can be put in."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, its in list(inner):
        yield value, key
        yield from members(its)


def changed(rng, seeds):
    """A call that is JSON still, with other values, or one member more or less."""
    call = json.loads(rng.choice(seeds))
    for _ in range(rng.choice((0, 1, 1, 2))):
        places = list(members(call))
        holder, key = rng.choice(places)
        if rng.random() < 0.3 and isinstance(holder, dict):
            holder[rng.choice(("more", "oneway", "parameters", "site", "user", "forms", "zz"))] = copy.deepcopy(rng.choice(VALUES))
        elif key != "method" or rng.random() < 0.1:
            holder[key] = copy.deepcopy(rng.choice(VALUES))
    return json.dumps(call).encode() + b"\0"


def mutated(rng, seeds):
    if rng.random() < 0.6:
        return changed(rng, [s for s in seeds if is_call(s)])
    text = bytearray(rng.choice(seeds))
    for _ in range(rng.choice((0, 1, 1, 2, 3, 8))):
        at = rng.randrange(len(text) + 1)
        what = rng.randrange(6)
        if what == 0 and text:
            text[min(at, len(text) - 1)] ^= 1 << rng.randrange(8)
        elif what == 1:
            text[at:at] = rng.choice(PIECES)
        elif what == 2:
            del text[at:at + rng.randrange(1, 20)]
        elif what == 3:
            other = rng.choice(seeds)
            start = rng.randrange(len(other) + 1)
            text[at:at] = other[start:start + rng.randrange(1, 60)]
        elif what == 4:
            text[at:at] = text[max(0, at - rng.randrange(1, 40)):at]
        else:
            del text[at:]
    return bytes(text) + (b"" if rng.random() < 0.05 else b"\0")


class target:
    def __init__(self, program):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="sgauth-live."))
        for name in ("home", "run", "config", "state"):
            (self.folder / name).mkdir(mode=0o700)
        self.path = str(self.folder / "run" / "a.sock")
        env = {"PATH": os.environ["PATH"], "HOME": str(self.folder / "home"), "XDG_RUNTIME_DIR": str(self.folder / "run"),
               "XDG_CONFIG_HOME": str(self.folder / "config"), "XDG_STATE_HOME": str(self.folder / "state"),
               "SGAUTH_SOCKET": self.path, "SGAUTH_LOG": "error"}
        env.update({k: v for k, v in os.environ.items() if k.endswith("SAN_OPTIONS") or k == "ASAN_SYMBOLIZER_PATH"})
        self.log = open(self.folder / "log", "wb")
        self.daemon = subprocess.Popen([program], env=env, stdout=self.log, stderr=self.log, stdin=subprocess.DEVNULL)

    def connect(self):
        line = socket.socket(socket.AF_UNIX)
        line.connect(self.path)
        line.setblocking(False)
        return line

    def status(self, within, is_it=lambda status: True):
        """What Status answers, once `is_it` says of it, with the connection open still, that it is what is waited for;
        None if nothing, in time."""
        end = time.monotonic() + within
        while time.monotonic() < end and self.daemon.poll() is None:
            try:
                with socket.socket(socket.AF_UNIX) as line:
                    line.settimeout(within)
                    line.connect(self.path)
                    line.sendall(STATUS)
                    reply = b""
                    while not reply.endswith(b"\0"):
                        piece = line.recv(65536)
                        if not piece:
                            break
                        reply += piece
                    status = json.loads(reply[:-1])["parameters"]
                    if is_it(status):
                        return status
            except (OSError, ValueError, KeyError):
                pass
            time.sleep(0.05)
        return None

    def alone(self, within, look):
        """What `look` returns, once that is true with a connection of ours as the only one; None if not, in time. Always
        with it: what is looked at is more while others are closing, and less where ours has closed already."""
        seen = None

        def is_it(status):
            nonlocal seen
            seen = look() if status["connections"] == 1 else None
            return seen
        return seen if self.status(within, is_it) else None

    def descriptors(self):
        """Only root may look: the daemon is closed to its own user."""
        return len(os.listdir(f"/proc/{self.daemon.pid}/fd")) if os.geteuid() == 0 else 0

    def memory_kb(self):
        with open(f"/proc/{self.daemon.pid}/status") as text:
            return next(int(line.split()[1]) for line in text if line.startswith("VmRSS"))

    def end(self):
        self.daemon.send_signal(signal.SIGTERM)
        try:
            return self.daemon.wait(10)
        except subprocess.TimeoutExpired:
            self.daemon.kill()
            return "hung"

    def close(self):
        if self.daemon.poll() is None:
            self.daemon.kill()
            self.daemon.wait()
        self.log.close()
        shutil.rmtree(self.folder)


def throw(t, rng, seeds, seconds):
    """Returns how many messages and how many answers there were."""
    sent = answered = 0
    lines = []
    end = time.monotonic() + seconds
    while time.monotonic() < end and t.daemon.poll() is None:
        while len(lines) < LINES_AT_ONCE:
            lines.append(t.connect())
        line = rng.choice(lines)
        message = mutated(rng, seeds)
        if rng.random() < 0.1:  # in two pieces, as the next one is the rest of it
            message = message[:rng.randrange(len(message) + 1)]
        try:
            line.send(message)
            sent += 1
        except BlockingIOError:
            pass
        except OSError:
            lines.remove(line)
            line.close()
            continue
        if rng.random() < 0.05:  # one that watches, or waits for the rest of a message, takes no more of them
            lines.remove(line)
            line.close()
        for ready in select.select(lines, [], [], 0.0005)[0]:
            try:
                got = ready.recv(65536)
            except OSError:
                got = b""
            answered += got.count(b"\0")
            if not got or rng.random() < 0.02:
                lines.remove(ready)
                ready.close()
    for line in lines:
        line.close()
    return sent, answered


def main():
    words = argparse.ArgumentParser()
    words.add_argument("daemon")
    words.add_argument("vectors")
    words.add_argument("--any-memory", action="store_true", help="do not look at how it grows: under a sanitizer")
    words.add_argument("--seconds", type=float, default=10)
    words.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(4), "little"))
    given = words.parse_args()
    print(f"seed {given.seed}", flush=True)
    rng = random.Random(given.seed)
    seeds = messages(given.vectors)
    failures = []

    def check(good, what):
        print(("ok      " if good else "FAILED  ") + what, flush=True)
        if not good:
            failures.append(what)

    t = target(given.daemon)
    try:
        check(t.status(20) is not None, "it serves")
        throw(t, rng, seeds, given.seconds / 5)  # what it keeps for good it has by then
        check(t.status(10) is not None, "it answers when it is warm")
        before, memory = t.alone(10, lambda: (t.descriptors(), t.memory_kb())) or (0, 0)
        sent, answered = throw(t, rng, seeds, given.seconds)
        check(t.daemon.poll() is None, f"it lives after {sent} messages, {answered} of them answered")
        check(answered > sent / 20 > 5, "they were not all of them nonsense")
        status = t.status(10, lambda status: status["connections"] == 1)
        check(status is not None, "it answers Status, and has no connection left but that")
        check(status is not None and status["sessions"] == 0, "it has no session that nobody logged in")
        if t.daemon.poll() is None:
            is_back = t.alone(5, lambda: t.descriptors() <= before)
            check(is_back, f"its descriptors are {t.descriptors()} again, as they were: {before}")
            is_back = given.any_memory or t.alone(5, lambda: t.memory_kb() - memory <= MEMORY_MAY_GROW_KB)
            check(is_back, f"its memory came back: {memory} kB before, {t.memory_kb() - memory:+} kB")
        check(t.end() == 0, "it ends cleanly when it is told to")
        log = (t.folder / "log").read_text(errors="replace")
        check("Sanitizer" not in log and "runtime error" not in log, "no sanitizer has anything to say" + ("\n" + log if failures else ""))
    finally:
        t.close()
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
