#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The live socket: valid calls of every method and those of tests/vectors, mutated at random from a printed seed, thrown at
a running sgauthd by a program that rules let through and by one that they deny, while people and scripts are logged in. It
stays alive, serves who may have a credential afterwards, has given none to who may not, and its descriptors and memory come
back.

Usage: live_socket.py SGAUTHD FPT_STAND_IN ROOT [--seconds N] [--seed N]. ROOT: of the source tree. For any build of the
daemon. Exit 0: held; 1: not."""
import argparse
import json
import os
import pathlib
import random
import subprocess
import sys

import live_traffic
from live_world import ALLOWED, CONFIRMED, DENIED, KEYS, REFUSED, World

# A daemon that runs under a sanitizer keeps what it freed for a while; one of ours gives it back.
MEMORY_MAY_GROW_KB = 8 * 1024
DESCRIPTORS_MORE = 8  # connections to the site, which are kept for the next question
ROUND = 2.0           # seconds, after which everybody is logged in again


class Fuzz:
    def __init__(self, world, given):
        self.world, self.given = world, given
        self.vectors = given.root / "tests/vectors/calls"
        self.rng = random.Random(given.seed)
        self.ours = live_traffic.Thrower(world.path, live_traffic.vectors(self.vectors), world.site.url, self.rng)
        self.failures = []
        self.heard_denied = 0
        self.leaks = {}        # what was heard -> by whom
        self.finds_tokens = False

    def check(self, good, what):
        print(("ok      " if good else "FAILED  ") + what, flush=True)
        if not good:
            self.failures.append(what)

    def start_denied(self, seconds, heard):
        home = {"PYTHONHOME": sys.base_prefix, "PATH": os.environ["PATH"]}
        return subprocess.Popen(
            [self.world.denied_program, "-B", live_traffic.__file__, self.world.path, self.vectors, self.world.site.url,
             str(self.rng.random()), str(seconds), heard], env=home)

    def throw(self, seconds):
        """In rounds; whether everybody could be logged in again after each."""
        while seconds > 0 and self.world.daemon.poll() is None:
            heard = self.world.folder / "heard"
            # Now everybody is logged in: a token is heard, however the traffic turns out.
            self.ours.ask("GetCredential", {"site": self.world.site.url, "user": ALLOWED, "forms": ["session_token"]})
            denied = self.start_denied(min(ROUND, seconds), heard)
            try:
                self.ours.throw(min(ROUND, seconds))
            finally:
                denied.wait(60)
            self.judge(self.ours.take_heard(), heard.read_bytes())
            if self.world.daemon.poll() is not None or not self.world.make_well():
                return False
            seconds -= ROUND
        return True

    def judge(self, ours, denied):
        """What is told to nobody, to us, and to the denied program."""
        self.heard_denied += denied.count(b"\0")
        allowed = self.world.tokens_of(ALLOWED)
        self.finds_tokens |= any(token in ours for token in allowed)
        for token in self.world.tokens_of(DENIED):
            if token in ours + denied:
                self.leaks["a token of a user that is denied"] = token
        for token in allowed | self.world.tokens_of(CONFIRMED) | {KEYS["farm"].encode()}:
            if token in denied:
                self.leaks["a credential, to the denied program"] = token
        if REFUSED in denied:
            self.leaks["a hand-out to the denied program"] = REFUSED
        if KEYS["ingest"].encode() in ours + denied:
            self.leaks["a key that is not shared"] = b""

    def check_serving(self):
        """A valid client after all of it."""
        world = self.world
        for name in (ALLOWED, *KEYS):
            got = world.credential(name)
            self.check(isinstance(got, dict) and REFUSED.decode() in json.dumps(got, separators=(",", ":")),
                       f"a valid client gets {name}'s credential" + ("" if isinstance(got, dict) else f": {got}"))
        for name, why in ((DENIED, "a rule denies it"), (CONFIRMED, "a rule wants it confirmed")):
            self.check(f"Denied: {why}" in str(world.credential(name)), f"{why}: {name}'s")
        audit = world.call("Audit", {"limit": 1})
        self.check(audit["sink"] == "file" and not audit.get("broken"), "the ledger is whole")

    def run(self):
        world, given = self.world, self.given
        self.check(live_traffic.methods_of(given.root / "proto") == set(live_traffic.CALLS), "every method has its calls")
        self.check(world.status(30) is not None, "it serves")
        self.check(world.make_well(), "people and scripts are logged in")
        self.check_serving()
        self.check(self.throw(given.seconds / 5), "everybody can be logged in when it is warm")  # what it keeps for good it has
        before, memory = world.alone(10, lambda: (world.descriptors(), world.memory_kb())) or (0, 0)
        self.check(self.throw(given.seconds), "everybody can be logged in again after each round")
        sent, answered = self.ours.sent, self.ours.answered
        self.check(world.daemon.poll() is None, f"it lives after {sent} messages, {answered} of them answered, and "
                   f"{self.heard_denied} answers to the denied program")
        self.check(answered > sent / 20 > 5 and self.heard_denied > 50, "they were not all of them nonsense")
        self.check(self.ours.methods == set(live_traffic.CALLS), "every method was called")
        self.check(self.finds_tokens, "what was handed out is found in what was heard")
        self.check(not self.leaks, "nothing was handed out that rules deny" + "".join(f": {what}" for what in self.leaks))
        if world.daemon.poll() is None:
            status = world.status(10, lambda status: status["connections"] == 1)
            self.check(status is not None, "it answers Status, and has no connection left but that")
            self.check_serving()
            is_back = world.alone(10, lambda: world.descriptors() <= before + DESCRIPTORS_MORE)
            self.check(before and is_back, f"its descriptors are {world.descriptors()}, and were {before}")
            is_back = given.any_memory or world.alone(5, lambda: world.memory_kb() - memory <= MEMORY_MAY_GROW_KB)
            self.check(is_back, f"its memory came back: {memory} kB before, {world.memory_kb() - memory:+} kB")
        self.check(world.end() == 0, "it ends cleanly when it is told to")
        log = (world.folder / "log").read_text(errors="replace")
        self.check("Sanitizer" not in log and "runtime error" not in log,
                   "no sanitizer has anything to say" + ("\n" + log if self.failures else ""))


def main():
    words = argparse.ArgumentParser()
    words.add_argument("daemon")
    words.add_argument("stand_in")
    words.add_argument("root", type=pathlib.Path)
    words.add_argument("--any-memory", action="store_true", help="do not look at how it grows: under a sanitizer")
    words.add_argument("--seconds", type=float, default=10)
    words.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(4), "little"))
    given = words.parse_args()
    print(f"seed {given.seed}", flush=True)
    world = World(given.daemon, given.stand_in)
    try:
        fuzz = Fuzz(world, given)
        fuzz.run()
    finally:
        world.close()
    return 1 if fuzz.failures else 0


if __name__ == "__main__":
    sys.exit(main())
