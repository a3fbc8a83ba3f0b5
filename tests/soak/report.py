# SPDX-License-Identifier: Apache-2.0
"""What happened: counts, the last events, and every rule that was broken."""
import collections
import threading
import time

LAST_EVENTS = 50
MOST_BROKEN = 20  # of a kind, to be told one by one

LOST = "sessions lost"
REVOKED = "revoked sessions served"
WRONG = "wrong credentials handed out"
ENDED = "ended sessions served"
OTHER = "other rules broken"
RULES = (LOST, REVOKED, WRONG, ENDED, OTHER)


class Report:
    def __init__(self):
        self.began = time.monotonic()
        self.lock = threading.Lock()
        self.counts = collections.defaultdict(collections.Counter)
        self.figures = {}
        self.events = collections.deque(maxlen=LAST_EVENTS)
        self.broken = collections.defaultdict(list)
        self.events_then = []
        self.slowest = (0.0, "")

    def count(self, group, what, times=1):
        with self.lock:
            self.counts[group][what] += times

    def event(self, text):
        """Once, where a thread says the same again and again, as in a crowd."""
        said = f"{threading.current_thread().name:10}  {text}"
        with self.lock:
            if not self.events or not self.events[-1].endswith(said):
                self.events.append(f"{time.monotonic() - self.began:9.3f}  {said}")

    def broke(self, rule, text):
        self.event(f"BROKEN {rule}: {text}")
        with self.lock:
            if not self.events_then:
                self.events_then = list(self.events)  # what led to the first is what helps
            self.broken[rule].append(text)

    def took(self, seconds, what):
        with self.lock:
            self.slowest = max(self.slowest, (seconds, what))

    def peak(self, name, value):
        with self.lock:
            self.figures[name] = max(self.figures.get(name, 0), value)

    def is_clean(self):
        return not self.broken

    def _group(self, title, group):
        counted = self.counts[group]
        print(f"{title}: {sum(counted.values())}")
        line = "   "
        for name, number in sorted(counted.items()):
            item = f" {name} {number}"
            if len(line) + len(item) > 118:
                print(line)
                line = "   "
            line += item
        if line.strip():
            print(line)

    def show(self, seed, minutes):
        print(f"\nsoak: seed {seed}, {minutes:g} minutes asked, {time.monotonic() - self.began:.0f} s in all")
        self._group("requests served", "served")
        self._group("errors among them", "errors")
        self._group("cut off by a kill, an end or ourselves", "cut")
        self._group("logins", "logins")
        self._group("events seen by watchers", "watched")
        self._group("site faults survived", "faults")
        self._group("what was done to the daemon and the sites", "done")
        self._group("hostile clients", "hostile")
        self._group("checks made", "checks")
        for name, value in sorted(self.figures.items()):
            print(f"{name}: {value}")
        print(f"slowest reply: {self.slowest[0]:.2f} s ({self.slowest[1]})")
        for rule in RULES:
            print(f"{rule}: {len(self.broken[rule]) if rule in self.broken else 0}")
        if self.is_clean():
            print("soak: ok")
            return
        for rule, texts in self.broken.items():
            for text in texts[:MOST_BROKEN]:
                print(f"BROKEN {rule}: {text}")
        print(f"\nthe last {LAST_EVENTS} events before the first of them; --seed {seed} chooses the same again:")
        print("\n".join(self.events_then))
        print("soak: FAILED")
