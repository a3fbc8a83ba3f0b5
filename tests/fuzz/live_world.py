# SPDX-License-Identifier: Apache-2.0
"""What the live socket's fuzzing is done in: a daemon, a site, people and scripts that are logged in, rules, and a ledger."""
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "soak"))
import wire  # noqa: E402
from fpt import Site  # noqa: E402
from world import open_descriptors  # noqa: E402

DENIED, CONFIRMED, ALLOWED = "bob", "cleo", "ann"
NAMES_OF_EACH = 40  # the password budget of one may be spent by what is thrown: then there is the next, ann2
TRIES = 20
BY_RULE = "a rule "  # denies it, or wants it confirmed
KEYS = {"farm": "farm-key-shared", "ingest": wire.NEVER_SAID.decode() + "ingest"}
REFUSED = b'"credential":'  # is in no reply but a hand-out


class World:
    def __init__(self, program, stand_in):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="sgauth-live."))
        for name in ("home", "run", "config", "config/sgauth", "state", "bin"):
            (self.folder / name).mkdir(mode=0o700)
        self.path = str(self.folder / "run" / "a.sock")
        self.site = Site(stand_in, self.folder / "site", ["--web-session", "on", "--logout", "ends"])
        self.now = {name: 1 for name in (ALLOWED, DENIED, CONFIRMED)}
        for name in self.now:
            for number in range(1, NAMES_OF_EACH + 1):
                self.site.add_person(self.called(name, number), f"{name}-password", [])
        for name, key in KEYS.items():
            self.site.set_script(name, key)
        # Called otherwise than an interpreter is: a program that every rule but the first would let through.
        python = os.path.realpath(sys.executable)
        self.denied_program = self.folder.resolve() / "bin" / "denied"
        shutil.copy(python, self.denied_program)
        self.write_settings()
        env = {"PATH": os.environ["PATH"], "HOME": str(self.folder / "home"), "XDG_RUNTIME_DIR": str(self.folder / "run"),
               "XDG_CONFIG_HOME": str(self.folder / "config"), "XDG_STATE_HOME": str(self.folder / "state"),
               "SGAUTH_SOCKET": self.path, "SGAUTH_LOG": "error"}
        env.update({k: v for k, v in os.environ.items() if k.endswith("SAN_OPTIONS") or k == "ASAN_SYMBOLIZER_PATH"})
        self.log = open(self.folder / "log", "wb")
        self.daemon = subprocess.Popen([program], env=env, stdout=self.log, stderr=self.log, stdin=subprocess.DEVNULL)

    @staticmethod
    def called(name, number):
        return name if number == 1 else f"{name}{number}"

    def write_settings(self):
        rules = [f'action = "deny"\nexecutable = "{self.denied_program}"\n']
        for number in range(1, NAMES_OF_EACH + 1):
            rules += [f'action = "deny"\nuser = "{self.called(DENIED, number)}"\n',
                      f'action = "confirm"\nuser = "{self.called(CONFIRMED, number)}"\n']
        rules.append(f'action = "allow"\nsite = "{self.site.url}"\n')
        text = f'[site]\nca_file = "{self.site.folder}/ca.pem"\n[audit]\nsink = "file"\nrequired = true\n'
        (self.folder / "config/sgauth/config.toml").write_text(text + "".join(f"[[policy.rule]]\n{rule}" for rule in rules))

    # --- valid calls ---

    def call(self, method, parameters=None):
        return wire.call(self.path, method, parameters)

    def log_in(self, name):
        """Where there is no session: the last step."""
        is_script = name in KEYS
        user = name if is_script else self.called(name, self.now[name])
        about = {"site": self.site.url, "script" if is_script else "user": user}
        if name == "farm":
            about["share_key"] = True
        with wire.Connection(self.path) as line:
            began = line.call("BeginLogin", about)
            step = began["step"]
            for _ in range(4):
                if step["kind"] in ("done", "failed"):
                    break
                answer = {"login": began["login"], "timeout_ms": 10000}
                if step["kind"] == "secret":
                    answer["value"] = KEYS[name] if is_script else f"{name}-password"
                step = line.call("Answer", answer)["step"]
        return step

    def open_up(self):
        """What was thrown may have locked it by a passphrase that nobody knows."""
        for parameters in ({"timeout_ms": 3000}, {"passphrase": "quince", "timeout_ms": 5000}):
            if not self.call("Status")["locked"]:
                return True
            try:
                self.call("Unlock", parameters)
            except wire.Refusal:
                pass
        if self.call("Status")["locked"]:
            self.call("ChangeVault", {"reset": True})
        return not self.call("Status")["locked"]

    def make_well(self):
        """Everybody is logged in again; whether that came about."""
        try:
            return self.open_up() and all(self.is_in(name) for name in (ALLOWED, DENIED, CONFIRMED, *KEYS))
        except wire.Cut:
            return False

    def is_in(self, name):
        """Logged in, with another name of that kind where the budget of one is spent."""
        why = None
        for _ in range(TRIES):
            try:
                step = self.log_in(name)
                if step["kind"] == "done":
                    return True
                why = step.get("error"), step.get("message")
                if step.get("error") == "Denied" and name not in KEYS:
                    self.now[name] += 1
            except wire.Refusal as refusal:  # what was thrown is not all done with yet: it may still lock, or revoke
                why = refusal.name, refusal.parameters.get("message")
                time.sleep(0.1)
                self.open_up()
        print(f"{name} cannot be logged in: {why}", flush=True)
        return False

    def credential(self, name):
        """What we are given of that user, or why not. What was thrown is not all done with at once: for a while it may still
        lock, or take a session away."""
        for _ in range(TRIES):
            user = name if name in KEYS else self.called(name, self.now[name])
            try:
                return self.call("GetCredential", {"site": self.site.url, "user": user, "forms": ["session_token", "script_key"]})
            except wire.Refusal as refusal:
                why = f"{refusal.name}: {refusal.parameters.get('message')}"
            if BY_RULE in why or not self.make_well():
                break
        return why

    def tokens_of(self, name):
        """Every token that the site ever gave to users of that name."""
        self.site.state()
        return {token.encode() for token, (_, login) in self.site.owners.items() if login.rstrip("0123456789") == name}

    # --- seen from outside ---

    def status(self, within, is_it=lambda status: True):
        """What Status answers, once `is_it` says of it, with the connection open still, that it is what is waited for;
        None if nothing, in time."""
        end = time.monotonic() + within
        while time.monotonic() < end and self.daemon.poll() is None:
            try:
                with wire.Connection(self.path, within) as line:
                    status = line.call("Status")
                    if is_it(status):
                        return status
            except (wire.Cut, wire.Silence, wire.Refusal, json.JSONDecodeError):
                pass
            time.sleep(0.05)
        return None

    def alone(self, within, look):
        """What `look` returns, once that is true with a connection of ours as the only one; None if not, in time. Always
        with it: what is looked at is more while others are closing, and less where ours has closed already."""
        seen = None

        def is_it(status):
            nonlocal seen
            seen = look() if status["connections"] == 1 else None
            return seen
        return seen if self.status(within, is_it) else None

    def descriptors(self):
        return open_descriptors(self.daemon.pid) or 0

    def memory_kb(self):
        with open(f"/proc/{self.daemon.pid}/status") as text:
            return next(int(line.split()[1]) for line in text if line.startswith("VmRSS"))

    def end(self):
        self.daemon.send_signal(signal.SIGTERM)
        try:
            return self.daemon.wait(20)
        except subprocess.TimeoutExpired:
            self.daemon.kill()
            return "hung"

    def close(self):
        if self.daemon.poll() is None:
            self.daemon.kill()
            self.daemon.wait()
        self.site.stop()
        self.log.close()
        forgetter = pathlib.Path(__file__).resolve().parent.parent / "regress" / "forget_keys.py"
        subprocess.run([sys.executable, "-B", str(forgetter), str(self.folder / "state")], check=False)
        shutil.rmtree(self.folder)
