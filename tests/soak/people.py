# SPDX-License-Identifier: Apache-2.0
"""People: logins, log-outs, default users, and somebody who tries passwords."""
import time

import wire
from clients import Actor
from report import OTHER

LONGEST_LOGIN = 40.0
BUDGET = 5  # wrong passwords of a login at a site in an hour


class Login:
    """One login, until its end: what came of it, and what was sent on the way."""

    def __init__(self, actor, entry, again, password=None, hang_up=False):
        self.actor, self.entry, self.hang_up = actor, entry, hang_up
        self.password = password or entry.password
        self.sent_secrets = 0
        self.may_count = 0  # tries that the budget may count: not the one that the site took, nor one that led to a code
        self.was_refused = False
        self.about = {"site": entry.site.url, "again": again}
        self.about["script" if entry.kind == "script" else "user"] = entry.user
        if entry.shares:
            self.about["share_key"] = True

    def run(self):
        """The last step. Raises Cut, also where we hang up."""
        with wire.Connection(self.actor.soak.socket) as line:
            began = self.actor.ask(line, "BeginLogin", self.about)
            step, name, end = began["step"], began["login"], time.monotonic() + LONGEST_LOGIN
            while step["kind"] not in ("done", "failed"):
                if time.monotonic() > end:
                    self.actor.report.broke(OTHER, f"a login of {self.entry} does not end")
                    raise wire.Cut("given up")
                answer = {"login": name, "timeout_ms": 6000}
                if step["kind"] == "secret":
                    if step.get("message") and self.sent_secrets and step["field"] != "code":
                        self.was_refused = True
                    value = None if self.was_refused and self.entry.kind != "guess" else self.secret(step["field"])
                    if value is None:
                        self.actor.ask(line, "CancelLogin", {"login": name})
                        return {"kind": "failed", "error": "Refused", "message": "we gave up"}
                    answer["value"] = value
                    self.sent_secrets += 1
                    self.may_count += 1
                if answer.get("value") and self.hang_up:
                    line.send("Answer", answer)
                    raise wire.Cut("we hung up")
                asked = step.get("field")
                step = self.actor.ask(line, "Answer", answer)["step"]
                if asked == "password" and step.get("field") == "code":
                    self.may_count -= 1
            if step["kind"] == "done" and self.sent_secrets:
                self.may_count -= 1
            return step

    def secret(self, field):
        if field == "code":
            return self.entry.codes.pop(0) if self.entry.codes else None
        return self.entry.keys[-1] if field == "key" else self.password


