# SPDX-License-Identifier: Apache-2.0
"""Valid calls of every method of the interface, mutated at random, thrown by several connections at once; and all that is
heard in reply. It learns from the replies what only a daemon can name: sessions, logins, questions.

Usage, for a program of another name: live_traffic.py SOCKET VECTORS SITE SEED SECONDS HEARD, a file for what it hears"""
import copy
import json
import pathlib
import random
import re
import select
import socket
import sys
import time

AGENT, SERVICE = "io.sgauth.Agent.", "org.varlink.service."
LINES_AT_ONCE = 8
USERS = ["ann", "bob", "cleo", "farm", "ingest"]
FORMS = ["session_token", "script_key", "bearer"]
# What ends the others' sessions, or keeps all of them closed, comes seldom: else there were nothing to be had.
ENDS_IT = {"Revoke", "Lock", "ChangeVault"}
SELDOM = 0.03
# Words with a dollar stand for what is there when the call is made.
CALLS = {
    "GetUser": [{}, {"site": "$site"}, {"site": "$site", "user": "$user"}],
    "GetCredential": [{"site": "$site", "user": "$user", "forms": FORMS}, {"forms": ["session_token"]},
                      {"site": "$site", "user": "$user", "forms": ["$form"], "min_valid_s": 60, "timeout_ms": 200},
                      {"user": "$user", "forms": FORMS, "prompt": True, "timeout_ms": 300}],
    "ReportRejected": [{"id": "$id", "generation": 1, "timeout_ms": 100}],
    "BeginLogin": [{"site": "$site", "user": "$user"}, {"site": "$site", "script": "$user", "share_key": True},
                   {"site": "$site", "user": "$user", "again": True, "default": True, "hints": {"product": "maya"}}],
    "Answer": [{"login": "$login", "timeout_ms": 100}, {"login": "$login", "value": "x", "timeout_ms": 100}],
    "CancelLogin": [{"login": "$login"}],
    "List": [{}],
    "SetDefault": [{"site": "$site"}, {"site": "$site", "user": "$user"}],
    "Revoke": [{"site": "$site", "user": "$user"}, {"id": "$id", "local": True}, {"all": True, "timeout_ms": 50}],
    "Watch": [{}],
    "Lock": [{}, {"passphrase": "quince"}],
    "Unlock": [{"timeout_ms": 100}, {"passphrase": "quince", "timeout_ms": 100}],
    "ChangeVault": [{}, {"place": "memory"}, {"place": "keyring"}, {"place": "passphrase", "passphrase": "quince"},
                    {"reset": True}],
    "Status": [{}],
    "TestPolicy": [{"pid": 1}, {"pid": "$pid", "site": "$site", "user": "$user", "form": "$form"}],
    "Audit": [{}, {"since": 0, "from": 1, "limit": 5}],
    "WatchQuestions": [{}],
    "AnswerQuestion": [{"id": "$question", "yes": True}, {"id": "$question", "yes": False}],
    "GetInfo": [{}],
    "GetInterfaceDescription": [{"interface": "io.sgauth.Agent"}],
}
STREAMS = {"Watch", "WatchQuestions"}
PIECES = [b"\0", b"{", b"}", b"[", b"]", b'"', b"\\", b"\\u0000", b"\xff", b"null", b"-0", b"1e999", b"9" * 400, b'"":', b",", b"true",
          b'"more":true,', b'"oneway":true,', b"[" * 64, b"A" * 5000]
VALUES = [None, True, -1, 0, 2**63, 2**64, 1.5, "", "x", "A" * 5000, "\u202e\u0000", "https://x.test", [], ["session_token"], [[]], {},
          {"a": {}}]


def methods_of(folder):
    """Every method that the interfaces have."""
    texts = [file.read_text() for file in pathlib.Path(folder).glob("*.varlink")]
    return {name for text in texts for name in re.findall(r"^method (\w+)", text, re.MULTILINE)}


def vectors(folder):
    """Of each vector what follows its headers."""
    found = [f.read_bytes().split(b"\n\n", 1)[-1] for f in sorted(pathlib.Path(folder).iterdir()) if f.is_file()]
    assert len(found) > 20, "no vectors there"
    return found


