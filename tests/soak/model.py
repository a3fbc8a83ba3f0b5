# SPDX-License-Identifier: Apache-2.0
"""What has to be true. It knows nothing of how the daemon works: only who logged in, what was taken away, and what the
site says of a token.

An entry is one user of one site. It is judged strictly only when nothing that changes it was under way between the
question and the reply: a call to change it, a kill, a wipe. What must hold always is judged always."""
import threading
import time

from report import ENDED, LOST, OTHER, REVOKED, WRONG
from tokens import Minted

SETTLES_AFTER = 14  # seconds after a login or revoke was cut off: several calls to a site, 4 s each, and a disk
CLOCK_NOISE = 2.0


class Entry:
    def __init__(self, site, user, kind, password=None, codes=(), shares=False):
        self.site, self.user, self.kind = site, user, kind
        self.shares = shares           # a script: its key is what it gives; else it is confined, and gives tokens
        self.password, self.codes = password, list(codes)
        self.turn = threading.Lock()   # one login or revoke at a time
        self.present = "no"            # yes | no | maybe
        self.id = self.token = None    # token: what it gives
        self.key = None                # a script's, that the daemon has, where that is known
        self.generation = 0
        self.logged_in = self.login_life = 0
        self.ended = False
        self.keys = []                 # a script's, ever taken by the site
        self.changing = 0
        self.epoch = 0
        self.unsettled_until = 0.0
        self.may_have_spent = 0        # tries that the budget may count: those that nobody answered
        self.retired = False

    def __str__(self):
        return f"{self.user}@{self.site.port}"

    @property
    def is_confined(self):
        return self.kind == "script" and not self.shares

    @property
    def form(self):
        return "script_key" if self.shares else "session_token"

    @property
    def other_form(self):
        return "session_token" if self.shares else "script_key"


class Seen:
    """An entry as it was before a question."""

    def __init__(self, entry, model):
        self.at, self.wall = time.monotonic(), time.time()
        self.life, self.lock_epoch, self.locked = model.life, model.lock_epoch, model.locked
        self.epoch, self.present = entry.epoch, entry.present
        self.id, self.generation, self.token = entry.id, entry.generation, entry.token
        self.settled = not model.in_transit and entry.changing == 0 and self.at > entry.unsettled_until


