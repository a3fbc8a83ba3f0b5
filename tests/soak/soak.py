#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Everything at once, at random from a seed, for a while, against the real daemon and stand-in sites; a model that
shares no code with them knows what must be true.

The choices of each thread follow from the seed; what they meet depends on timing too. Exit 1: a rule was broken."""
import argparse
import json
import os
import pathlib
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

import wire
from chaos import Chaos
from clients import Asker, check_list
from faults import Faults
from hostile import PROCESS_LIMIT
from model import Entry, Model
from people import Guesser, Login, Person
from report import OTHER, Report
from somebody import PRELOAD, PROGRAMS, as_somebody_else, forget_keys
from fpt import Proxy, Site
from table_k import NAME_LOST, Deck
from tokens import check_tokens
from watchers import Watcher
from world import NO_DESCRIPTORS, Daemon

PEOPLE = 7          # of each site
ASKERS, PERSONS, WATCHERS = 6, 3, 2
MAX_AGE = 45        # seconds, at the second site
LAST_PART = 0.25    # of the time: no restarts any more
MEETS_ALL = 60      # seconds: a run of so many has met every kind of fault
DESCRIPTORS_MORE = 12  # at the end than at the start: connections to sites that are kept for the next question


class Soak:
    def __init__(self, given, scratch):
        self.given, self.scratch = given, pathlib.Path(scratch)
        self.seed, self.seconds = given.seed, given.minutes * 60
        self.report = Report()
        self.over = threading.Event()
        self.calm = 0.6 if self.seconds < 60 else 3
        self.between_blows = (0.3, 1.2) if self.seconds < 60 else (1, 6)
        self.made = 0
        self.watchers, self.guessed = [], []
        self.hostile = None
        self.daemon = Daemon(given.sgauthd, given.preload, self.scratch, self.report)
        self.deck = Deck(self.seed)
        if not given.preload:
            self.deck.leave_out(NAME_LOST)
        self.socket = self.daemon.socket
        # One site tells how long a session lives and ends it on log-out; the other tells nothing, and is behind a proxy.
        self.sites = [
            Site(given.stand_in, self.scratch / "site1", ["--web-session", "on", "--logout", "ends"]),
            Site(given.stand_in, self.scratch / "site2", [], Proxy(given.proxy, self.scratch / "proxy")),
        ]
        self.model = Model(self.report, {self.sites[1]: MAX_AGE})
        for site in self.sites:
            for _ in range(PEOPLE):
                self.new_person(site)
            self.new_script(site, "farm", "farm-key", shares=True)
            for name in ("ingest", "publish"):
                self.new_script(site, name, f"{wire.NEVER_SAID.decode()}{name}", shares=False)
            for number in range(2):
                site.add_person(f"guessed{number}", "never-typed", [])
                self.guessed.append(Entry(site, f"guessed{number}", "guess", "never-typed"))

    def new_person(self, site):
        self.made += 1
        name = f"user{self.made}"
        codes = [f"{self.made:03}{n:05}" for n in range(3000)] if self.made % 3 == 0 else []
        site.add_person(name, f"{name}-password", codes)
        self.model.entries = [*self.model.entries, Entry(site, name, "human", f"{name}-password", codes)]

    def new_script(self, site, name, key, shares):
        site.set_script(name, key)
        script = Entry(site, name, "script", shares=shares)
        script.keys.append(key)
        self.model.entries.append(script)

    def write_settings(self, extra=""):
        first, second = self.sites
        self.daemon.write_settings([
            (first.url, first.folder / "ca.pem", {"idle_window": '"6s"', "keep_for": '"20s"'}),
            (second.url, second.folder / "ca.pem", {"idle_window": '"6s"', "max_age": f'"{MAX_AGE}s"',
                                                    "http_proxy": f'"{second.proxy.address}"'}),
        ], extra)

    def in_last_part(self):
        return time.monotonic() > self.report.began + self.seconds * (1 - LAST_PART)

    # --- the run ---

    def start_daemon(self):
        """With the first backend that stores, if one may."""
        backends = {"off": ["memory"], "on": ["keyring", "credential"], "auto": ["keyring", "credential", "memory"]}
        choices = [self.given.backend] if self.given.backend else backends[self.given.store]
        for backend in choices:
            self.daemon.backend = backend
            self.write_settings()
            self.daemon.start()
            does_store = self.try_store()
            if does_store or backend == choices[-1]:
                break
            self.daemon.stop()
        status = self.daemon.status()
        self.must_store = does_store and self.given.store != "off"
        if self.given.store == "on" and not self.must_store:
            self.report.broke(OTHER, f"--store on, but: {status['storage']} {status['problems']}")
        print(f"storage: {status['storage']}")
        self.model.back_up(does_store, status["locked"])
        time.sleep(0.3)
        self.report.figures["descriptors at the start"] = self.daemon.descriptors() or NO_DESCRIPTORS

    def try_store(self):
        """Whether the daemon says that it stores, once there is a session: before it may only mean to."""
        chaos, first = Chaos(self), Entry(self.sites[0], "first", "human", "first-password")
        first.site.add_person("first", first.password, [])
        chaos.open_up()
        step = Login(chaos, first, again=True).run()
        does_store = step["kind"] == "done" and self.daemon.stores()
        if step["kind"] == "done":
            wire.call(self.socket, "Revoke", {"site": first.site.url, "user": "first"})
        return does_store

    def start_hostile(self):
        users = [word for entry in self.model.entries for word in (entry.site.url, entry.user)]
        hold = min(40, max(2, self.seconds / 8))
        return subprocess.Popen(
            [sys.executable, "-B", str(pathlib.Path(__file__).with_name("hostile.py")), self.socket, str(self.seed),
             str(hold), *users], stdout=subprocess.PIPE, text=True)

    def run(self):
        self.report.began = time.monotonic()
        self.start_daemon()
        self.watchers = [Watcher(self, f"watcher{n}") for n in range(WATCHERS)]
        chaos = Chaos(self)
        actors = [*self.watchers, *(Person(self, f"person{n}") for n in range(PERSONS)), Guesser(self, "guesser"),
                  *(Asker(self, f"asker{n}") for n in range(ASKERS)),
                  *(Faults(self, site, n) for n, site in enumerate(self.sites)), chaos]
        for actor in actors:
            actor.start()
        hostile = self.hostile = self.start_hostile()
        while time.monotonic() < self.report.began + self.seconds and not self.is_hopeless():
            time.sleep(0.2)
        self.over.set()
        for actor in actors:
            actor.join(60)
            if actor.is_alive():
                self.report.broke(OTHER, f"{actor.name} does not end")
        hostile.terminate()
        for what, times in json.loads(hostile.communicate(timeout=60)[0] or "{}").items():
            self.report.count("hostile", what, times)
        self.after(chaos)

    def is_hopeless(self):
        return sum(map(len, self.report.broken.values())) > 200

    def after(self, chaos):
        """Nobody is connected any more, and the sites are well: all is still there, and nothing was left open."""
        if self.daemon.is_gone():
            chaos.live_again()
        self.check_faults()
        with wire.Connection(self.socket) as line:
            self.report.figures["sessions at the end"] = check_list(chaos, line)
            check_tokens(chaos, line)
        self.daemon.note_memory()
        self.check_descriptors()
        if not self.daemon.stop():
            self.report.broke(OTHER, "the last SIGTERM took too long, or ended badly")

    def check_faults(self):
        unmet = ", ".join(self.deck.never_met())
        self.report.figures["kinds of faults that nothing ran into"] = unmet or "none"
        if unmet and self.seconds >= MEETS_ALL:
            self.report.broke(OTHER, f"in all this time nothing ran into these kinds of faults: {unmet}")
        if self.sites[1].proxy.tunnels() == 0:
            self.report.broke(OTHER, "the proxy carried nothing")

    def check_descriptors(self):
        first = self.report.figures["descriptors at the start"]
        if not isinstance(first, int):
            return
        limit = first + DESCRIPTORS_MORE
        is_back = wire.await_that(lambda: self.daemon.descriptors() <= limit, 10)
        self.report.figures["descriptors at the end"] = self.daemon.descriptors()
        if not is_back:
            self.report.broke(OTHER, f"{self.daemon.descriptors()} descriptors at the end, {first} at the start")

    def clean_up(self):
        if self.hostile and self.hostile.poll() is None:
            self.hostile.kill()
            self.hostile.wait()
        if not self.daemon.is_gone():
            self.daemon.process.kill()
            self.daemon.process.wait()
        for site in self.sites:
            site.stop()
        forget_keys(self.scratch / "state")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=5)
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--store", choices=["auto", "on", "off"], default="auto",
                        help="whether sessions must survive restarts; auto: if the daemon says that it stores them")
    parser.add_argument("--backend", help="vault.backend, instead of the first that stores")
    parser.add_argument("--keep", action="store_true", help="leave the scratch folder, with the daemon's log")
    parser.add_argument("--build", required=True, type=pathlib.Path, help="the folder in which all was built")
    parser.add_argument("--no-preload", action="store_true",
                        help="no clock jumps, and names are found: nothing is loaded into the daemon")
    given = parser.parse_args()
    if os.geteuid() == 0:
        sys.exit(as_somebody_else(given.build, sys.argv[1:]))
    build = given.build.resolve()
    given.sgauthd, given.stand_in, given.proxy = (build / one for one in PROGRAMS)
    given.preload = None if given.no_preload else build / PRELOAD
    if given.seed is None:
        given.seed = random.SystemRandom().randrange(10**9)
    print(f"soak: seed {given.seed}, {given.minutes:g} minutes, as uid {os.geteuid()}", flush=True)
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, PROCESS_LIMIT * 8) if hard > 0 else soft, hard))
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that what was started ends too
    scratch = tempfile.mkdtemp(prefix="sgauth-soak.")
    soak = None
    try:
        soak = Soak(given, scratch)
        soak.run()
    finally:
        if soak:
            soak.clean_up()
            if not soak.report.is_clean():
                print(f"the end of the daemon's log:\n{soak.daemon.log_end()}")
        if given.keep:
            print(f"kept: {scratch}")
        else:
            shutil.rmtree(scratch, ignore_errors=True)
    soak.report.show(given.seed, given.minutes)
    sys.exit(0 if soak.report.is_clean() else 1)


if __name__ == "__main__":
    main()
