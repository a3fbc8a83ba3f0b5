# SPDX-License-Identifier: Apache-2.0
"""The client and a daemon that says what it is told to: what is asked, what becomes of an answer, and of none."""
import json
import os
import select
import socket
import threading
import time
import unittest

import stage
import sgauth

SECRET = {"parameters": {"session": stage.JANE, "form": "session_token", "credential": {"token": "tok"}}}
USER = {"parameters": {"session": stage.JANE}}


def in_child(work):
    """What `work` returns as text, done in a forked child."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.write(writing, str(work()).encode())
        except BaseException as error:
            os.write(writing, repr(error).encode())
        finally:
            os._exit(0)
    os.close(writing)
    os.waitpid(child, 0)
    with os.fdopen(reading) as file:
        return file.read()


class Asked(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.agent = stage.ScriptedAgent()

    @classmethod
    def tearDownClass(cls):
        cls.agent.close()

    def setUp(self):
        self.client = sgauth.Client()
        self.addCleanup(self.client.close)
        calls = os.path.join(self.agent.answers, "calls")
        if os.path.exists(calls):
            os.unlink(calls)

    def test_what_was_not_said_is_not_sent(self):
        self.agent.says("GetUser", USER)
        self.agent.says("GetCredential", SECRET)
        self.assertEqual("jane", self.client.get_user().user)
        self.client.get_user(site="https://x.test", user="jané")
        got = self.client.get_credential(min_valid=60, prompt=True, forms=["bearer", "session_token"], timeout=10)
        self.assertEqual(("session_token", "tok", True), (got.form, got.token, got.is_verified))
        self.client.get_credential(timeout=0.5)
        self.assertEqual([
            {"GetUser": {}},
            {"GetUser": {"site": "https://x.test", "user": "jané"}},
            {"GetCredential": {"forms": ["bearer", "session_token"], "min_valid_s": 60, "prompt": True, "timeout_ms": 9900}},
            {"GetCredential": {"forms": ["session_token"], "timeout_ms": 450}},
        ], self.agent.calls())
        self.assertRaises(sgauth.UsageError, self.client.get_credential, forms="session_token")

    def test_a_rejection_names_session_and_generation(self):
        self.agent.says("GetCredential", SECRET)
        self.agent.says("ReportRejected", {"parameters": {"session": dict(stage.JANE, state="expired", reason="site")}})
        held = self.client.get_credential()
        self.assertEqual("expired", self.client.report_rejected(held).state)
        self.client.report_rejected(held.session, timeout=1)
        self.assertEqual([{"id": "i1", "generation": 3, "timeout_ms": limit} for limit in (29900, 900)],
                         [call["ReportRejected"] for call in self.agent.calls() if "ReportRejected" in call])

    def test_errors_are_classes_with_what_belongs_to_them(self):
        self.agent.says("GetUser", {"error": "Ambiguous", "parameters": {"choices": ["a", "b"], "message": "which"}})
        with self.assertRaises(sgauth.Ambiguous) as caught:
            self.client.get_user()
        self.assertEqual((["a", "b"], 2), (caught.exception.choices, caught.exception.exit_code))
        self.agent.says("GetUser", {"error": "org.varlink.service.InvalidParameter", "parameters": {"parameter": "usr"}})
        self.assertRaisesRegex(sgauth.InvalidParameter, "usr", self.client.get_user)
        self.agent.says("GetUser", {"error": "Unreachable", "parameters": {
            "site": "s", "message": "away", "foreign": "maintenance"}})
        with self.assertRaises(sgauth.Unreachable) as caught:
            self.client.get_user()
        self.assertEqual("maintenance", caught.exception.foreign)
        self.agent.says("GetUser", USER)
        self.assertEqual("jane", self.client.get_user().user)  # the connection goes on

    def test_an_answer_that_is_none(self):
        for reply in ({"parameters": {}}, {"parameters": {"session": {"id": 1}}}, {"parameters": []}, [], USER and dict(
                USER, continues=True), {"parameters": {"session": "text"}}):
            self.agent.says("GetUser", *([{}] if reply == [] else [reply]))
            self.assertRaisesRegex(sgauth.Failed, "not understood", self.client.get_user)
        for members in ({"form": "session_token"}, {"credential": {}}, {"form": 1, "credential": {}}):
            self.agent.says("GetCredential", {"parameters": dict(members, session=stage.JANE)})
            self.assertRaisesRegex(sgauth.Failed, "not understood", self.client.get_credential)

    def test_the_size_of_a_message_at_the_limit_and_beyond(self):
        frame = len('{"parameters": {"message": ""}, "error": "io.sgauth.Agent.Failed"}')
        fits = 1024 * 1024 - frame
        self.agent.says("GetUser", {"error": "Failed", "parameters": {"message": fits * "x"}})
        with self.assertRaises(sgauth.Failed) as caught:
            self.client.get_user()
        self.assertIn(len(str(caught.exception)), (fits, fits - 1, fits - 2))
        self.agent.says("GetUser", {"error": "Failed", "parameters": {"message": (fits + 8) * "x"}})
        self.assertRaisesRegex(sgauth.Failed, "not understood", self.client.get_user)

    def test_two_replies_to_one_call(self):
        path = os.path.join(self.agent.root, "two.sock")
        listener = socket.socket(socket.AF_UNIX)
        self.addCleanup(listener.close)
        listener.bind(path)
        listener.listen(1)
        reply = json.dumps(USER).encode() + b"\0"

        def answer():
            with listener.accept()[0] as peer:
                peer.recv(4096)
                peer.sendall(reply + reply)
                peer.recv(4096)  # until the client goes

        thread = threading.Thread(target=answer)
        thread.start()
        self.assertRaisesRegex(sgauth.Failed, "not understood", sgauth.Client(socket=path).get_user)
        thread.join(10)

    def test_silence_ends_at_the_deadline_and_costs_the_connection(self):
        self.agent.says("GetUser", USER, {"silent": True}, USER)
        self.client.get_user()
        began = time.monotonic()
        self.assertRaises(sgauth.TimedOut, self.client.get_user, timeout=0.2)
        self.assertLess(time.monotonic() - began, 5)
        self.assertEqual(0, len(self.client._kept))
        self.assertEqual("jane", self.client.get_user().user)

    def test_a_call_is_repeated_once_where_a_kept_connection_was_closed(self):
        self.agent.says("GetUser", USER, {"close": True}, USER)
        self.client.get_user()
        self.assertEqual("jane", self.client.get_user().user)
        self.agent.says("GetUser", USER, {"close": True}, {"close": True}, USER)
        self.client.close()
        self.client.get_user()
        self.assertRaisesRegex(sgauth.NoDaemon, "without an answer", self.client.get_user)
        self.agent.says("Revoke", {"close": True}, {"parameters": {"revoked": []}})
        self.assertRaises(sgauth.NoDaemon, self.client.revoke, user="jane")
        self.assertEqual(1, len([call for call in self.agent.calls() if "Revoke" in call]))

    def test_what_cannot_be_said_is_not_sent(self):
        self.assertRaisesRegex(sgauth.InvalidParameter, "no UTF-8", self.client.get_user, user="\udcff")
        self.assertRaisesRegex(sgauth.InvalidParameter, "no JSON", self.client.call, "GetUser", {"user": object()})
        self.assertRaisesRegex(sgauth.InvalidParameter, "no JSON", self.client.call, "GetUser", {"user": float("nan")})

    def test_a_timeout_at_its_limits(self):
        self.agent.says("GetCredential", SECRET)
        for timeout in (float("inf"), 10 ** 12, 7 * 86400):
            self.assertEqual("tok", self.client.get_credential(timeout=timeout).token)
        self.assertEqual({7 * 86400 * 1000 - 100}, {call["GetCredential"]["timeout_ms"] for call in self.agent.calls()})
        self.client.get_credential(timeout=5)
        for timeout in (-1, -0.001, float("nan")):
            self.assertRaises(sgauth.UsageError, self.client.get_credential, timeout=timeout)
        self.assertRaises(sgauth.UsageError, self.client.get_credential, min_valid=-1)
        self.agent.says("GetCredential", {"silent": True})
        self.assertRaises(sgauth.TimedOut, self.client.get_credential, timeout=0)

    def test_threads_do_not_wait_for_each_other(self):
        self.agent.says("GetCredential", {"silent": True})
        self.agent.says("GetUser", USER)
        waits = [threading.Thread(target=self.assertRaises, args=(sgauth.TimedOut, self.client.get_credential),
                                  kwargs={"timeout": 2}) for _ in range(4)]
        for thread in waits:
            thread.start()
        began = time.monotonic()
        self.assertEqual("jane", self.client.get_user().user)
        self.assertLess(time.monotonic() - began, 1)
        for thread in waits:
            thread.join()

    def test_many_threads_one_client(self):
        self.agent.says("GetUser", USER)
        wrong = []

        def work():
            for _ in range(25):
                if self.client.get_user().user != "jane":
                    wrong.append(1)

        threads = [threading.Thread(target=work) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual([], wrong)
        self.assertEqual(200, len(self.agent.calls()))
        self.assertLessEqual(len(self.client._kept), 1)

    def test_a_forked_child_has_a_connection_of_its_own(self):
        self.agent.says("GetUser", USER)
        self.client.get_user()
        kept = self.client._kept[0]
        self.assertEqual("jane True", in_child(
            lambda: "%s %s" % (self.client.get_user().user, self.client._kept[0] is not kept)))
        self.assertIs(kept, self.client._kept[0])
        self.assertEqual("jane", self.client.get_user().user)  # the parent's goes on
        self.assertIs(kept, self.client._kept[0])

    def test_what_is_closed_is_felt_though_a_child_has_a_copy(self):
        path = os.path.join(self.agent.root, "copy.sock")
        listener = socket.socket(socket.AF_UNIX)
        self.addCleanup(listener.close)
        listener.bind(path)
        listener.listen(1)
        watch = sgauth.Client(socket=path).watch()
        with listener.accept()[0] as peer:
            peer.settimeout(10)
            self.assertIn(b"Watch", peer.recv(4096))
            reading, writing = os.pipe()
            child = os.fork()
            if child == 0:
                os.close(writing)
                os.read(reading, 1)  # until the parent has looked
                os._exit(0)
            os.close(reading)
            try:
                watch.close()
                self.assertEqual(b"", peer.recv(4096))
            finally:
                os.close(writing)
                os.waitpid(child, 0)

    def test_the_watch(self):
        self.agent.says("Watch", {"parameters": {"event": "present", "session": stage.JANE}},
                        {"parameters": {"event": "synced"}}, {"parameters": {"event": "of_a_later_version"}})
        with self.client.watch() as watch:
            self.assertTrue(select.select([watch], [], [], 10)[0])
            seen = []
            stage.wait_for(lambda: seen.extend(watch.pending()) or len(seen) == 3)
            self.assertEqual(["present", "synced", "of_a_later_version"], [event.event for event in seen])
            self.assertEqual("jane", seen[0].session.user)
            self.assertIsNone(watch.next(timeout=0.01))
            self.assertIn("another process", in_child(lambda: watch.next(0)))
            waits, wait = threading.Event(), watch._line._wait
            watch._line._wait = lambda *arguments: waits.set() or wait(*arguments)
            loop = threading.Thread(target=lambda: seen.extend(watch), daemon=True)
            loop.start()
            self.assertTrue(waits.wait(10))
            watch.close()  # from another thread: it ends the loop
            loop.join(10)
            self.assertFalse(loop.is_alive())
            self.assertEqual(3, len(seen))
            self.assertEqual(-1, watch.fileno())
        self.agent.says("Watch", {"error": "Busy", "parameters": {"message": "too many"}})
        watch = self.client.watch()
        self.assertRaisesRegex(sgauth.Busy, "too many", watch.next, 10)
        self.assertRaisesRegex(sgauth.NoDaemon, "has ended", watch.next, 10)


if __name__ == "__main__":
    stage.main()
