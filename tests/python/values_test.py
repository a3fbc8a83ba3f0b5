# SPDX-License-Identifier: Apache-2.0
"""What the package is without a daemon: its values, its errors, what it costs to import, where it looks for the daemon."""
import copy
import os
import pickle
import re
import socket
import subprocess
import sys
import tempfile
import unittest

import stage
import sgauth
from sgauth import _address, errors

TOKEN = "planted-secret-0123456789"


def credential(**secret):
    return sgauth.Credential(sgauth.Session(stage.JANE), "session_token", secret or {"token": TOKEN})


class Values(unittest.TestCase):
    def test_no_text_of_a_credential_has_its_secret(self):
        held = credential(token=TOKEN, script_key=TOKEN, bearer=TOKEN)
        for text in (repr(held), str(held), "%s %r" % (held, [held]), "{}".format(held)):
            self.assertNotIn(TOKEN, text)
            self.assertIn("jane", text)
        self.assertIn(TOKEN, held.token)  # a scan that would find it

    def test_a_credential_is_neither_pickled_nor_copied(self):
        for attempt in (pickle.dumps, copy.copy, copy.deepcopy):
            self.assertRaises(TypeError, attempt, credential())

    def test_a_session_is_a_value(self):
        one, other = sgauth.Session(stage.JANE), sgauth.Session(dict(stage.JANE, generation=4))
        self.assertEqual(one, pickle.loads(pickle.dumps(one)))
        self.assertNotEqual(one, other)
        self.assertEqual(2, len({one, other, sgauth.Session(stage.JANE)}))
        self.assertEqual("jane @ https://x.test", str(one))
        self.assertIsNone(one.reason)
        with self.assertRaises(AttributeError):
            one.user = "bob"

    def test_members_that_are_missing_or_new(self):
        without = {name: value for name, value in stage.JANE.items() if name != "generation"}
        self.assertRaises(ValueError, sgauth.Session, without)
        self.assertEqual("jane", sgauth.Session(dict(stage.JANE, of_a_later_version=1)).user)
        self.assertEqual("jane", sgauth.Event({"event": "of_a_later_version", "session": stage.JANE}).session.user)
        self.assertIsNone(sgauth.Event({"event": "synced"}).session)


class Errors(unittest.TestCase):
    def described(self):
        """Each error of the descriptions, and the number that proto/status.cpp gives it."""
        with open(os.path.join(stage.ROOT, "proto/io.sgauth.Agent.varlink")) as file:
            ours = re.findall(r"^# (\d+):.*\nerror (\w+) ", file.read(), re.M)
        numbers = {"io.sgauth.Agent." + name: int(number) for number, name in ours}
        with open(os.path.join(stage.ROOT, "proto/org.varlink.service.varlink")) as file:
            for name in re.findall(r"^error (\w+) ", file.read(), re.M):
                numbers["org.varlink.service." + name] = {
                    "InvalidParameter": 2, "ExpectedMore": 2, "PermissionDenied": 6}.get(name, 1)
        return numbers

    def test_a_class_for_each_with_the_contracts_number(self):
        numbers = self.described()
        self.assertGreater(len(numbers), 18)
        self.assertEqual(numbers, {name: kind.exit_code for name, kind in errors.BY_NAME.items()})
        for name, kind in errors.BY_NAME.items():
            self.assertTrue(issubclass(kind, sgauth.Error))
            self.assertEqual(name.rpartition(".")[2], kind.name)
        self.assertEqual(len(numbers), len(set(errors.BY_NAME.values())))

    def test_what_an_error_tells(self):
        got = errors.from_reply("io.sgauth.Agent.CannotLastThatLong",
                                {"session": stage.JANE, "longest_s": 60, "message": "not that long"})
        self.assertIsInstance(got, sgauth.NeedsLogin)
        self.assertEqual((60, "jane", 3, "not that long"), (got.longest, got.session.user, got.exit_code, str(got)))
        again = pickle.loads(pickle.dumps(got))
        self.assertEqual((type(got), got.longest, str(got)), (type(again), again.longest, str(again)))
        unknown = errors.from_reply("io.sgauth.Agent.OfALaterVersion", {"message": "new"})
        self.assertEqual((sgauth.Error, 1, "new"), (type(unknown), unknown.exit_code, str(unknown)))
        self.assertIn("InvalidParameter: user", str(errors.from_reply("org.varlink.service.InvalidParameter",
                                                                      {"parameter": "user"})))
        self.assertNotIn("\x1b", str(errors.from_reply("evil\x1b[2J", {})))


