# SPDX-License-Identifier: Apache-2.0
"""What happens to the daemon and its machine: kills, ends, reloads, wipes, clock jumps, locks, and sites that freeze or
are replaced."""
import time

import wire
from clients import Actor, check_list
from report import OTHER

OPENS_WITHIN = 15
SHIFTS = [-2 * 86400, -86400, -3600, -61, -1, 0, 1, 61, 3600, 86400, 3 * 86400]


class Chaos(Actor):
    def __init__(self, soak):
        super().__init__(soak, "chaos")
        self.daemon = soak.daemon
        self.can_lock = None

    def step(self):
        self.pause(*self.soak.between_blows)
        if self.daemon.is_gone():
            self.report.broke(OTHER, f"the daemon died by itself: {self.daemon.process.returncode}\n{self.daemon.log_end()}")
            return self.live_again()
        blows = [(self.clock, 4), (self.reload, 2), (self.lock, 3), (self.freeze, 1), (self.replace, 0.5)]
        # The last quarter is one life: what it gathers has to show.
        if not self.soak.in_last_part():
            blows += [(self.kill, 4), (self.end_it, 3), (self.wipe, 0.5)]
        names, weights = zip(*blows)
        return self.random.choices(names, weights)[0]()

    # --- lives ---

    def kill(self):
        self.report.event("kill -9")
        self.model.going_down()
        self.daemon.kill()
        self.pause(0, 0.4)
        self.live_again()

    def end_it(self):
        self.report.event("SIGTERM")
        self.model.going_down()
        if not self.daemon.stop():
            self.report.broke(OTHER, f"SIGTERM: it took too long, or ended badly\n{self.daemon.log_end()}")
        self.pause(0, 0.4)
        self.live_again()

    def live_again(self):
        if not self.model.in_transit:
            self.model.going_down()
        self.daemon.start()
        status = self.open_up()
        if self.soak.must_store and not self.daemon.stores():
            self.report.broke(OTHER, f"sessions are not stored any more: {status['storage']}")
        self.model.back_up(self.daemon.stores(), status["locked"])
        with wire.Connection(self.soak.socket) as line:
            there = check_list(self, line)
        self.report.count("checks", "sessions there after a restart", there)
        self.report.event(f"a new daemon, {there} sessions: {status['storage']}")

    def open_up(self):
        """Until the store is open; what is locked is unlocked."""
        end = time.monotonic() + OPENS_WITHIN
        while True:
            status = self.daemon.status()
            if not status["locked"]:
                return status
            if time.monotonic() > end:
                self.report.broke(OTHER, f"the store does not open: {status['storage']} {status['problems']}")
                return status
            try:
                wire.call(self.soak.socket, "Unlock", {"timeout_ms": 2000})
            except wire.Refusal:
                time.sleep(0.1)

    # --- signals ---

    def reload(self):
        self.report.event("SIGHUP")
        is_bad = self.random.random() < 0.3
        self.soak.write_settings('keep_for = "soon"\n' if is_bad else "")
        self.daemon.reload()
        self.pause(0.1, 0.5)
        if is_bad:  # it keeps those that it had, and a start with bad ones is another test's
            self.soak.write_settings()
            self.daemon.reload()
            self.pause(0.1, 0.3)

    def wipe(self):
        self.report.event("SIGUSR1")
        entries = list(self.model.entries)
        with self.model.mutex:
            alone = {entry: entry.changing == 0 for entry in entries}
            ids = {entry: entry.id for entry in entries}
            epochs = {entry: entry.epoch + 1 for entry in entries}
        for entry in entries:
            self.model.begin(entry)
        if not self.daemon.wipe():
            self.report.broke(OTHER, "SIGUSR1: the log does not say that everything was wiped")
        with self.model.mutex:
            self.model.was_revoked(ids[e] for e in entries if ids[e] and e.present == "yes" and alone[e]
                                   and e.epoch == epochs[e])
            for entry in entries:
                is_sure = alone[entry] and entry.epoch == epochs[entry]
                self.model.finish(entry, "no" if is_sure else "maybe")
            self.model.stores = self.daemon.stores()

    # --- clock, lock, sites ---

    def clock(self):
        if not self.daemon.preload:
            return self.report.count("done", "clock jumps: not available")
        seconds = self.random.choice(SHIFTS) + self.random.randint(-30, 30)
        self.report.event(f"the wall clock is {seconds} s off now")
        self.daemon.shift(seconds)
        return self.report.count("done", "clock jump")

    def lock(self):
        """Locked: no credential, and the list works. Unlocked: the sessions are there."""
        if self.can_lock is None:
            self.can_lock = self.probe_lock()
        if not self.can_lock:
            return self.report.count("done", "lock cycles: not available")
        self.model.lock_changes(None)
        wire.call(self.soak.socket, "Lock")
        self.model.lock_changes(True)
        self.report.event("locked")
        self.pause(0.2, 1.5)
        with wire.Connection(self.soak.socket) as line:
            check_list(self, line)
            locked_until = int(time.time()) + self.daemon.shifted
            self.unlock()
            self.report.event("unlocked")
            for session in self.ask(line, "List")["sessions"]:
                # Whoever had the machine meanwhile may have logged out there: nothing is valid by what was known before.
                is_asked = (session.get("verified_at") or 0) >= locked_until - 1
                if session["state"] == "locked" or (session["state"] == "valid" and not is_asked
                                                    and session["kind"] == "human"):
                    self.report.broke(OTHER, f"{session['user']} is {session['state']} right after Unlock")
        return self.report.count("done", "lock cycle")

    def probe_lock(self):
        """Not where it does not exist yet, nor where nothing could unlock again."""
        self.model.lock_changes(None)
        try:
            wire.call(self.soak.socket, "Lock")
        except wire.Refusal as why:
            if why.name != "MethodNotImplemented" and (why.name != "Denied" or self.model.stores):
                self.report.broke(OTHER, f"Lock: {why.name} {why.parameters}")
            return False
        finally:
            self.model.lock_changes(self.daemon.status()["locked"])
        self.unlock()
        return True

    def unlock(self):
        self.model.lock_changes(None)
        try:
            wire.call(self.soak.socket, "Unlock", {"timeout_ms": 5000})
        except wire.Refusal as why:
            self.report.broke(OTHER, f"Unlock: {why.name} {why.parameters}")
        self.model.lock_changes(self.daemon.status()["locked"])

    def freeze(self):
        site = self.random.choice(self.soak.sites)
        self.report.event(f"{site.port} freezes")
        site.freeze(self.random.uniform(0.3, 3))
        self.report.count("done", "site frozen")

    def replace(self):
        """Nobody listens at the site for a while, then it knows no session any more."""
        site = self.random.choice(self.soak.sites)
        self.report.event(f"{site.port} goes away")
        site.replace(self.random.uniform(0.2, 2))
        self.report.count("done", "site gone, and back without its sessions")
