#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The model finds what it is there for: each rule is broken once on purpose, and kept once, without a daemon."""
import time
import unittest

from judged import Judged, session
from model import SETTLES_AFTER, Entry
from report import ENDED, LOST, OTHER, REVOKED, RULES, WRONG


class ModelTest(Judged):
    def setUp(self):
        super().setUp()
        self.site.tokens = {"t1", "t2", "t3"}
        self.jane = Entry(self.site, "jane", "human")
        self.model.entries.append(self.jane)
        self.log_in("t1", 1)

    def log_in(self, token, generation):
        seen = self.model.begin(self.jane)
        self.model.logged_in(self.jane, session(generation=generation), seen.at, seen.life, token)
        self.model.finish(self.jane, "yes", seen.life)

    def give(self, token, seen=None, **more):
        self.model.credential_seen(self.jane, seen or self.model.see(self.jane), session(**more), token)

    def miss(self, seen=None):
        self.model.missing_seen(self.jane, seen or self.model.see(self.jane), "NoSession")

    def test_what_is_right_is_right(self):
        self.give("t1")
        self.log_in("t2", 2)
        self.give("t2", generation=2)
        self.expect()

    def test_a_token_of_somebody_else(self):
        self.give("t3", generation=5)
        self.expect(WRONG)

    def test_a_session_of_somebody_else(self):
        self.give("t3", user="bob")
        self.assertIn(WRONG, self.report.broken)

    def test_a_session_of_somebody_else_without_its_token(self):
        self.model.session_seen(self.jane, self.model.see(self.jane), session(user="bob"))
        self.expect(WRONG)

    def test_a_login_becomes_somebody_else(self):
        self.model.logged_in(self.jane, session(user="bob"), 0, self.model.life, "t1")
        self.expect(WRONG)

    def test_a_token_before_the_last_login_under_its_generation(self):
        self.give("t2", generation=1)
        self.expect(WRONG)

    def test_a_token_that_the_site_never_gave(self):
        self.give("t9", generation=5)
        self.expect(WRONG)

    def test_a_token_that_a_later_login_replaced(self):
        self.log_in("t2", 2)
        self.give("t1", generation=1)
        self.assertIn(WRONG, self.report.broken)

    def test_an_answer_that_was_under_way_during_a_login_may_be_the_older(self):
        seen = self.model.see(self.jane)
        self.log_in("t2", 2)
        self.give("t1", seen, generation=1)
        self.expect()

    def test_two_credentials_of_one_generation(self):
        self.give("t1")
        self.jane.token = None
        self.give("t2")
        self.expect(WRONG)

    def test_a_revoked_session_is_served(self):
        self.model.was_revoked(["i1"])
        time.sleep(0.001)
        self.give("t1")
        self.expect(REVOKED)

    def test_also_after_a_restart(self):
        self.model.was_revoked(["i1"])
        self.model.finish(self.jane, "no") if self.model.begin(self.jane) else None
        self.restart(stores=True)
        self.give("t1")
        self.expect(REVOKED)

    def test_an_answer_that_was_under_way_during_a_revoke_is_none(self):
        seen = self.model.see(self.jane)
        self.model.was_revoked(["i1"])
        self.give("t1", seen)
        self.expect()

    def test_a_session_is_lost(self):
        self.miss()
        self.expect(LOST)

    def test_a_session_is_lost_by_a_restart(self):
        self.restart(stores=True)
        self.miss()
        self.expect(LOST)

    def test_without_a_store_it_ends_with_the_daemon(self):
        self.restart(stores=False)
        self.miss()
        self.expect()

    def test_without_a_store_it_must_not_be_there(self):
        self.restart(stores=False)
        self.give("t1")
        self.expect(OTHER)

    def test_nothing_is_judged_strictly_between_two_lives(self):
        self.model.going_down()
        self.miss()
        self.expect()

    def test_a_revoke_that_was_cut_off_may_have_been_done(self):
        self.model.begin(self.jane)
        self.model.finish(self.jane, "maybe")
        self.assertGreater(self.jane.unsettled_until, time.monotonic() + SETTLES_AFTER - 1)
        self.miss()
        self.expect()

    def test_expired_though_the_site_accepts_it(self):
        self.model.expired_seen(self.jane, self.model.see(self.jane), session(reason="site"))
        self.expect(LOST)

    def test_expired_by_the_word_of_the_site(self):
        self.site.tokens.discard("t1")
        self.model.expired_seen(self.jane, self.model.see(self.jane), session(reason="site"))
        self.expect()

    def test_expired_with_a_token_that_is_not_known_though_the_site_rejected_none(self):
        self.jane.token = None
        self.site.tokens = set(self.site.owners)
        self.model.expired_seen(self.jane, self.model.see(self.jane), session(reason="site"))
        self.expect(LOST)

    def test_expired_by_an_age_that_nobody_set(self):
        self.model.expired_seen(self.jane, self.model.see(self.jane), session(reason="max_age"))
        self.expect(LOST)

    def test_expired_before_its_age(self):
        self.model.max_age = {self.site: 60}
        self.model.expired_seen(self.jane, self.model.see(self.jane), session(reason="max_age"))
        self.expect(LOST)

    def test_expired_and_served_again(self):
        self.site.tokens.discard("t1")
        self.model.expired_seen(self.jane, self.model.see(self.jane), session(reason="site"))
        time.sleep(0.001)
        self.give("t1")
        self.expect(ENDED)

    def test_older_than_its_age(self):
        self.model.max_age = {self.site: 60}
        self.jane.logged_in -= 60 + 60
        self.give("t1")
        self.expect(ENDED)

    def test_a_credential_while_locked(self):
        self.model.lock_changes(True)
        self.give("t1")
        self.expect(OTHER)

    def test_a_key_that_nobody_gave(self):
        farm = Entry(self.site, "farm", "script", shares=True)
        farm.keys.append("k1")
        self.model.credential_seen(farm, self.model.see(farm), session("farm", "i2"), "k0")
        self.assertIn(WRONG, self.report.broken)

    def test_a_generation_that_falls(self):
        self.jane.generation = 3
        self.model.session_seen(self.jane, self.model.see(self.jane), session(generation=2))
        self.expect(OTHER)

    def test_an_id_that_changes_with_a_restart(self):
        self.restart(stores=True)
        self.model.session_seen(self.jane, self.model.see(self.jane), session(number="i2"))
        self.expect(OTHER)

    def test_after_a_login_that_was_cut_off_any_id_is_good(self):
        self.model.begin(self.jane)
        self.model.finish(self.jane, "maybe")
        self.jane.unsettled_until = 0
        self.model.session_seen(self.jane, self.model.see(self.jane), session(number="i2"))
        self.assertEqual((self.jane.present, self.jane.id), ("yes", "i2"))
        self.expect()

    def test_a_shared_key_does_not_age(self):
        self.model.max_age = {self.site: 60}
        farm = Entry(self.site, "farm", "script", shares=True)
        self.model.entries.append(farm)
        farm.present, farm.keys, farm.id, farm.logged_in = "yes", ["k1"], "i2", time.monotonic() - 999
        self.model.credential_seen(farm, self.model.see(farm), session("farm", "i2"), "k1")
        self.expect()

    def test_every_rule_is_told_as_a_figure(self):
        self.assertEqual(set(RULES), {LOST, REVOKED, WRONG, ENDED, OTHER})


if __name__ == "__main__":
    unittest.main()
