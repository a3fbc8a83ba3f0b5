# SPDX-License-Identifier: Apache-2.0
"""Tools that ask. Each judges every reply by the model."""
import random
import threading
import time
import traceback

import wire
from report import OTHER, WRONG

SLOWEST_ANSWER = 12.0  # of a call that the daemon has to answer by itself within a second


class Actor(threading.Thread):
    """A thread of the soak, with its own stream of random choices."""

    def __init__(self, soak, name):
        super().__init__(name=name, daemon=True)
        self.soak, self.model, self.report = soak, soak.model, soak.report
        self.random = random.Random(f"{soak.seed}/{name}")

    def run(self):
        while not self.soak.over.is_set():
            try:
                self.step()
            except wire.Cut:
                self.report.count("cut", self.name.rstrip("0123456789"))
                time.sleep(0.05)
            except wire.Leak as leak:
                self.report.broke(WRONG, f"{self.name}: a key that is not shared left the daemon: {leak}")
            except Exception:  # noqa: BLE001 - one of ours that dies unseen would make the soak a lie
                self.report.broke(OTHER, f"{self.name}: {traceback.format_exc(limit=4)}")
                time.sleep(0.5)
        self.end()

    def end(self):
        pass

    def pause(self, least, most):
        self.soak.over.wait(self.random.uniform(least, most))

    def ask(self, connection, method, parameters=None):
        """connection.call, counted and timed. A silent daemon breaks a rule."""
        began, life = time.monotonic(), self.model.life
        try:
            reply = connection.call(method, parameters)
        except wire.Refusal as why:
            self.report.count("served", method)
            self.report.count("errors", why.name)
            raise
        except wire.Silence:
            if life == self.model.life:
                self.report.broke(OTHER, f"no reply to {method} {parameters} in {wire.LONGEST_SILENCE} s")
            raise wire.Cut("silent") from None
        finally:
            took = time.monotonic() - began
            self.report.took(took, method)
        self.report.count("served", method)
        if method in ("List", "Status", "GetUser") and took > SLOWEST_ANSWER and life == self.model.life:
            self.report.broke(OTHER, f"{method} took {took:.1f} s")
        return reply