class Person(Actor):
    """Logs users in and out, one thing at a time for each of them."""

    def step(self):
        self.pause(0.02, 0.35)
        entry = self.random.choice([e for e in self.model.entries if not e.retired])
        choice, detail = self.random.random(), self.random.random()
        if choice < 0.004:
            return self.revoke_all(entry.site)
        if not entry.turn.acquire(blocking=False):
            return None
        try:
            if time.monotonic() < entry.unsettled_until:
                return None
            if entry.present != "yes" or entry.ended:
                return self.log_in(entry, again=entry.ended or detail < 0.3)
            if choice < 0.15:
                return self.revoke(entry, detail)
            if choice < 0.6:
                return self.log_in(entry, again=True)
            return self.set_default(entry)
        finally:
            entry.turn.release()

    def log_in(self, entry, again):
        seen = self.model.begin(entry)
        began, life = time.monotonic(), seen.life
        login = Login(self, entry, again, hang_up=self.random.random() < 0.04)
        outcome, step = "maybe", None
        try:
            step = login.run()
            outcome = self.outcome_of(entry, seen, login, step, began, life)
        except wire.Refusal as why:
            if why.name not in ("Denied", "NoSuchLogin", "Busy", "Cancelled"):
                self.report.broke(OTHER, f"a login of {entry}: {why.name} {why.parameters}")
            outcome = "same" if why.name == "Denied" else "maybe"
        finally:
            entry.may_have_spent += login.may_count
            self.model.finish(entry, outcome, life)
            self.report.event(f"{entry}: login {'again ' if again else ''}{step and (step['kind'], step.get('error'))}")

    def outcome_of(self, entry, seen, login, step, began, life):
        if step["kind"] == "done":
            self.report.count("logins", "done" if login.sent_secrets else "there already")
            if login.sent_secrets:
                token = entry.keys[-1] if entry.kind == "script" else entry.site.newest_token(entry.user)
                self.model.logged_in(entry, step["session"], began, life, token)
                return "yes"
            if seen.present == "no" and seen.settled and life == self.model.life:
                self.report.broke(OTHER, f"a login of {entry} found a session that cannot be there")
            if entry.present != "yes":
                self.model.logged_in(entry, step["session"], began, -1, None)
            return "yes"
        self.report.count("logins", f"failed: {step['error']}")
        if step["error"] == "Denied" and "too many" in step["message"]:
            self.replace(entry)
        # A failure before a secret went out changes nothing; after it the site may still say yes to what we left.
        if not login.sent_secrets or step["error"] in ("Refused", "Denied", "Unreachable"):
            return "same"
        return "maybe"

    def replace(self, entry):
        """The budget is spent, by tries that nobody answered. Somebody else takes the place of this user."""
        if entry.may_have_spent < BUDGET:
            self.report.broke(OTHER, f"{entry} is refused after {entry.may_have_spent} tries that may count")
        entry.retired = True
        self.soak.new_person(entry.site)

    def revoke(self, entry, detail):
        how = {"site": entry.site.url, "user": entry.user, "timeout_ms": self.random.choice([0, 300, 3000])}
        if detail < 0.3:
            how["local"] = True
        seen = self.model.begin(entry)
        token, outcome, life = seen.token, "maybe", seen.life
        watchers = [(w, w.connected, w.told) for w in self.soak.watchers]
        try:
            with wire.Connection(self.soak.socket) as line:
                gone = self.ask(line, "Revoke", how)["revoked"]
            self.model.was_revoked(one["id"] for one in gone)
            outcome = "no"
            self.report.event(f"{entry}: revoked {[(g['id'][:6], g['at_site']) for g in gone]}")
        except wire.Refusal as why:
            if why.name == "NoSession":
                if seen.settled and seen.present == "yes" and life == self.model.life:
                    self.report.broke("sessions lost", f"{entry}: no session to revoke")
                outcome = "no"
            elif why.name != "Denied":
                self.report.broke(OTHER, f"revoke of {entry}: {why.name} {why.parameters}")
            else:
                outcome = "same"
            return
        finally:
            self.model.finish(entry, outcome, life)
        self.report.count("logins", "revoked")
        if entry.is_confined and seen.lock_epoch != self.model.lock_epoch:
            token = None  # it may be another one that was revoked
        for one in gone:
            if one["at_site"] == "confirmed" and token and entry.site.accepts(token):
                self.report.broke(OTHER, f"{entry}: confirmed, and the site accepts the token")
        if self.random.random() < 0.1:
            self.watchers_know(entry, {one["id"] for one in gone}, watchers)

    def watchers_know(self, entry, ids, watchers):
        for watcher, connected, told in watchers:
            def knows(w=watcher, c=connected, t=told):
                return w.connected != c or ids <= t or self.soak.over.is_set()
            if connected and not wire.await_that(knows, 10):
                self.report.broke(OTHER, f"a watcher was not told that {entry} was revoked")
            self.report.count("checks", "a watcher told of a revoke")

    def revoke_all(self, site):
        taken = []
        entries = [e for e in self.model.entries if e.site is site]
        for entry in entries:
            if not entry.turn.acquire(timeout=0.05):
                break
            taken.append(entry)
        try:
            if len(taken) < len(entries):
                return
            seen = [self.model.begin(entry) for entry in entries]
            outcome = "maybe"
            try:
                with wire.Connection(self.soak.socket) as line:
                    gone = self.ask(line, "Revoke", {"site": site.url, "all": True, "timeout_ms": 500})["revoked"]
                self.model.was_revoked(one["id"] for one in gone)
                outcome = "no"
                self.report.event(f"all of {site.port} revoked: {len(gone)}")
                self.report.count("logins", "all of a site revoked")
            except wire.Refusal as why:
                outcome = "same"
                if why.name != "Denied":
                    self.report.broke(OTHER, f"revoke all: {why.name} {why.parameters}")
            finally:
                for entry, before in zip(entries, seen):
                    self.model.finish(entry, outcome, before.life)
        finally:
            for entry in taken:
                entry.turn.release()

    def set_default(self, entry):
        if entry.kind == "script":
            return
        seen = self.model.see(entry)
        self.model.changes += 1
        try:
            with wire.Connection(self.soak.socket) as line:
                self.ask(line, "SetDefault", {"site": entry.site.url, "user": entry.user})
        except wire.Refusal as why:
            if why.name == "NoSession":
                self.model.missing_seen(entry, seen, "SetDefault: NoSession")
            elif why.name != "Denied":
                raise
        finally:
            self.model.changes += 1


class Guesser(Actor):
    """Wrong passwords, for users of its own: the site must see no more than the budget allows, whatever happens to the
    daemon or its clock meanwhile."""

    def step(self):
        self.pause(0.5, 3)
        entry = self.random.choice(self.soak.guessed)
        try:
            step = Login(self, entry, again=True, password=f"wrong-{self.random.random()}").run()
            self.report.count("logins", f"wrong password: {step.get('error', step['kind'])}")
            if step["kind"] == "done":
                self.report.broke("wrong credentials handed out", f"{entry} was logged in by a wrong password")
        except wire.Refusal as why:
            self.report.count("logins", f"wrong password: {why.name}")
        finally:
            spent = entry.site.failures(entry.user)
            hours = 1 + (time.monotonic() - self.report.began) // 3600
            self.report.count("checks", "password budget")
            if spent > BUDGET * hours:
                self.report.broke(OTHER, f"the site saw {spent} wrong passwords of {entry}")
