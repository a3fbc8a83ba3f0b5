# SPDX-License-Identifier: Apache-2.0
"""What goes wrong at a site: every observation of the facts' table of classes (K), one after the other from a shuffled
deck, so that each comes up as often as the others."""
import time

from clients import Actor
from fpt import NEVER

LONGEST_FAULT = 2.5  # a fault that nothing runs into is taken away after this

# The rows of table K that HTTP and JSON-RPC can show. Left out: the browser login (ASL), REST and APS rows, whose
# requests this daemon does not make yet, and `whoami_as`, which makes the site itself say that A is B.
ANSWERS = [
    {"kind": "saml302"},
    *({"kind": str(status)} for status in (301, 302, 303, 307, 308)),
    *({"kind": kind} for kind in ("401", "403", "403json", "404", "404empty", "407", "410")),
    *({"kind": "429", "retry_after": seconds} for seconds in (0, 2)),
    {"kind": "429"},
    *({"kind": kind} for kind in ("500", "501", "502", "503", "504")),
    {"kind": "503", "retry_after": 1},
    *({"kind": kind} for kind in ("empty", "html200", "broken_json", "not_object", "no_content_type")),
    {"kind": "html200", "body": "<form action='/login'>"},
    *({"kind": kind} for kind in ("drop", "drop_after", "truncated", "garbage", "endless", "never")),
    {"kind": "delay", "delay_ms": 700},
    {"kind": "drip", "delay_ms": 3},
    {"kind": "interim", "replies": 3},
    {"kind": "oversized", "bytes": 20_000_000},
    {"kind": "held"},
    {"kind": "custom", "status": 200, "body": "{\"results\":null}"},
    {"kind": "custom", "status": 418, "body": "x", "content_type": "none"},
    *({"kind": "fault", "error_code": code, "message": "planted"} for code in (103, 104, 106, 108, 110)),
    {"kind": "fault", "error_code": 102, "message": "planted", "method": "get_session_token"},
]
CONNECTIONS = ["untrusted", "wrong_host", "expired", "close", "silent"]
KEY_CHANGED = "script key changed (102)"
TOKEN_ENDED = ["token of a script expired (102)", "token of a script revoked (102)"]
SESSIONS = ["session expired (102)", "session revoked (102)", *TOKEN_ENDED, KEY_CHANGED]


def name_of(card):
    if isinstance(card, str):
        return card
    details = [str(card[key]) for key in ("error_code", "status") if key in card]
    return " ".join([card["kind"], *details])


class Faults(Actor):
    """Of one site."""

    def __init__(self, soak, site, number):
        super().__init__(soak, f"faults{number}")
        self.site = site
        self.deck = []

    def step(self):
        if not self.deck:
            self.deck = [*ANSWERS, *CONNECTIONS, *SESSIONS, *SESSIONS]
            self.random.shuffle(self.deck)
        card = self.deck.pop()
        if card in SESSIONS:
            self.session(card)
        elif card in CONNECTIONS:
            self.connection(card)
        else:
            self.answer(card)
        # Between two faults the site is well: else every session would be in its longest pause, and nothing asked.
        self.pause(0.1, self.soak.calm)

    def end(self):
        self.site.control("clear_faults")
        self.site.control("connections", {"certificate": "good", "on_accept": "serve", "count": 1})

    def answer(self, card_as_dealt):
        card = dict(card_as_dealt)
        count = self.random.choice([1, 1, 2, 4])
        card["count"] = count
        where = self.random.choice(["", "", "", "read", "read", "get_session_token", "info", "web"])
        if where == "web":
            card["path"] = self.random.choice(["/internal_api/session", "/user/logout"])
        elif where and "method" not in card:
            card["method"] = where
        self.report.event(f"fault {card} at {self.site.port}")
        is_denial = card.get("error_code") == 102
        if is_denial:
            self.site.denied_wrongly = NEVER
        self.site.control("fault", card)
        left = self.wait_while(lambda: len(self.site.state()["faults"]) > 0)
        remaining = sum(fault["count"] for fault in self.site.state()["faults"])
        if card["kind"] == "held" and remaining < count:
            self.pause(0.1, 1)
        self.site.control("clear_faults")  # which also releases what is held
        if is_denial:
            self.site.denied_wrongly = time.monotonic()
        if left and remaining == count:
            self.report.count("done", "a fault that nothing ran into")
            self.deck.insert(0, card_as_dealt)
        else:
            self.report.count("faults", name_of(card), count - remaining)

    def connection(self, card):
        self.report.event(f"connections {card} at {self.site.port}")
        before = self.site.state()["counters"]
        is_certificate = card not in ("close", "silent")
        plan = {"certificate": card} if is_certificate else {"on_accept": card, "count": 3}
        self.site.control("connections", plan)
        # Connections that are open go on as they were: they have to go first.
        self.site.control("fault", {"kind": "drop", "count": 3})

        def is_unseen():
            state = self.site.state()
            return state["counters"]["handshakes_failed"] == before["handshakes_failed"] and \
                (is_certificate or state["connections"]["count"] == 3)
        if not self.wait_while(is_unseen):
            self.report.count("faults", f"connection: {card}")
        self.site.control("clear_faults")
        self.site.control("connections", {"certificate": "good", "on_accept": "serve", "count": 1})

    def session(self, card):
        """The site's explicit word: the only thing that may end a session."""
        mine = [e for e in self.model.entries if e.site is self.site]
        if card == KEY_CHANGED:
            return self.change_key(self.random.choice([e for e in mine if e.kind == "script"]))
        is_one = (lambda e: e.is_confined) if card in TOKEN_ENDED else (lambda e: e.kind == "human")
        return self.end_tokens(self.random.choice([e for e in mine if is_one(e)]), card)

    def change_key(self, entry):
        """A token that was made of the old key lives on, so it has to end for the new one to matter."""
        with entry.turn:
            entry.keys.append(f"{entry.keys[0]}-{self.random.randrange(10**9)}")
            self.site.set_script(entry.user, entry.keys[-1])
        self.report.event(f"{KEY_CHANGED} of {entry}")
        self.report.count("faults", KEY_CHANGED)
        if entry.is_confined and self.random.random() < 0.7:
            self.end_tokens(entry, self.random.choice(TOKEN_ENDED))

    def end_tokens(self, entry, card):
        try:
            self.site.control("expire" if "expired" in card else "revoke", {"login": entry.user})
            self.report.event(f"{card} of {entry}")
            self.report.count("faults", card)
        except LookupError:
            pass  # it has none

    def wait_while(self, condition):
        """Whether the condition still holds in the end."""
        end = time.monotonic() + LONGEST_FAULT
        while condition():
            if time.monotonic() > end or self.soak.over.is_set():
                return True
            time.sleep(0.1)
        return False
