# SPDX-License-Identifier: Apache-2.0
"""For the tests of the Python package: a scratch home, the real daemon, the stand-in site, and a daemon that says what it is
told to. The programs' paths are in SGAUTH, SGAUTHD, FPT_STAND_IN, FPT_CONTROL. Runs under Python 3.7 like the package."""
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
PACKAGE = os.path.join(ROOT, "client/python")
SKIPPED = 77
sys.path.insert(0, PACKAGE)
sys.dont_write_bytecode = True

PROGRAMS = {name: os.environ.get(name, "") for name in ("SGAUTH", "SGAUTHD", "FPT_STAND_IN", "FPT_CONTROL")}


def main():
    """Runs the tests of the module that calls this; ends with 77 if one was skipped."""
    done = unittest.main(exit=False, verbosity=2).result
    sys.exit(1 if not done.wasSuccessful() else SKIPPED if done.skipped else 0)


def wait_for(what, seconds=10.0):
    """Until it is true; it stands for no order of events, only for a process that comes up."""
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "gave up waiting"
        time.sleep(0.02)


class Home:
    """Scratch folders, and this process's environment leading there."""

    def __init__(self):
        self.root = tempfile.mkdtemp(prefix="sgauth-py.")
        self.processes = []
        self.before = dict(os.environ)
        for name, folder in (("HOME", "home"), ("XDG_RUNTIME_DIR", "run"), ("XDG_STATE_HOME", "state"),
                             ("XDG_CONFIG_HOME", "config"), ("SHOTGUN_HOME", "shotgun")):
            os.environ[name] = self.folder(folder)
        for name in ("SGAUTH_SOCKET", "SHOTGUN_API_CACERTS", "http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY",
                     "DBUS_SESSION_BUS_ADDRESS", "CREDENTIALS_DIRECTORY"):
            os.environ.pop(name, None)
        os.environ["SGAUTH_AUTOSTART"] = "0"
        os.environ["SGAUTH_DAEMON"] = PROGRAMS["SGAUTHD"]
        self.socket = os.path.join(self.root, "run/sgauth/agent.sock")

    def folder(self, name):
        path = os.path.join(self.root, name)
        os.makedirs(path, mode=0o700, exist_ok=True)
        return path

    def start(self, command, **options):
        process = subprocess.Popen(command, **options)
        self.processes.append(process)
        return process

    def end(self, process):
        if process.poll() is None:
            process.terminate()
        process.wait(10)
        if process.stdout:
            process.stdout.close()

    def end_self_started(self):
        """A daemon that a call started is no child of ours: by the pid that it keeps in its lock file."""
        try:
            with open(self.socket + ".lock") as file:
                pid = int(file.read())
            if os.path.basename(os.readlink("/proc/%d/exe" % pid)) == "sgauthd":
                os.kill(pid, 15)
                wait_for(lambda: not os.path.exists("/proc/%d" % pid))
        except (OSError, ValueError):
            pass  # none was

    def close(self):
        for process in reversed(self.processes):
            self.end(process)
        self.end_self_started()
        forget = os.path.join(ROOT, "tests/regress/forget_keys.py")
        if os.path.isdir(os.path.join(self.root, "state/sgauth")):
            # With a Python of its own: it is written for the system's.
            subprocess.run([shutil.which("python3") or sys.executable, "-B", forget, os.environ["XDG_STATE_HOME"]], check=False)
        os.environ.clear()
        os.environ.update(self.before)
        shutil.rmtree(self.root, ignore_errors=True)


class RealWorld(Home):
    """The real daemon and a stand-in site."""

    def __init__(self, *site_options):
        Home.__init__(self)
        site = self.folder("site")
        self.process_of_site = self.start(
            [PROGRAMS["FPT_STAND_IN"], "--dir", site, "--web-session", "on", "--logout", "ends"] + list(site_options),
            stdout=subprocess.PIPE, universal_newlines=True)
        word, self.site = self.process_of_site.stdout.readline().split()
        assert word == "ready", word
        os.environ["SHOTGUN_API_CACERTS"] = os.path.join(site, "ca.pem")
        os.makedirs(os.path.join(self.root, "config/sgauth"), mode=0o700)
        with open(os.path.join(self.root, "config/sgauth/config.toml"), "w") as settings:
            settings.write('[site]\nca_file = "%s"\n[renewal]\nverify_wait = "5s"\n' % os.path.join(site, "ca.pem"))
        self.daemon = None

    def start_daemon(self):
        os.makedirs(os.path.dirname(self.socket), mode=0o700, exist_ok=True)
        with open(os.path.join(self.root, "log"), "ab") as log:
            self.daemon = self.start([PROGRAMS["SGAUTHD"]], stderr=log)
        wait_for(lambda: self.sgauth("status", check=False).returncode == 0)

    def end_daemon(self):
        self.end(self.daemon)

    def sgauth(self, *arguments, **options):
        options.setdefault("check", True)
        done = subprocess.run([PROGRAMS["SGAUTH"]] + list(arguments), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              universal_newlines=True, timeout=30, input=options.pop("input", ""))
        assert not options["check"] or done.returncode == 0, (arguments, done.stdout, done.stderr)
        return done

    def log_in(self, login="bob", *more):
        self.sgauth("login", self.site, "--user", login, "--password-stdin", *more, input=login + "-password\n")

    def log_script_in(self, *more):
        self.sgauth("login", self.site, "--script", "farm", "--key-stdin", *more, input="farm-key\n")

    def control(self, verb, **body):
        out = subprocess.run([PROGRAMS["FPT_CONTROL"], os.path.join(self.root, "site"), verb, json.dumps(body)],
                             check=True, stdout=subprocess.PIPE, timeout=10).stdout
        return json.loads(out.decode("utf-8"))

    def reads(self):
        """How often the site was asked to read something."""
        return self.control("state")["counters"]["methods"].get("read", 0)


class ScriptedAgent(Home):
    """A daemon that says what it is told to (tests/regress/scripted_agent.py)."""

    def __init__(self):
        Home.__init__(self)
        self.answers = self.folder("answers")
        os.makedirs(os.path.dirname(self.socket), mode=0o700)
        agent = os.path.join(ROOT, "tests/regress/scripted_agent.py")
        self.start([shutil.which("python3") or sys.executable, "-B", agent, self.socket, self.answers],
                   stderr=subprocess.DEVNULL)
        wait_for(lambda: os.path.exists(self.socket))

    def says(self, method, *replies):
        taken = os.path.join(self.answers, "taken." + method)
        if os.path.exists(taken):
            os.unlink(taken)
        with open(os.path.join(self.answers, method), "w") as file:
            file.writelines(json.dumps(reply) + "\n" for reply in replies)

    def calls(self):
        with open(os.path.join(self.answers, "calls")) as file:
            return [json.loads(line) for line in file]


JANE = {"id": "i1", "site": "https://x.test", "kind": "human", "user": "jane", "state": "valid", "default": True,
        "created_at": 1790000000, "verified_at": 1790000000, "expires_at": 1790086400, "generation": 3}
needs_programs = unittest.skipUnless(all(map(os.path.exists, PROGRAMS.values())), "no daemon or no site")
