# SPDX-License-Identifier: Apache-2.0
"""What goes wrong at a site, and on the way to it: the observations of the facts' table of classes (table_k.py)."""
import time

import wire
from clients import Actor
from fpt import NEVER
from model import Entry
from people import Login
from table_k import (ACCEPTED, CERTIFICATES, CONNECTIONS, KEY_CHANGED, NAME_LOST, REFUSED, SESSIONS, TOKEN_ENDED,
                     TUNNEL_DENIED, name_of)

LONGEST_FAULT = 2.5  # a fault that nothing runs into is taken away after this
CALM_AT_FIRST = 0.3  # between faults until there was one of each kind


class Faults(Actor):
    """Of one site."""

    def __init__(self, soak, site, number):
        super().__init__(soak, f"faults{number}")
        self.site, self.deck, self.strangers = site, soak.deck, 0

    def can_show(self, card):
        """A name is looked up, and a connection refused to the daemon itself, only where no proxy is between."""
        if card in (NAME_LOST, REFUSED):
            return self.site.proxy is None
        return card != TUNNEL_DENIED or self.site.proxy is not None

    def step(self):
        card, is_first = self.deck.draw(self.site, self.can_show)
        show = self.session if card in SESSIONS else self.connection if card in CONNECTIONS else self.answer
        if show(card, is_first):
            self.deck.was_met(card)
        else:
            self.report.count("done", "a fault that nothing ran into")
            self.deck.was_not_met(self.site, card)
        # Between two faults the site is well: else every session would be in its longest pause, and nothing asked.
        self.pause(0.1, CALM_AT_FIRST if is_first else self.soak.calm)

    def end(self):
        self.site.control("clear_faults")
        self.site.control("connections", {"certificate": "good", "on_accept": "serve", "count": 1})

    # --- answers; each of these returns whether something ran into it ---

    def answer(self, card_as_dealt, is_first):
        card = dict(card_as_dealt)
        count = card["count"] = 1 if is_first else self.random.choice([1, 1, 2, 4])
        where = "" if is_first else self.random.choice(["", "", "", "read", "read", "get_session_token", "info", "web"])
        if where == "web":
            card["path"] = self.random.choice(["/internal_api/session", "/user/logout"])
        elif where and "method" not in card:
            card["method"] = where
        self.report.event(f"fault {card} at {self.site.port}")
        is_denial = card.get("error_code") == 102
        if is_denial:
            self.site.denied_wrongly = NEVER
        self.site.control("fault", card)
        self.wait_while(lambda: len(self.site.state()["faults"]) > 0)
        remaining = sum(fault["count"] for fault in self.site.state()["faults"])
        if card["kind"] == "held" and remaining < count:
            self.pause(0.1, 1)
        self.site.control("clear_faults")  # which also releases what is held
        if is_denial:
            self.site.denied_wrongly = time.monotonic()
        if remaining < count:
            self.report.count("faults", name_of(card_as_dealt), count - remaining)
        return remaining < count

    # --- connections ---

    def connection(self, card, _):
        self.report.event(f"{card} at {self.site.port}")
        begin, is_met, end = self.way_of(card)
        try:
            begin()
            # Connections that are open go on as they were: they have to go first.
            self.site.control("fault", {"kind": "drop", "count": 3})
            was_met = not self.wait_while(lambda: not is_met())
        finally:
            end()
            self.site.control("clear_faults")
        if was_met:
            self.report.count("faults", card)
        return was_met

    def way_of(self, card):
        """How it begins, what tells that something ran into it, and how it ends."""
        if card == NAME_LOST:
            daemon, before = self.soak.daemon, self.soak.daemon.names_missed()
            return lambda: daemon.lose_names(True), lambda: daemon.names_missed() > before, lambda: daemon.lose_names(False)
        if card == TUNNEL_DENIED:
            proxy, before = self.site.proxy, self.site.proxy.denied()
            return lambda: proxy.says(407), lambda: proxy.denied() > before, lambda: proxy.says(None)
        if card == REFUSED:
            return lambda: self.accept("refuse"), lambda: "refused" in self.told(), lambda: self.accept("serve")
        word = card.rpartition(" ")[2]
        if card in CERTIFICATES:
            before = self.site.state()["counters"]["handshakes_failed"]
            return (lambda: self.site.control("connections", {"certificate": word}),
                    lambda: self.site.state()["counters"]["handshakes_failed"] != before,
                    lambda: self.site.control("connections", {"certificate": "good"}))
        assert card in ACCEPTED
        return (lambda: self.accept(word, 3), lambda: self.site.state()["connections"]["count"] != 3,
                lambda: self.accept("serve"))

    def accept(self, how, count=1):
        self.site.control("connections", {"on_accept": how, "count": count})

    def told(self):
        """What a login of somebody whom the site does not know comes to: that always asks the site."""
        self.strangers += 1
        stranger = Entry(self.site, f"stranger{self.strangers}", "stranger", "never-typed")
        try:
            return Login(self, stranger, again=True).run().get("message", "")
        except (wire.Refusal, wire.Cut):
            return ""

    # --- sessions: the site's explicit word, the only thing that may end one ---

    def session(self, card, _):
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
        return True

    def end_tokens(self, entry, card):
        try:
            self.site.control("expire" if "expired" in card else "revoke", {"login": entry.user})
        except LookupError:
            return False  # it has none
        self.report.event(f"{card} of {entry}")
        self.report.count("faults", card)
        return True

    def wait_while(self, condition):
        """Whether the condition still holds in the end."""
        end = time.monotonic() + LONGEST_FAULT
        while condition():
            if time.monotonic() > end or self.soak.over.is_set():
                return True
            time.sleep(0.1)
        return False