def members(value):
    """Every place in a document that a value can be put in."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, its in list(inner):
        yield value, key
        yield from members(its)


class Thrower:
    def __init__(self, path, seeds, site, rng):
        self.path, self.seeds, self.rng = path, seeds, rng
        self.known = {"$site": [site], "$user": USERS, "$form": FORMS, "$pid": [1], "$id": ["none"], "$login": ["none"],
                      "$question": ["none"]}
        self.heard = {}  # line -> what came over it
        self.sent, self.answered, self.methods = 0, 0, set()

    # --- what is sent ---

    def call(self):
        names = list(CALLS)
        name = self.rng.choice(names)
        while name in ENDS_IT and self.rng.random() > SELDOM:
            name = self.rng.choice(names)
        self.methods.add(name)
        filled = {key: self.rng.choice(self.known[value]) if isinstance(value, str) and value in self.known else
                  [self.rng.choice(FORMS)] if value == ["$form"] else copy.deepcopy(value)
                  for key, value in self.rng.choice(CALLS[name]).items()}
        said = {"method": (SERVICE if name.startswith("GetIn") else AGENT) + name, "parameters": filled}
        if name in STREAMS:
            said["more"] = True
        return said

    def changed(self):
        """A call that is JSON still, with other values, or one member more or less."""
        call = self.call()
        for _ in range(self.rng.choice((0, 0, 1, 1, 2))):
            holder, key = self.rng.choice(list(members(call)))
            if self.rng.random() < 0.3 and isinstance(holder, dict):
                added = self.rng.choice(("more", "oneway", "parameters", "site", "user", "forms", "zz"))
                holder[added] = copy.deepcopy(self.rng.choice(VALUES))
            elif key != "method" or self.rng.random() < 0.1:
                holder[key] = copy.deepcopy(self.rng.choice(VALUES))
        return json.dumps(call).encode() + b"\0"

    def mutated(self):
        rng = self.rng
        if rng.random() < 0.7:
            return self.changed()
        texts = self.seeds if rng.random() < 0.5 else [json.dumps(self.call()).encode()]
        text = bytearray(rng.choice(texts))
        for _ in range(rng.choice((0, 1, 1, 2, 3, 8))):
            at = rng.randrange(len(text) + 1)
            what = rng.randrange(6)
            if what == 0 and text:
                text[min(at, len(text) - 1)] ^= 1 << rng.randrange(8)
            elif what == 1:
                text[at:at] = rng.choice(PIECES)
            elif what == 2:
                del text[at:at + rng.randrange(1, 20)]
            elif what == 3:
                other = rng.choice(self.seeds)
                start = rng.randrange(len(other) + 1)
                text[at:at] = other[start:start + rng.randrange(1, 60)]
            elif what == 4:
                text[at:at] = text[max(0, at - rng.randrange(1, 40)):at]
            else:
                del text[at:]
        return bytes(text) + (b"" if rng.random() < 0.05 else b"\0")

    # --- what is heard ---

    def learn(self, got):
        for word, pattern in (("$login", rb'"login":"([^"]{1,64})","step"'), ("$question", rb'"event":"ask","id":"([^"]{1,64})"'),
                              ("$id", rb'"session":\{"id":"([^"]{1,64})"')):
            for found in re.findall(pattern, got)[-3:]:
                self.known[word] = [*self.known[word], found.decode()][-8:]

    def connect(self):
        line = socket.socket(socket.AF_UNIX)
        line.connect(self.path)
        line.setblocking(False)
        self.heard[line] = bytearray()
        return line

    def throw(self, seconds):
        lines = []
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            while len(lines) < LINES_AT_ONCE:
                lines.append(self.connect())
            line = self.rng.choice(lines)
            message = self.mutated()
            if self.rng.random() < 0.1:  # in two pieces, as the next one is the rest of it
                message = message[:self.rng.randrange(len(message) + 1)]
            try:
                line.send(message)
                self.sent += 1
            except BlockingIOError:
                pass
            except OSError:
                lines.remove(line)
                line.close()
                continue
            if self.rng.random() < 0.05:  # one that watches, or waits for the rest of a message, takes no more of them
                lines.remove(line)
                line.close()
            for ready in select.select(lines, [], [], 0.0005)[0]:
                try:
                    got = ready.recv(65536)
                except OSError:
                    got = b""
                self.heard[ready] += got
                self.learn(got)
                self.answered += got.count(b"\0")
                if not got or self.rng.random() < 0.02:
                    lines.remove(ready)
                    ready.close()
        for line in lines:
            line.close()

    def ask(self, method, parameters):
        """One call as it should be; its answer is heard like any other."""
        line = self.connect()
        line.settimeout(10)
        line.sendall(json.dumps({"method": AGENT + method, "parameters": parameters}).encode() + b"\0")
        while not self.heard[line].endswith(b"\0"):
            got = line.recv(65536)
            if not got:
                break
            self.heard[line] += got
        line.close()

    def take_heard(self):
        """All since the last time; what came over one line is in one piece."""
        all_of_it = b"\n".join(self.heard.values())
        self.heard.clear()
        return all_of_it


def main(path, folder, site, seed, seconds, heard):
    thrower = Thrower(path, vectors(folder), site, random.Random(seed))
    try:
        thrower.throw(float(seconds))
    finally:
        pathlib.Path(heard).write_bytes(thrower.take_heard())


if __name__ == "__main__":
    main(*sys.argv[1:])