class Model:
    def __init__(self, report, max_age):
        self.report, self.max_age = report, max_age  # max_age: site -> seconds, where it matters
        self.mutex = threading.RLock()
        self.entries = []
        self.changes = 0    # of whatever may change a default: counted when one begins and when it ends
        self.life = 0
        self.in_transit = True  # between two lives, until it is known what the new one stores
        self.stores = False
        self.locked = False
        self.lock_epoch = 0
        self.revoked = {}   # id -> when the reply came
        self.ended = {}     # (id, generation) -> when a reply said so
        self.tokens = {}    # (id, generation) -> credential
        self.minted = Minted(self)

    # --- what changes ---

    def see(self, entry):
        with self.mutex:
            return Seen(entry, self)

    def begin(self, entry):
        with self.mutex:
            entry.changing += 1
            entry.epoch += 1
            self.changes += 1
            return Seen(entry, self)

    def finish(self, entry, outcome, life=None):
        """outcome: yes | no | maybe | same. Of a life that is over only what was stored counts."""
        with self.mutex:
            entry.changing -= 1
            entry.epoch += 1
            self.changes += 1
            if life is not None and life != self.life and not self.stores:
                outcome = "no"
            if outcome == "maybe":
                entry.unsettled_until = time.monotonic() + SETTLES_AFTER
            if outcome != "same":
                entry.present = outcome
            if outcome in ("no", "maybe"):
                entry.token, entry.key, entry.ended = None, None, False

    def logged_in(self, entry, session, began, life, secret):
        """By what it typed: `secret` is what the site gave for it, or a script's key; None: not known."""
        with self.mutex:
            if session["user"] != entry.user or session["site"] != entry.site.url:
                self.report.broke(WRONG, f"a login of {entry} became {session['user']} @ {session['site']}")
            entry.id, entry.generation = session["id"], session["generation"]
            entry.key = secret if entry.kind == "script" else None
            entry.token = None if entry.is_confined else secret
            entry.logged_in, entry.login_life, entry.ended = began, life, False

    def was_revoked(self, ids):
        now = time.monotonic()
        with self.mutex:
            for one in ids:
                self.revoked.setdefault(one, now)

    def going_down(self):
        with self.mutex:
            self.life += 1
            self.changes += 1
            self.in_transit = True
            self.lock_epoch += 1
            for entry in self.entries:
                entry.epoch += 1

    def back_up(self, stores, locked):
        with self.mutex:
            self.stores, self.locked, self.in_transit = stores, locked, False
            self.minted.all_unsettled()
            self.lock_epoch += 1
            for entry in self.entries:
                entry.epoch += 1
                if not stores:
                    entry.present, entry.token, entry.key, entry.ended = "no", None, None, False
                elif entry.changing:
                    entry.present = "maybe"

    def lock_changes(self, locked):
        """None while it is changing."""
        with self.mutex:
            self.lock_epoch += 1
            self.locked = locked
            if locked:
                self.minted.all_unsettled()

    # --- judging ---

    def is_strict(self, entry, seen):
        return (seen.settled and entry.changing == 0 and entry.epoch == seen.epoch and seen.life == self.life)

    def oldest(self, entry):
        """Scripts do not age."""
        return self.max_age.get(entry.site) if entry.kind == "human" else None

    def lock_known(self, seen):
        return seen.locked is not None and seen.lock_epoch == self.lock_epoch and seen.life == self.life

    def session_seen(self, entry, seen, session):
        """Any reply that shows a session of the entry."""
        with self.mutex:
            self.report.count("checks", "a session shown")
            if session["user"] != entry.user or session["site"] != entry.site.url:
                return self.report.broke(WRONG, f"asked for {entry}, got {session['user']} @ {session['site']}")
            when = self.revoked.get(session["id"])
            if when is not None and when < seen.at:
                return self.report.broke(REVOKED, f"{entry} {session['id'][:6]} {seen.at - when:.3f} s after its revoke")
            if self.is_strict(entry, seen):
                if entry.present == "no":
                    self.report.broke(OTHER, f"a session of {entry} that cannot be there: {session['id'][:6]}")
                elif entry.present == "yes" and seen.id == session["id"] and session["generation"] < seen.generation:
                    self.report.broke(OTHER, f"{entry}: generation {session['generation']} after {seen.generation}")
                elif entry.present == "maybe" or entry.id != session["id"]:
                    # What became of a call that was cut off. Else an id is for life, restarts included.
                    if entry.present == "yes":
                        self.report.broke(OTHER, f"{entry}: another id, {session['id'][:6]}, without a login")
                    entry.present, entry.id, entry.generation = "yes", session["id"], session["generation"]
                    entry.token, entry.key, entry.ended, entry.login_life = None, None, False, -1
            return None

    def credential_seen(self, entry, seen, session, secret):
        with self.mutex:
            self.report.count("checks", "a credential handed out")
            self.session_seen(entry, seen, session)
            key = (session["id"], session["generation"])
            if self.lock_known(seen) and seen.locked:
                self.report.broke(OTHER, f"a credential of {entry} while locked")
            if self.tokens.setdefault(key, secret) != secret:
                self.report.broke(WRONG, f"{entry}: two credentials of one generation {key[1]}")
            current = seen.generation if seen.id == session["id"] and seen.settled else 0
            if session["generation"] < current:
                self.report.broke(WRONG, f"{entry}: a credential that a later one replaced")
            if session["generation"] == entry.generation and entry.token not in (None, secret):
                self.report.broke(WRONG, f"{entry}: not the credential that the site gave last")
            if key in self.ended and self.ended[key] < seen.at:
                self.report.broke(ENDED, f"{entry} {session['id'][:6]}: it was said to be expired before")
            if entry.is_confined:
                self.minted.seen(entry, seen, key, secret)
            oldest = self.oldest(entry)
            if oldest and entry.login_life == self.life and session["id"] == entry.id and entry.logged_in:
                if seen.at - entry.logged_in > oldest + CLOCK_NOISE + SETTLES_AFTER:
                    self.report.broke(ENDED, f"{entry}: older than max_age allows")
        if entry.shares:
            if secret not in entry.keys:
                self.report.broke(WRONG, f"{entry}: a key that nobody gave")
        elif entry.site.owner(secret) != (entry.kind, entry.user):
            self.report.broke(WRONG, f"{entry}: the site gave that token to {entry.site.owner(secret)}")
        elif entry.is_confined and entry.site.is_replaced(secret, seen.wall):
            self.report.broke(WRONG, f"{entry}: a token that the site rejected, and gave another one for")

    def expired_seen(self, entry, seen, session):
        """A reply that says that the session has ended: only the site's word or max_age may do that."""
        with self.mutex:
            self.report.count("checks", "an ended session")
            script_key, since = (entry.key if self.is_strict(entry, seen) else None), entry.logged_in
            self.session_seen(entry, seen, session)
            key = (session["id"], session["generation"])
            is_news = key not in self.ended
            self.ended.setdefault(key, time.monotonic())
            if entry.id == key[0] and entry.generation == key[1]:
                entry.ended = True
            token = self.tokens.get(key) or (entry.token if entry.generation == key[1] else None)
        if not is_news:
            return  # judged already: a lost session is lost once
        if session.get("reason") == "max_age":
            oldest = self.oldest(entry)
            in_one_life = entry.login_life == self.life and entry.generation == key[1]
            if not oldest or (in_one_life and time.monotonic() - entry.logged_in < oldest - CLOCK_NOISE):
                self.report.broke(LOST, f"{entry} ended by max_age before its time")
        elif entry.kind == "script":
            # A shared key's generation is a login's; that of a token does not tell which key it is of.
            known = token if entry.shares else script_key
            is_right = entry.site.script_keys.get(entry.user) == known if known else len(entry.keys) == 1
            if is_right and not entry.site.refused_keys_wrongly(since, of_tokens=entry.is_confined):
                self.report.broke(LOST, f"{entry} ended, and the site takes its key")
        elif token is not None and entry.site.accepts(token):
            self.report.broke(LOST, f"{entry} ended, and the site accepts its token {token[-4:]}")
        elif token is None and not entry.site.rejects_some(entry.user):
            self.report.broke(LOST, f"{entry} ended, and the site rejected nothing of it")

    def form_refused(self, entry, seen, forms):
        """A reply that says that the credential is to be had only in those forms."""
        with self.mutex:
            self.report.count("checks", "a form that is not to be had")
            if forms != [entry.form]:
                self.report.broke(OTHER, f"{entry}: to be had as {forms}")
            if self.is_strict(entry, seen) and entry.present == "no":
                self.report.broke(OTHER, f"a session of {entry} that cannot be there has forms")

    def missing_seen(self, entry, seen, how):
        """A reply that says that there is no session of the entry."""
        with self.mutex:
            self.report.count("checks", "no session")
            if not self.is_strict(entry, seen):
                return
            if entry.present == "yes" and seen.present == "yes":
                self.report.broke(LOST, f"{entry} {entry.id[:6]}: {how}; nobody revoked it")
            entry.present = "no"
