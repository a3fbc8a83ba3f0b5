# SPDX-License-Identifier: Apache-2.0
"""sgauth.shotgun.connect against the real daemon and the stand-in site: with a small stand-in for shotgun_api3, or the
official one where SGAUTH_SHOTGUN_API3 names the folder that holds it."""
import os
import sys
import unittest

import stage

OFFICIAL = os.environ.get("SGAUTH_SHOTGUN_API3")
sys.path.insert(0, OFFICIAL or os.path.join(stage.HERE, "fakes"))

import shotgun_api3

import sgauth
import sgauth.shotgun

WHO = {"bob": 43, "jane": 42}


@stage.needs_programs
class Connected(unittest.TestCase):
    def setUp(self):
        self.world = stage.RealWorld()
        self.addCleanup(self.world.close)
        self.addCleanup(sgauth.default_client.close)
        self.world.start_daemon()

    def tearDown(self):
        self.assertFalse(os.listdir(os.environ["SHOTGUN_HOME"]))

    def ask(self, sg, login="bob"):
        return sg.find_one("HumanUser", [["login", "is", login]])["id"]

    def rejects_by_now(self, sg):
        """The site's word reaches the daemon: within a second of a yes a report is no news."""
        def is_noticed():
            with self.assertRaises(shotgun_api3.AuthenticationFault) as caught:
                self.ask(sg)
            return "sgauth login" in str(caught.exception)
        stage.wait_for(is_noticed)

    def test_a_person(self):
        self.world.log_in()
        sg = sgauth.shotgun.connect()
        self.assertIsInstance(sg, shotgun_api3.Shotgun)
        self.assertEqual(43, self.ask(sg))
        token = sg.config.session_token
        self.assertEqual("bob", sg.sgauth_session.user)
        self.assertNotIn(token, repr(sg))

        self.world.control("expire", all=True)
        self.rejects_by_now(sg)
        self.world.log_in()  # somewhere else, by whatever front end
        self.assertEqual(43, self.ask(sg))
        self.assertNotEqual(token, sg.config.session_token)

    def test_the_newer_one_is_taken_and_the_call_repeated_once(self):
        self.world.log_in()
        sg = sgauth.shotgun.connect(connect=False)
        self.assertEqual(43, self.ask(sg))
        self.world.log_in("bob", "--again")  # which ends the old one at the site
        before = self.world.reads()
        self.assertEqual(43, self.ask(sg))
        self.assertEqual(2, self.world.reads() - before)  # rejected, accepted; the daemon asked nothing
        self.assertEqual(43, self.ask(sg))
        self.world.control("fault", kind="fault", error_code=102, message="no", method="read", count="all")
        before = self.world.reads()
        self.assertRaises(shotgun_api3.AuthenticationFault, self.ask, sg)
        self.assertLessEqual(self.world.reads() - before, 3)  # two of ours, one of the daemon
        self.world.control("clear_faults")

    def test_another_fault_is_nobodys_login(self):
        self.world.log_in()
        sg = sgauth.shotgun.connect()
        generation = sg.sgauth_session.generation
        self.world.control("fault", kind="fault", error_code=104, message="no", method="read")
        before = self.world.reads()
        self.assertRaises(shotgun_api3.Fault, self.ask, sg)
        self.assertEqual(1, self.world.reads() - before)
        self.assertEqual(43, self.ask(sg))
        self.assertEqual(generation, sg.sgauth_session.generation)

    def test_a_revoke_and_a_login_of_the_same_person(self):
        self.world.log_in()
        sg = sgauth.shotgun.connect()
        self.world.sgauth("revoke", "--all")
        with self.assertRaisesRegex(shotgun_api3.AuthenticationFault, "sgauth login"):
            self.ask(sg)
        self.world.log_in()
        self.assertEqual(43, self.ask(sg))

    def test_a_confined_script(self):
        self.world.log_script_in()
        sg = sgauth.shotgun.connect(user="farm")
        self.assertIsNone(sg.config.api_key)
        self.assertEqual(43, self.ask(sg))
        token = sg.config.session_token
        self.world.control("expire", token=token)

        def is_renewed():
            try:
                return self.ask(sg) == 43
            except shotgun_api3.AuthenticationFault:
                return False
        stage.wait_for(is_renewed)
        self.assertNotEqual(token, sg.config.session_token)

    def test_a_script_that_shares_its_key(self):
        self.world.log_script_in("--share-key")
        sg = sgauth.shotgun.connect(user="farm")
        self.assertEqual(("farm", "farm-key", None), (sg.config.script_name, sg.config.api_key, sg.config.session_token))
        self.assertEqual(43, self.ask(sg))
        # From shared to confined while it is connected.
        self.world.sgauth("login", self.world.site, "--script", "farm", "--key-stdin", "--again", input="farm-key\n")
        self.world.control("fault", kind="fault", error_code=102, message="no", method="read")
        self.assertEqual(43, self.ask(sg))
        self.assertEqual((None, None), (sg.config.script_name, sg.config.api_key))

    def test_what_is_not_taken(self):
        self.assertRaises(sgauth.NoSession, sgauth.shotgun.connect)
        for name in ("password", "session_token", "api_key"):
            self.assertRaises(TypeError, sgauth.shotgun.connect, **{name: "x"})


if __name__ == "__main__":
    stage.main()
