# SPDX-License-Identifier: Apache-2.0
"""Clients that mean no good or do not care, in a process of their own: so the limit of connections of one process is
theirs alone to run into.

Usage: hostile.py SOCKET SEED LONGEST_HOLD [SITE USER]...      writes how often it did what, as JSON, when it is told to end"""
import json
import random
import resource
import signal
import sys
import time

import wire

PROCESS_LIMIT = 1024  # of the daemon, for one process


class Hostile:
    def __init__(self, path, seed, hold, users):
        self.path, self.random, self.hold = path, random.Random(f"{seed}/hostile"), hold
        self.users = users
        self.counts = {}
        self.held = []  # (until, sockets)
        self.is_over = False

    def keep(self, sockets):
        self.held.append((time.monotonic() + self.random.uniform(0.2, self.hold), sockets))

    def let_go(self):
        now = time.monotonic()
        for until, sockets in self.held:
            if until < now or self.is_over:
                for one in sockets:
                    one.close()
        self.held = [(until, sockets) for until, sockets in self.held if until >= now]

    def open(self, timeout=3):
        return wire.open_socket(self.path, timeout)

    def throw(self, data, also=b""):
        """Sends it and waits for the daemon's word or end; then goes."""
        end = self.open()
        try:
            end.sendall(data)
            if also:
                end.sendall(also)
            end.recv(4096)
        except OSError:
            pass
        end.close()

    # --- what they do ---

    def silent(self):
        self.keep([self.open() for _ in range(self.random.randint(1, 60))])

    def half_message(self):
        end = self.open()
        end.sendall(wire.message("List")[: self.random.randint(1, 30)])
        self.keep([end])

    def garbage(self):
        size = self.random.randint(1, 70_000)
        self.throw(self.random.getrandbits(8 * size).to_bytes(size, "big") + b"\0")

    def http(self):
        self.throw(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n\0")

    def too_big(self):
        self.throw(b'{"method":"' + b"x" * (1 << 20) + b'"}', b"\0")

    def no_end(self):
        self.throw(b"[" * (3 << 20))

    def just_fits(self):
        name = b"x" * ((1 << 20) - 200)
        self.throw(b'{"method":"io.sgauth.Agent.GetUser","parameters":{"user":"' + name + b'"}}\0')

    def wrong_utf8(self):
        bad = self.random.choice([b"\xff\xfe", b"\xed\xa0\x80", b"\xc0\xaf", b"\xf4\x90\x80\x80"])
        self.throw(b'{"method":"io.sgauth.Agent.GetUser","parameters":{"user":"' + bad + b'"}}\0')

    def deep(self):
        depth = self.random.choice([31, 32, 33, 100_000])
        inner = b'{"a":' * depth + b"1" + b"}" * depth
        self.throw(b'{"method":"io.sgauth.Agent.List","parameters":' + inner + b"}\0")

    def twice_the_key(self):
        self.throw(b'{"method":"io.sgauth.Agent.List","method":"io.sgauth.Agent.Status"}\0')

    def unread(self):
        """Calls without reading, until the daemon takes no more of them."""
        end = self.open(timeout=0.3)
        calls = wire.message("List") * 500
        try:
            for _ in range(20):
                end.sendall(calls)
        except OSError:
            pass
        self.keep([end])

    def oneway_flood(self):
        end = self.open()
        try:
            end.sendall(wire.message("GetUser", {}, oneway=True) * 5000 + wire.message("List"))
            end.recv(4096)
        except OSError:
            pass
        end.close()

    def leave_in_a_wait(self):
        site, user = self.random.choice(self.users)
        ends = [self.open() for _ in range(self.random.randint(1, 30))]
        for end in ends:
            end.sendall(wire.message("GetCredential", {
                "site": site, "user": user, "forms": ["session_token"], "min_valid_s": 10**9, "timeout_ms": 60_000}))
        time.sleep(self.random.uniform(0, 0.1))
        for end in ends:
            end.close()

    def unread_watches(self):
        ends = [self.open() for _ in range(self.random.randint(1, 20))]
        for end in ends:
            end.sendall(wire.message("Watch", more=True))
        self.keep(ends)

    def leave_a_login(self):
        site, user = self.random.choice(self.users)
        ends = [self.open() for _ in range(self.random.randint(1, 10))]
        for end in ends:
            end.sendall(wire.message("BeginLogin", {"site": site, "user": user, "again": True}))
        self.keep(ends)

    def nowhere(self):
        """Sites that refuse, or that no name server knows."""
        site = self.random.choice(["https://127.0.0.1:1", "https://no-such-host.invalid", "https://127.0.0.1:9"])
        self.throw(wire.message("BeginLogin", {"site": site, "user": "x"}))

    def as_many_as_possible(self):
        ends = []
        try:
            for _ in range(PROCESS_LIMIT + 100):
                ends.append(self.open(timeout=2))
        except wire.Cut:
            pass
        self.keep(ends)

    def step(self):
        self.let_go()
        deeds = [self.silent, self.half_message, self.garbage, self.http, self.too_big, self.no_end, self.just_fits,
                 self.wrong_utf8, self.deep, self.twice_the_key, self.unread, self.oneway_flood, self.leave_in_a_wait,
                 self.unread_watches, self.leave_a_login, self.nowhere]
        weights = [2] * len(deeds)
        deed = self.random.choices([*deeds, self.as_many_as_possible], [*weights, 0.3])[0]
        try:
            deed()
            self.counts[deed.__name__] = self.counts.get(deed.__name__, 0) + 1
        except (wire.Cut, OSError):
            self.counts["cut off"] = self.counts.get("cut off", 0) + 1
        time.sleep(self.random.uniform(0, 0.15))


def main(path, seed, hold, *users):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    one = Hostile(path, seed, float(hold), list(zip(users[::2], users[1::2])))

    def end(*_):
        one.is_over = True
    signal.signal(signal.SIGTERM, end)
    while not one.is_over:
        one.step()
    one.let_go()
    print(json.dumps(one.counts))


if __name__ == "__main__":
    main(*sys.argv[1:])
