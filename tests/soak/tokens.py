# SPDX-License-Identifier: Apache-2.0
"""What has to be true of confined scripts: their key stays in the daemon, and what they give is a token that the site
made of it, kept with the key before anybody gets it and made anew when it has ended."""
import time

import wire
from report import LOST, OTHER, WRONG

SITE_ANSWERS_WITHIN = 20.0  # of a site that is well again: the daemon leaves it alone for a while after failures


class Minted:
    """Of the model, and behind its mutex."""

    def __init__(self, model):
        self.model, self.report = model, model.report
        self.first = {}     # token -> (when a reply first had it, its (id, generation))
        self.highest = {}   # id -> (when a reply first had it, the highest generation of a token)

    def all_unsettled(self):
        """A lock, or another life: one that was made in between nobody has seen yet."""
        for entry in self.model.entries:
            if entry.is_confined:
                # The generation too: a disk that refused may not have it. That no second token has it is judged by
                # `highest` and by the model's `tokens`.
                entry.token, entry.generation = None, 0

    def seen(self, entry, seen, key, token):
        now = time.monotonic()
        if token not in self.first:
            self.report.count("checks", "a token that was made of a key")
        _, its = self.first.setdefault(token, (now, key))
        if its != key:
            self.report.broke(WRONG, f"{entry}: the token of {its} as that of {key}")
        when, highest = self.highest.get(key[0], (now, 0))
        if key[1] < highest and when < seen.at:
            self.report.broke(WRONG, f"{entry}: a token of generation {key[1]} after one of {highest}")
        if key[1] > highest:
            self.highest[key[0]] = (now, key[1])
        is_latest = entry.id == key[0] and key[1] >= entry.generation and seen.lock_epoch == self.model.lock_epoch
        if is_latest and self.model.is_strict(entry, seen):
            entry.generation, entry.token = key[1], token

    def withheld(self, entry, seen):
        """A reply that says that the site could not be asked: so there was no token that it takes."""
        with self.model.mutex:
            self.report.count("checks", "no token, as the site does not answer")
            is_same = self.model.is_strict(entry, seen) and seen.lock_epoch == self.model.lock_epoch
            token = entry.token if is_same and entry.token == seen.token else None
        if token and entry.site.accepts(token):
            self.report.broke(LOST, f"{entry}: no token, and the site accepts the one that it had, ..{token[-4:]}")


def check_tokens(actor, connection):
    """The sites are well: who is confined and there has a token that works, or has ended with its key."""
    for entry in actor.model.entries:
        if not entry.is_confined or entry.present != "yes":
            continue
        said = []

        def is_well(entry=entry, said=said):
            said[:] = [has_working_token(actor, connection, entry)]
            return said == ["yes"]
        if wire.await_that(is_well, SITE_ANSWERS_WITHIN, step=0.3):
            actor.report.count("checks", "a token that works in the end")
        elif said in (["Unreachable"], ["unverified"]):
            actor.report.count("checks", "a token that cannot be asked for yet")
        else:
            actor.report.broke(OTHER, f"{entry} does not come to a token that works: {said}")


def has_working_token(actor, connection, entry):
    """yes; no: its token is dead, and was reported; unverified: the same, and the reply says that the site has not been asked;
    else the name of the error. The model judges what ends it."""
    seen = actor.model.see(entry)
    about = {"site": entry.site.url, "user": entry.user, "forms": ["session_token"]}
    try:
        reply = actor.ask(connection, "GetCredential", about)
        session, token = reply["session"], reply["credential"]["token"]
        actor.model.credential_seen(entry, seen, session, token)
        if entry.site.accepts(token):
            return "yes"
        dead = {"id": session["id"], "generation": session["generation"], "timeout_ms": 6000}
        actor.ask(connection, "ReportRejected", dead)
        return "unverified" if session["state"] == "unverified" else "no"
    except wire.Refusal as why:
        if why.name == "Expired":
            actor.model.expired_seen(entry, seen, why.parameters["session"])
        elif why.name == "NoSession":
            actor.model.missing_seen(entry, seen, "NoSession")
        return "yes" if why.name in ("Expired", "NoSession") else why.name
