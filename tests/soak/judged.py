# SPDX-License-Identifier: Apache-2.0
"""What the model's tests stand on: a model without a daemon, and a site that only says what it is told to."""
import unittest

from model import Model
from report import Report


class FakeSite:
    port, url = 1, "https://x"

    def __init__(self):
        self.tokens, self.script_keys = set(), {"farm": "k1", "ingest": "k1"}
        self.owners = {"t1": ("human", "jane"), "t2": ("human", "jane"), "t3": ("human", "bob"),
                       "m1": ("script", "ingest"), "m2": ("script", "ingest"), "m3": ("script", "publish")}
        self.replaced = set()    # tokens that it rejected, and gave another one for
        self.told_to_deny = False

    def owner(self, token):
        return self.owners.get(token)

    def accepts(self, token):
        return token in self.tokens

    def rejects_some(self, login):
        return any(owner[1] == login and token not in self.tokens for token, owner in self.owners.items())

    def is_replaced(self, token, before):
        return token in self.replaced and before > 0

    def refused_keys_wrongly(self, since, of_tokens):
        return self.told_to_deny and of_tokens


def session(user="jane", number="i1", generation=1, **more):
    return {"id": number, "site": "https://x", "user": user, "generation": generation, "state": "valid", **more}


class Judged(unittest.TestCase):
    def setUp(self):
        self.report = Report()
        self.site = FakeSite()
        self.model = Model(self.report, {})
        self.model.back_up(stores=True, locked=False)

    def restart(self, stores=True):
        self.model.going_down()
        self.model.back_up(stores, locked=False)

    def expect(self, *rules):
        self.assertEqual(sorted(self.report.broken), sorted(rules), dict(self.report.broken))
