#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""As try_model.py: the rules of confined scripts, and of their keys."""
import json
import socket
import time
import unittest

import wire
from judged import Judged, session
from model import Entry
from report import ENDED, LOST, OTHER, REVOKED, WRONG


class ConfinedTest(Judged):
    """A script that is given tokens, and never its key."""

    def setUp(self):
        super().setUp()
        self.site.tokens = {"m1", "m2", "m3"}
        self.script = Entry(self.site, "ingest", "script")
        self.script.keys.append("k1")
        self.model.entries.append(self.script)
        self.log_in(1)

    def log_in(self, generation):
        seen = self.model.begin(self.script)
        shown = session("ingest", generation=generation)
        self.model.logged_in(self.script, shown, seen.at, seen.life, self.script.keys[-1])
        self.model.finish(self.script, "yes", seen.life)

    def see(self):
        time.sleep(0.001)
        return self.model.see(self.script)

    def give(self, token, generation, seen=None, number="i1"):
        shown = session("ingest", number, generation)
        self.model.credential_seen(self.script, seen or self.see(), shown, token)

    def end(self, generation, **more):
        shown = session("ingest", generation=generation, **{"reason": "site", **more})
        self.model.expired_seen(self.script, self.see(), shown)

    def change_key(self):
        self.script.keys.append("k2")
        self.site.script_keys["ingest"] = "k2"

    def lock(self):
        self.model.lock_changes(None)
        self.model.lock_changes(True)
        self.model.lock_changes(None)
        self.model.lock_changes(False)

    def test_what_is_right_is_right(self):
        self.give("m1", 2)
        self.give("m1", 2)
        self.site.tokens.discard("m1")
        self.give("m2", 3)
        self.expect()

    def test_the_token_of_another_script(self):
        self.give("m3", 2)
        self.expect(WRONG)

    def test_the_token_of_a_person(self):
        self.give("t1", 2)
        self.expect(WRONG)

    def test_its_key_for_a_token(self):
        self.give("k1", 2)
        self.expect(WRONG)

    def test_a_token_that_the_site_rejected_and_replaced(self):
        self.site.replaced.add("m1")
        self.give("m1", 2)
        self.expect(WRONG)

    def test_the_older_token_after_the_next(self):
        self.give("m1", 2)
        self.give("m2", 3)
        self.give("m1", 2)
        self.expect(OTHER, WRONG)

    def test_an_answer_that_was_under_way_may_have_the_older(self):
        self.give("m1", 2)
        seen = self.see()
        self.give("m2", 3)
        self.give("m1", 2, seen)
        self.expect()

    def test_one_token_under_two_generations(self):
        self.give("m1", 2)
        self.give("m1", 3)
        self.expect(WRONG)

    def test_the_token_of_a_session_that_was_revoked_as_the_next_ones(self):
        self.give("m1", 2)
        self.model.was_revoked(["i1"])
        self.model.begin(self.script)
        self.model.logged_in(self.script, session("ingest", "i2", 3), 0, self.model.life, "k1")
        self.model.finish(self.script, "yes")
        self.give("m1", 3, number="i2")
        self.expect(WRONG)

    def test_a_revoked_session_is_served(self):
        self.model.was_revoked(["i1"])
        self.give("m1", 2)
        self.expect(REVOKED)

    def test_a_token_outlives_the_daemon(self):
        self.give("m1", 2)
        self.restart()
        self.give("m1", 2)
        self.expect()

    def test_after_a_restart_it_is_another(self):
        self.give("m1", 2)
        self.restart()
        self.give("m2", 3)
        self.expect()

    def test_after_a_restart_of_the_same_generation(self):
        self.give("m1", 2)
        self.restart()
        self.give("m2", 2)
        self.expect(WRONG)

    def test_after_a_restart_of_a_lower_generation(self):
        self.give("m1", 3)
        self.restart()
        self.give("m2", 2)
        self.expect(WRONG)

    def test_a_token_outlives_a_lock(self):
        self.give("m1", 2)
        self.lock()
        self.give("m1", 2)
        self.expect()

    def test_an_answer_that_was_under_way_during_a_lock_is_of_before(self):
        self.give("m1", 2)
        seen = self.see()
        self.lock()
        self.give("m1", 2, seen)
        self.expect()

    def test_a_token_is_withheld_that_the_site_accepts(self):
        self.give("m1", 2)
        self.model.minted.withheld(self.script, self.see())
        self.expect(LOST)

    def test_none_is_to_be_had_of_a_site_that_rejected_it(self):
        self.give("m1", 2)
        self.site.tokens.discard("m1")
        self.model.minted.withheld(self.script, self.see())
        self.lock()
        self.model.minted.withheld(self.script, self.see())
        self.expect()

    def test_ended_though_the_site_takes_its_key(self):
        self.give("m1", 2)
        self.end(2)
        self.expect(LOST)

    def test_ended_as_its_key_was_changed(self):
        self.give("m1", 2)
        self.change_key()
        self.end(2)
        self.expect()

    def test_ended_though_the_site_takes_the_new_key_that_it_has(self):
        self.change_key()
        self.log_in(5)
        self.end(5)
        self.expect(LOST)

    def test_ended_by_a_site_that_was_told_to_deny_it(self):
        self.site.told_to_deny = True
        self.end(1)
        self.expect()

    def test_it_does_not_age(self):
        self.model.max_age = {self.site: 60}
        self.script.logged_in -= 999
        self.give("m1", 2)
        self.expect()
        self.end(2, reason="max_age")
        self.expect(LOST)

    def test_served_after_its_end(self):
        self.change_key()
        self.end(1)
        self.give("m1", 1)
        self.expect(ENDED)

    def test_a_form_that_it_does_not_have(self):
        self.model.form_refused(self.script, self.see(), ["session_token"])
        self.expect()
        self.model.form_refused(self.script, self.see(), ["script_key"])
        self.expect(OTHER)

    def test_a_form_of_a_session_that_cannot_be_there(self):
        self.model.begin(self.script)
        self.model.finish(self.script, "no")
        self.model.form_refused(self.script, self.see(), ["session_token"])
        self.expect(OTHER)

    def test_its_key_in_a_reply_is_found_wherever_it_is(self):
        for planted, is_clean in (("its key is never-said-ingest", False), ("its key is not said", True)):
            ours, theirs = socket.socketpair()
            with ours, theirs:
                theirs.sendall(json.dumps({"error": "x.Failed", "parameters": {"message": planted}}).encode() + b"\0")
                line = wire.Connection.__new__(wire.Connection)
                line.end, line.buffer = ours, b""
                with self.assertRaises(wire.Refusal if is_clean else wire.Leak):
                    line.receive()


if __name__ == "__main__":
    unittest.main()
