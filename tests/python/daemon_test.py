# SPDX-License-Identifier: Apache-2.0
"""The client and the real daemon with a stand-in site."""
import os
import select
import subprocess
import sys
import unittest

import stage
import sgauth


@stage.needs_programs
class Daemon(unittest.TestCase):
    def setUp(self):
        self.world = stage.RealWorld()
        self.addCleanup(self.world.close)
        self.addCleanup(sgauth.default_client.close)

    def test_the_day_of_a_tool(self):
        self.world.start_daemon()
        with self.assertRaises(sgauth.NoSession) as caught:
            sgauth.get_user()
        self.assertIn("sgauth login", caught.exception.with_advice())
        self.world.log_in()
        self.assertEqual(("bob", self.world.site), (sgauth.get_user().user, sgauth.get_user().site))
        held = sgauth.get_credential()
        self.assertEqual(self.world.sgauth("token").stdout, held.token + "\n")
        self.assertRaises(sgauth.FormUnavailable, sgauth.get_credential, forms=["script_key"])
        self.assertRaises(sgauth.CannotLastThatLong, sgauth.get_credential, min_valid=10 ** 9)
        self.assertRaises(sgauth.InvalidSite, sgauth.get_user, site="ftp://x")
        self.assertRaises(sgauth.NoSession, sgauth.get_user, user="nobody")
        self.assertEqual([held.session.id], [one.id for one in sgauth.list_sessions()])

        self.world.control("expire", all=True)
        # A report within a second of the site's last yes is no news.
        stage.wait_for(lambda: sgauth.report_rejected(held).state == "expired")
        with self.assertRaises(sgauth.Expired) as caught:
            sgauth.get_credential()
        self.assertEqual((3, "site"), (caught.exception.exit_code, caught.exception.session.reason))
        self.world.log_in()
        newer = sgauth.get_credential()
        self.assertGreater(newer.session.generation, held.session.generation)
        before = self.world.reads()
        self.assertEqual("valid", sgauth.report_rejected(held).state)  # of an old generation: costs no request
        self.assertEqual(before, self.world.reads())

        self.world.sgauth("lock")
        self.assertRaises(sgauth.Denied, sgauth.get_credential)
        self.world.sgauth("unlock")
        self.assertEqual(["bob"], [one.user for one in sgauth.revoke(all=True)])
        self.assertRaises(sgauth.NoSession, sgauth.get_credential)

    def test_a_restart_is_not_noticed_and_a_watch_tells_of_it(self):
        self.world.start_daemon()
        self.world.log_in()
        watch = sgauth.watch()
        self.addCleanup(watch.close)
        self.assertEqual(["present", "synced"], [watch.next(10).event, watch.next(10).event])
        sgauth.get_user()
        self.world.sgauth("default", self.world.site, "--user", "bob")
        self.world.control("expire", all=True)
        held = sgauth.get_credential()
        stage.wait_for(lambda: sgauth.report_rejected(held).state == "expired")
        self.assertTrue(select.select([watch], [], [], 10)[0])
        names = []
        stage.wait_for(lambda: names.extend(one.event for one in watch.pending()) or "expired" in names)
        self.world.end_daemon()
        self.assertRaises(sgauth.NoDaemon, lambda: [watch.next(10) for _ in range(10)])
        self.assertRaises(sgauth.NoDaemon, sgauth.get_user)
        self.world.start_daemon()
        self.assertEqual("bob", sgauth.get_user().user)

    def test_the_site_is_away(self):
        self.world.start_daemon()
        self.world.log_in()
        self.world.end_daemon()
        self.world.start_daemon()  # restored: unverified
        self.world.control("fault", kind="503", count="all")
        self.assertFalse(sgauth.get_credential().is_verified)
        self.assertRaises(sgauth.Unreachable, sgauth.get_credential, min_valid=60)
        self.world.control("clear_faults")

    def test_a_secret_is_in_no_traceback(self):
        self.world.start_daemon()
        self.world.log_in()
        code = ("import sgauth, sys, traceback\nheld = sgauth.get_credential()\n"
                "def fail(credential):\n    raise RuntimeError('%r %s' % (credential, credential))\n"
                "try:\n    fail(held)\nexcept RuntimeError as error:\n"
                "    print('\\n'.join(traceback.TracebackException.from_exception(error, capture_locals=True).format()))\n"
                "if len(sys.argv) > 1:\n    print(held.token)\n")
        run = [sys.executable, "-B", "-c", code]
        environment = dict(os.environ, PYTHONPATH=stage.PACKAGE)
        token = sgauth.get_credential().token
        said = [subprocess.run(run + more, env=environment, check=True, stdout=subprocess.PIPE,
                               universal_newlines=True).stdout for more in ([], ["planted"])]
        self.assertIn("session_token of bob", said[0])
        self.assertNotIn(token, said[0])
        self.assertIn(token, said[1])

    def test_the_daemon_is_started_where_that_is_allowed(self):
        with_it = os.path.dirname(stage.PROGRAMS["SGAUTH"]) + ":" + os.environ["PATH"]
        os.environ["PATH"] = with_it
        self.assertRaisesRegex(sgauth.NoDaemon, "no daemon listens", sgauth.get_user)  # SGAUTH_AUTOSTART=0
        del os.environ["SGAUTH_AUTOSTART"]
        self.assertRaises(sgauth.NoDaemon, sgauth.list_sessions)
        self.assertRaises(sgauth.NoDaemon, sgauth.watch)
        self.assertRaises(sgauth.NoDaemon, sgauth.Client(start=False).get_user)
        self.assertFalse(os.path.exists(self.world.socket))
        self.assertRaises(sgauth.NoSession, sgauth.get_user)
        self.assertEqual([], sgauth.list_sessions())

    def test_nothing_of_the_host_reaches_what_it_starts(self):
        """The command that is started, in the place of the real one, says what it was given."""
        said = os.path.join(self.world.root, "said")
        command = os.path.join(self.world.folder("bin"), "sgauth")
        with open(command, "w") as file:
            file.write("#!/bin/sh\n{ echo \"$@\"; pwd; env; ls /proc/$$/fd; } >%s\necho 'sgauth: as told' >&2\nexit 7\n" % said)
        os.chmod(command, 0o700)
        os.mkdir(os.path.join(self.world.root, "relative"))  # whatever folder the host is in
        os.symlink("/bin/true", os.path.join(self.world.root, "relative/sgauth"))
        self.addCleanup(os.chdir, os.getcwd())
        os.chdir(self.world.root)
        os.environ["PATH"] = "relative:%s:/usr/bin:/bin" % os.path.dirname(command)
        os.environ.update(SGAUTH_AUTOSTART="1", LD_OF_HOST="x", LC_ALL="C", SHOTGUN_API_CACERTS="x", PYTHONPATH="x")
        held = os.open("/dev/null", os.O_RDONLY)
        self.addCleanup(os.close, held)
        os.set_inheritable(held, True)
        self.assertRaisesRegex(sgauth.NoDaemon, "^as told$", sgauth.get_user)
        with open(said) as file:
            lines = file.read().split("\n")
        self.assertEqual(["call org.varlink.service.GetInfo", "/"], lines[:2])
        names = {line.split("=")[0] for line in lines if "=" in line}
        self.assertTrue({"HOME", "LC_ALL", "SGAUTH_SOCKET", "SGAUTH_DAEMON"} <= names)
        self.assertFalse({"LD_OF_HOST", "SHOTGUN_API_CACERTS", "PYTHONPATH", "SHOTGUN_HOME"} & names)
        self.assertNotIn(str(held), lines)
        os.unlink(said)
        os.environ["SGAUTH_AUTOSTART"] = "0"
        self.assertRaises(sgauth.NoDaemon, sgauth.get_user)
        self.assertFalse(os.path.exists(said))

    def test_a_daemon_that_cannot_start_says_why(self):
        os.environ["SGAUTH_AUTOSTART"] = "1"
        os.environ["PATH"] = os.path.dirname(stage.PROGRAMS["SGAUTH"])
        os.environ["SGAUTH_DAEMON"] = "/bin/false"
        self.assertRaisesRegex(sgauth.NoDaemon, "/bin/false did not start", sgauth.get_user)


if __name__ == "__main__":
    stage.main()