class Import(unittest.TestCase):
    def loaded(self, what):
        code = "import sys; before = set(sys.modules); %s; print(*(set(sys.modules) - before))" % what
        out = subprocess.run([sys.executable, "-B", "-S", "-E", "-c", code], check=True, stdout=subprocess.PIPE,
                             cwd=stage.PACKAGE, universal_newlines=True).stdout
        return {name.split(".")[0] for name in out.split()}

    def test_nothing_heavy_comes_along(self):
        # What it takes is what any Python has loaded by the end of its start (site), and itself.
        light = {"sgauth", "os", "stat", "_stat", "posixpath", "genericpath", "abc", "_abc", "_collections_abc", "__future__",
                 "time"}
        self.assertEqual(set(), self.loaded("import sgauth") - light)
        self.assertIn("asyncio", self.loaded("import asyncio") - light)  # the scan sees such a thing


class Place(unittest.TestCase):
    def setUp(self):
        self.home = stage.Home()
        self.addCleanup(self.home.close)
        self.no_run = os.path.join(self.home.root, "none")

    def find(self, **options):
        options.setdefault("run_user", self.no_run)
        return _address.find(tmp=self.home.root, **options).socket

    def test_the_order(self):
        self.assertEqual(self.home.socket, self.find())
        os.environ["SGAUTH_SOCKET"] = "/x/y.sock"
        self.assertEqual("/x/y.sock", self.find())
        self.assertEqual("/named", self.find(named="/named"))
        del os.environ["SGAUTH_SOCKET"]
        os.chmod(os.environ["XDG_RUNTIME_DIR"], 0o750)  # open to others: passed over, as another user's is
        uid = os.geteuid()
        self.assertEqual("%s/sgauth-%d/agent.sock" % (self.home.root, uid), self.find())
        run = self.home.folder("run_user")
        self.home.folder("run_user/%d" % uid)
        self.assertEqual("%s/%d/sgauth/agent.sock" % (run, uid), self.find(run_user=run))
        os.environ["XDG_RUNTIME_DIR"] = "relative"
        self.assertEqual("%s/%d/sgauth/agent.sock" % (run, uid), self.find(run_user=run))

    def test_a_folder_that_is_not_ours_alone_is_refused(self):
        folder = self.home.folder("run/sgauth")
        self.find()
        os.chmod(folder, 0o755)
        with self.assertRaisesRegex(sgauth.NoDaemon, "not safe"):
            self.find()
        os.rmdir(folder)
        os.symlink(self.home.folder("elsewhere"), folder)
        with self.assertRaisesRegex(sgauth.NoDaemon, "not safe"):
            self.find()

    def test_the_length_at_the_limit_and_one_beyond(self):
        self.assertEqual(107, len(self.find(named="/" + 106 * "x")))
        with self.assertRaisesRegex(sgauth.NoDaemon, "108 bytes, 107 are possible"):
            self.find(named="/" + 107 * "x")
        with self.assertRaisesRegex(sgauth.NoDaemon, "absolute"):
            self.find(named="x")

    def listen(self, path):
        made = socket.socket(socket.AF_UNIX)
        self.addCleanup(made.close)
        made.bind(path)
        made.listen(1)
        return made

    def test_a_path_that_others_can_change_is_not_connected_to(self):
        folder = self.home.folder("open")
        path = os.path.join(folder, "s")
        listener = self.listen(path)
        listener.settimeout(0)
        client = sgauth.Client(socket=path)
        for mode in (0o770, 0o702):
            os.chmod(folder, mode)
            with self.assertRaisesRegex(sgauth.NoDaemon, "is not safe"):
                client.get_user(timeout=1)
            self.assertRaises(BlockingIOError, listener.accept)
        os.chmod(folder, 0o1777)  # sticky, like /tmp
        self.assertRaises(sgauth.TimedOut, client.get_user, timeout=0.05)
        os.unlink(path)
        with open(path, "w"):
            pass
        with self.assertRaisesRegex(sgauth.NoDaemon, "no socket of this user"):
            client.get_user(timeout=1)

    @unittest.skipUnless(os.geteuid() == 0, "only root can be two users")
    def test_another_users_socket_and_another_users_listener(self):
        folder = tempfile.mkdtemp()
        self.addCleanup(lambda: (os.unlink(path), os.rmdir(folder)))
        os.chmod(folder, 0o1777)
        path = os.path.join(folder, "s")
        code = ("import os, socket, sys; os.setuid(65534); s = socket.socket(socket.AF_UNIX); s.bind(sys.argv[1]); "
                "s.listen(1); print('ready', flush=True); c = s.accept()[0]; print(len(c.recv(9)), flush=True)")
        other = self.home.start([sys.executable, "-B", "-c", code, path], stdout=subprocess.PIPE, universal_newlines=True)
        self.assertEqual("ready\n", other.stdout.readline())
        with self.assertRaisesRegex(sgauth.NoDaemon, "no socket of this user"):
            sgauth.Client(socket=path).get_user(timeout=5)
        os.chown(path, 0, 0)  # the file says it is ours, the kernel says who listens
        with self.assertRaisesRegex(sgauth.NoDaemon, "the listener at .* is user 65534, not 0"):
            sgauth.Client(socket=path).get_user(timeout=5)
        self.assertEqual("0\n", other.stdout.readline())  # not one byte was sent


if __name__ == "__main__":
    stage.main()