class Asker(Actor):
    """Asks on one connection after the other, as tools do, alone or in a crowd."""

    connection = None

    def step(self):
        try:
            if self.connection is None or self.random.random() < 0.02:
                self.end()
                self.connection = wire.Connection(self.soak.socket)
            choice = self.random.random()
            if choice < 0.62:
                self.credential(self.connection, self.entry())
            elif choice < 0.72:
                self.user(self.entry())
            elif choice < 0.80:
                self.everybody()
            elif choice < 0.84:
                self.default_credential()
            elif choice < 0.90:
                self.report_rejected(self.entry())
            elif choice < 0.92:
                self.other_form(self.entry())
            elif choice < 0.94:
                self.service()
            elif choice < 0.98:
                self.pipeline()
            else:
                self.crowd(self.entry())
        except wire.Cut:
            self.end()
            raise
        self.pause(0, 0.03)

    def end(self):
        if self.connection:
            self.connection.close()
        self.connection = None

    def entry(self):
        return self.random.choice(self.model.entries)

    def spelling(self, entry):
        return entry.user if self.random.random() < 0.8 else f" {entry.user.upper()} "

    def query(self, entry, demanding=True):
        others = ["bearer", "script_key"] if entry.is_confined and self.random.random() < 0.3 else ["bearer"]
        wanted = {"site": entry.site.url, "user": self.spelling(entry), "forms": [*others, entry.form]}
        if demanding and self.random.random() < 0.1:
            wanted.update(min_valid_s=self.random.choice([1, 5, 3600, 10**12]), timeout_ms=2000)
        if demanding and self.random.random() < 0.05:
            wanted.update(prompt=True, timeout_ms=1000)
        return wanted

    def credential(self, connection, entry):
        wanted = self.query(entry)
        seen = self.model.see(entry)
        try:
            reply = self.ask(connection, "GetCredential", wanted)
        except wire.Refusal as why:
            return self.refused(entry, seen, wanted, why)
        self.given(entry, seen, reply)
        return reply

    def given(self, entry, seen, reply):
        credential = reply["credential"]
        secret = credential.get("script_key" if entry.shares else "token")
        if not secret or reply["form"] != entry.form:
            self.report.broke(OTHER, f"{entry}: a reply without its credential: {reply['form']} {reply['session']}")
            return
        self.model.credential_seen(entry, seen, reply["session"], secret)
        self.report.event(f"{entry}: {reply['session']['state']} ..{secret[-4:]} #{reply['session']['generation']}")

    def refused(self, entry, seen, wanted, why):
        self.report.event(f"{entry}: {why.name}")
        if why.name == "NoSession":
            return self.model.missing_seen(entry, seen, "NoSession")
        if why.name == "Expired":
            return self.model.expired_seen(entry, seen, why.parameters["session"])
        if why.name == "Denied" and (seen.locked or not self.model.lock_known(seen)):
            return self.report.count("checks", "denied while locked")
        if entry.is_confined and why.name == "Unreachable" and "min_valid_s" not in wanted:
            return self.model.minted.withheld(entry, seen)
        demanding = "min_valid_s" in wanted or "prompt" in wanted
        if demanding and why.name in ("CannotLastThatLong", "Unreachable", "TimedOut"):
            return None
        return self.report.broke(OTHER, f"{entry}: GetCredential {wanted}: {why.name} {why.parameters.get('message')}")

    def other_form(self, entry):
        """For the one that this user does not have: whoever asks a confined script for its key gets nothing."""
        wanted = {"site": entry.site.url, "user": self.spelling(entry), "forms": [entry.other_form]}
        seen = self.model.see(entry)
        try:
            reply = self.ask(self.connection, "GetCredential", wanted)
            self.report.broke(WRONG, f"{entry} was asked for a {entry.other_form} and gave a {reply['form']}")
        except wire.Refusal as why:
            if why.name != "FormUnavailable":
                return self.refused(entry, seen, wanted, why)
            self.model.form_refused(entry, seen, why.parameters["forms"])
        return None

    def user(self, entry):
        seen = self.model.see(entry)
        try:
            reply = self.ask(self.connection, "GetUser", {"site": entry.site.url, "user": self.spelling(entry)})
        except wire.Refusal as why:
            if why.name != "NoSession":
                raise
            return self.model.missing_seen(entry, seen, "NoSession")
        return self.model.session_seen(entry, seen, reply["session"])

    def everybody(self):
        check_list(self, self.connection)

    def default_credential(self):
        site = self.random.choice(self.soak.sites)
        before = {entry.user: self.model.see(entry) for entry in self.model.entries if entry.site is site}
        changes = self.model.changes
        try:
            reply = self.ask(self.connection, "GetCredential", {"site": site.url, "forms": ["session_token"]})
        except wire.Refusal as why:
            if why.name not in ("NoSession", "Expired", "Denied"):
                raise
            return
        session = reply["session"]
        is_default = session["default"] or changes != self.model.changes  # it was when it was chosen
        if not is_default or session["kind"] != "human" or session["user"] not in before:
            self.report.broke(OTHER, f"asked for the default user of {site.port}, got {session}")
            return
        entry = next(e for e in self.model.entries if e.site is site and e.user == session["user"])
        self.given(entry, before[entry.user], reply)

    def report_rejected(self, entry):
        seen = self.model.see(entry)
        if seen.id is None:
            return
        about = {"id": seen.id, "generation": seen.generation, "timeout_ms": 3000}
        try:
            session = self.ask(self.connection, "ReportRejected", about)["session"]
        except wire.Refusal as why:
            if why.name not in ("NoSession", "TimedOut", "Unreachable", "Denied"):
                raise
            return
        if session["state"] == "expired":
            self.model.expired_seen(entry, seen, session)
        else:
            self.model.session_seen(entry, seen, session)

    def service(self):
        self.ask(self.connection, wire.SERVICE + "GetInfo")
        self.ask(self.connection, "Status")
        for wrong in ({"usr": "jane"}, {"site": "ht tp://x", "forms": []}, {"forms": "session_token"}):
            try:
                self.ask(self.connection, "GetCredential", wrong)
                self.report.broke(OTHER, f"GetCredential {wrong} was answered")
            except wire.Refusal:
                pass

    def pipeline(self):
        """Calls sent in one go are answered in order."""
        asked = [self.entry() for _ in range(self.random.randint(2, 20))]
        seen = [self.model.see(entry) for entry in asked]
        wanted = [self.query(entry, demanding=False) for entry in asked]
        for one in wanted:
            self.connection.send("GetCredential", one)
        self.collect([self.connection] * len(asked), asked, seen, wanted)

    def crowd(self, entry):
        """Many programs want the same at the same moment."""
        connections = []
        try:
            for _ in range(self.random.randint(20, 100)):
                connections.append(wire.Connection(self.soak.socket))
            size = len(connections)
            wanted = self.query(entry, demanding=False)
            seen = self.model.see(entry)
            for one in connections:
                one.send("GetCredential", wanted)
            self.collect(connections, [entry] * size, [seen] * size, [wanted] * size)
        finally:
            for one in connections:
                one.close()

    def collect(self, connections, asked, seen, wanted):
        for connection, entry, before, query in zip(connections, asked, seen, wanted):
            try:
                reply = connection.receive()
                self.report.count("served", "GetCredential")
                self.given(entry, before, reply)
            except wire.Refusal as why:
                self.report.count("served", "GetCredential")
                self.report.count("errors", why.name)
                self.refused(entry, before, query, why)
            except wire.Silence:
                if before.life == self.model.life:
                    self.report.broke(OTHER, f"no reply to GetCredential {query} in a crowd")
                raise wire.Cut("silent") from None


def check_list(actor, connection):
    """All sessions by List, against the model; how many there are."""
    before = [(entry, actor.model.see(entry)) for entry in list(actor.model.entries)]
    sessions = actor.ask(connection, "List")["sessions"]
    shown = {(s["site"], s["user"]): s for s in sessions}
    if len(shown) != len(sessions):
        actor.report.broke(OTHER, "a user has two sessions of one site")
    for entry, seen in before:
        session = shown.get((entry.site.url, entry.user))
        if session is None:
            actor.model.missing_seen(entry, seen, "not in the list")
        elif session["state"] == "expired":
            actor.model.expired_seen(entry, seen, session)
        else:
            actor.model.session_seen(entry, seen, session)
    return len(sessions)
