# SPDX-License-Identifier: Apache-2.0
"""A stand-in site: its process, and its control channel, which is where the truth comes from."""
import http.client
import json
import os
import pathlib
import signal
import ssl
import subprocess
import threading
import time

NEVER = float("inf")


class Proxy:
    """On the way to a site; it wants credentials, or others than it is given, when it is told to."""

    def __init__(self, program, folder):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(mode=0o700)
        self.process = subprocess.Popen([program, "--dir", str(self.folder), "--user", "soak", "--password", "a-word"],
                                        stdout=subprocess.PIPE, text=True)
        self.address = "soak:a-word@" + self.process.stdout.readline().split()[-1]

    def says(self, status):
        """To everybody from now on; None: by what it is given."""
        file = self.folder / "proxy.says"
        if status is None:
            file.unlink()
        else:
            file.write_text(f"{status}\n")

    def denied(self):
        return json.loads((self.folder / "proxy.count").read_text())["denied"]

    def tunnels(self):
        return json.loads((self.folder / "proxy.count").read_text())["tunnels"]

    def stop(self):
        self.process.kill()
        self.process.wait()


class Site:
    """One site. What it gave to whom is remembered here, also when its process is replaced."""

    def __init__(self, program, folder, options, proxy=None):
        self.program, self.folder, self.options = program, pathlib.Path(folder), options
        self.proxy = proxy    # on the daemon's way to it, not on ours
        self.folder.mkdir(mode=0o700)
        self.lock = threading.RLock()
        self.port = 0
        self.owners = {}      # token -> (kind, login), of every token that this site ever gave
        self.newest = {}      # (kind, login) -> (when it was made, token)
        self.people = {}      # login -> the account as it was made
        self.script_keys = {} # name -> the key that the site takes now
        self.knew_scripts = 0.0     # until then it could say no to a right key: it was not told of the scripts yet
        self.denied_wrongly = 0.0   # until then it could say no to whoever wants a token: told to, as a fault
        self.process = self.connection = None
        self.start()

    @property
    def url(self):
        return f"https://localhost:{self.port}"

    def start(self):
        self.process = subprocess.Popen(
            [self.program, "--dir", str(self.folder), "--port", str(self.port), *self.options],
            stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        if not line.startswith("ready "):
            raise RuntimeError("the stand-in site does not start")
        self.port = int(line.rpartition(":")[2])
        self.secret = (self.folder / "control").read_text().strip()
        self.connection = None
        for person in self.people.values():
            self.control("person", person)
        for name, key in self.script_keys.items():
            self.control("script", {"name": name, "key": key})

    def replace(self, pause):
        """The site goes and comes back with its accounts, and knows none of its sessions: it rejects them all."""
        with self.lock:
            self.control("fault", {"kind": "drop", "count": 100_000})  # from here on it gives nothing more:
            self.state()                                               # all that it gave is known
            self.knew_scripts = NEVER
            self.process.kill()
            self.process.wait()
            time.sleep(pause)
            self.start()
            self.knew_scripts = time.monotonic()

    def freeze(self, seconds):
        with self.lock:
            os.kill(self.process.pid, signal.SIGSTOP)
            time.sleep(seconds)
            os.kill(self.process.pid, signal.SIGCONT)

    def stop(self):
        if self.proxy:
            self.proxy.stop()
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def control(self, verb, body=None):
        """The answer; a KeyError-like RuntimeError where the site refuses. One connection, kept open: so it works
        also while the site is told to take no new ones."""
        with self.lock:
            for attempt in range(20):
                try:
                    return self._ask(verb, body)
                except (OSError, http.client.HTTPException):
                    self.connection = None
                    if attempt == 19:
                        raise
                    time.sleep(0.1)

    def _ask(self, verb, body):
        if self.connection is None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE  # it may have a bad certificate now
            self.connection = http.client.HTTPSConnection("127.0.0.1", self.port, timeout=10, context=context)
        self.connection.request("POST", f"/control/{verb}", json.dumps(body or {}), {"X-Control": self.secret})
        reply = self.connection.getresponse()
        said = json.loads(reply.read())
        if reply.status != 200:
            raise LookupError(f"{verb}: {said}")
        return said

    def add_person(self, login, password, codes):
        person = {"login": login, "password": password, "email": f"{login}@example.com"}
        person["id"] = 1000 + len(self.people)  # as it is after a replacement, too; scripts are then made anew
        if codes:
            person.update(two_factor=True, codes=codes)
        self.people[login] = person
        self.control("person", person)

    def set_script(self, name, key):
        self.script_keys[name] = key
        self.control("script", {"name": name, "key": key})

    def state(self):
        with self.lock:
            said = self.control("state")
            for one in said["sessions"]:
                owner = self.owners[one["token"]] = (one["kind"], one["login"])
                made = (one["created_at_ms"] / 1000, one["token"])
                self.newest[owner] = max(self.newest.get(owner, made), made)
            return said

    def owner(self, token):
        """Whose the token is, as (kind, login), or None: this site never gave it."""
        if token not in self.owners:
            self.state()
        return self.owners.get(token)

    def newest_token(self, login):
        return next((s["token"] for s in reversed(self.state()["sessions"]) if s["login"] == login), None)

    def accepts(self, token):
        return any(s["token"] == token and not s["expired"] and not s["revoked"] for s in self.state()["sessions"])

    def rejects_some(self, login):
        """Whether a token of that login, of those ever given, is rejected now."""
        known = {s["token"]: s for s in self.state()["sessions"]}
        mine = [token for token, owner in self.owners.items() if owner == ("human", login)]
        return any(t not in known or known[t]["expired"] or known[t]["revoked"] for t in mine)

    def is_replaced(self, token, before):
        """Whether the site takes it no more, and made its owner another one after it and before that time (wall
        clock). Where nobody but the daemon logs its owner in, the daemon knew by then."""
        when, newest = self.newest.get(self.owner(token), (0, token))
        return newest != token and when < before and not self.accepts(token)

    def refused_keys_wrongly(self, since, of_tokens):
        """Whether a right key may have been refused since then, or a token for it."""
        return self.knew_scripts > since or (of_tokens and self.denied_wrongly > since)

    def failures(self, login):
        """Wrong passwords in a row that the site saw; it forgets them when it locks the account, after ten."""
        mine = [p for p in self.state()["accounts"]["people"] if p["login"] == login]
        return max((10 if p["locked"] else p["failures"] for p in mine), default=0)
