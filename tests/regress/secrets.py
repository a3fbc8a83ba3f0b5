#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Known secrets go in; they are found in no log, output, argument list or environment, and after a revoke in no memory of
the daemon. Each scan is shown to find a planted one. Run as root: it reads other processes' memory.

Usage: secrets.py SGAUTH SGAUTHD FPT_STAND_IN FPT_CONTROL. Exit 0: held; 1: a secret was found; 77: cannot run here."""

import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import threading

SGAUTH, SGAUTHD, STAND_IN, CONTROL = sys.argv[1:5]
PASSWORD, WRONG_PASSWORD = "pw-Quoll-7f3a91", "pw-Wombat-55d0c2"
CODE, WRONG_CODE, KEY, WRONG_KEY = "code-Numbat-8841", "code-Bilby-1933", "key-Dingo-c0ffee42", "key-Emu-0badf00d"
# A secret that lives for as long as a disk takes is one that is found.
SLOW_DISK = ("strace", "-D", "-f", "-qq", "-e", "trace=fsync", "-e", "inject=fsync:delay_enter=200000", "-o", "/dev/null")
failures = []


def check(good, what):
    print(("ok      " if good else "FAILED  ") + what)
    if not good:
        failures.append(what)


def found_in(data, secrets):
    return [s for s in secrets if s.encode() in data]


def memory_of(pid):
    """Every writable mapping of a process, stack included, as one long bytes object per mapping."""
    with open(f"/proc/{pid}/maps") as maps, open(f"/proc/{pid}/mem", "rb", 0) as mem:
        for line in maps:
            span, rights = line.split()[:2]
            if rights[1] != "w" or "[vvar" in line:
                continue
            start, end = (int(x, 16) for x in span.split("-"))
            try:
                mem.seek(start)
                yield line.strip(), mem.read(end - start)
            except OSError:
                continue  # a guard page


def scan_memory(pid, secrets):
    return [(s, where) for where, data in memory_of(pid) for s in found_in(data, secrets)]


class process_watch(threading.Thread):
    """Reads the argument lists and environments of all processes, over and over, for as long as it runs."""

    def __init__(self, secrets):
        super().__init__(daemon=True)
        self.secrets, self.hits, self.rounds, self.done = secrets, set(), 0, threading.Event()

    def run(self):
        while not self.done.is_set():
            for entry in pathlib.Path("/proc").iterdir():
                if not entry.name.isdigit():
                    continue
                for name in ("cmdline", "environ"):
                    try:
                        data = (entry / name).read_bytes()
                    except OSError:
                        continue
                    self.hits.update((s, name) for s in found_in(data, self.secrets))
            self.rounds += 1

    def finish(self):
        self.done.set()
        self.join()
        return self.hits


class stage:
    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="sgauth-secrets."))
        for name in ("home", "run", "config", "state", "site", "execs"):
            (self.folder / name).mkdir(mode=0o700)
        self.env = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder / "home"),
            "XDG_RUNTIME_DIR": str(self.folder / "run"),
            "XDG_CONFIG_HOME": str(self.folder / "config"),
            "XDG_STATE_HOME": str(self.folder / "state"),
            "SGAUTH_LOG": "trace",
            "SGAUTH_AUTOSTART": "0",
        }
        self.outputs = b""
        self.execs = 0
        self.children = []

    def start(self, *command, stdout, stderr):
        child = subprocess.Popen(command, env=self.env, stdout=stdout, stderr=stderr, stdin=subprocess.DEVNULL)
        self.children.append(child)
        return child

    def start_site(self):
        site = self.start(STAND_IN, "--dir", str(self.folder / "site"), "--web-session", "on", "--logout", "ends",
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.url = site.stdout.readline().decode().split()[1]
        self.control("person", {"login": "quinn", "password": PASSWORD, "email": "q@x.org", "two_factor": True, "codes": [CODE]})
        self.control("script", {"name": "farm2", "key": KEY})

    def control(self, verb, body):
        """The stand-in's control takes its JSON as an argument: the secrets are planted before anything is watched."""
        subprocess.run([CONTROL, str(self.folder / "site"), verb, json.dumps(body)], check=True, stdout=subprocess.DEVNULL)

    def start_daemon(self):
        config = self.folder / "config" / "sgauth"
        config.mkdir(mode=0o700)
        (config / "config.toml").write_text(f'[site]\nca_file = "{self.folder}/site/ca.pem"\n')
        ready, told = os.pipe()
        self.log = open(self.folder / "daemon.log", "wb")
        daemon = subprocess.Popen([*SLOW_DISK, SGAUTHD, "--ready-fd", str(told)], env=self.env, pass_fds=[told],
                                  stdout=self.log, stderr=self.log, stdin=subprocess.DEVNULL)
        os.close(told)
        self.children.append(daemon)
        if os.read(ready, 1) == b"":
            raise SystemExit("sgauthd did not start: " + (self.folder / "daemon.log").read_text())
        os.close(ready)
        self.daemon = daemon

    def traced(self, *command, text=""):
        """Runs it under strace, which notes the arguments and the environment of every program that it becomes or starts."""
        trace = self.folder / "execs" / str(self.execs)
        self.execs += 1
        return subprocess.run(["strace", "-f", "-qq", "-v", "-s", "65536", "-e", "trace=execve", "-e", "signal=none", "-o", trace, *command],
                              env=self.env, input=text.encode(), capture_output=True, timeout=60)

    def exec_traces(self):
        return b"".join(f.read_bytes() for f in sorted((self.folder / "execs").iterdir()))

    def sgauth(self, *arguments, text=""):
        done = self.traced(SGAUTH, *arguments, text=text)
        # A token that was asked for may be on stdout; nothing may be on stderr.
        self.outputs += done.stderr
        return done

    def close(self):
        for child in self.children:
            child.terminate()
            child.wait()
        shutil.rmtree(self.folder)


def drive(s, secrets):
    """Everything that a secret goes through, right and wrong."""
    login = ("login", s.url, "--user", "quinn", "--password-stdin", "--code-stdin")
    check(s.sgauth(*login, text=f"{WRONG_PASSWORD}\n").returncode == 4, "a wrong password is refused (exit 4)")
    check(s.sgauth(*login, text=f"{PASSWORD}\n{WRONG_CODE}\n").returncode == 4, "a wrong code is refused (exit 4)")
    check(s.sgauth(*login, text=f"{PASSWORD}\n{CODE}\n").returncode == 0, "the right ones log in")
    script = ("login", s.url, "--script", "farm2", "--key-stdin")
    check(s.sgauth(*script, text=f"{WRONG_KEY}\n").returncode == 4, "a wrong key is refused (exit 4)")
    check(s.sgauth(*script, text=f"{KEY}\n").returncode == 0, "the right one logs in")
    token = s.sgauth("token").stdout.decode().strip()
    check(len(token) == 32, "the token is handed out")
    secrets.append(token)
    s.sgauth("token", "--json")
    s.sgauth("token", "--user", "farm2")
    s.sgauth("token", "--user", "farm2", "--json")
    s.sgauth("call", "GetCredential", '{"forms":["session_token"],"site":7}')
    for command in ("whoami", "list", "status"):
        s.sgauth(command, "--json")
    s.control("fault", {"kind": "500", "method": "read", "count": 2})
    s.sgauth("token", "--min-valid", "100000")
    return token


def wipe_by_signal(s, secrets):
    """SIGUSR1 wipes what is used, and what waits for a site that cannot be told of a revoke."""
    s.control("reset", {})
    s.control("person", {"login": "quinn", "password": PASSWORD, "email": "q@x.org", "two_factor": False})
    for path in ("/user/*", "/internal_api/*"):  # what a log-out takes
        s.control("fault", {"kind": "503", "count": "all", "path": path})
    tokens = []
    for revoked in (True, False):
        s.sgauth("login", s.url, "--user", "quinn", "--again", "--password-stdin", text=f"{PASSWORD}\n")
        tokens.append(s.sgauth("token").stdout.decode().strip())
        if revoked:
            check(b"unreachable" in s.sgauth("revoke", "--json").stdout, "a session is revoked whose site cannot be told")
    secrets += tokens
    kept = {hit for hit, _ in scan_memory(s.daemon.pid, secrets)}
    check(kept == set(tokens), f"its token waits for the site, another is in use {kept}")
    s.daemon.send_signal(signal.SIGUSR1)
    for _ in range(500):
        if b"every credential was wiped" in (s.folder / "daemon.log").read_bytes():
            break
        threading.Event().wait(0.01)
    found = scan_memory(s.daemon.pid, secrets)
    check(not found, f"after SIGUSR1 no writable mapping of the daemon holds any {found or ''}")


def main():
    if os.geteuid() != 0:
        print("skipped: needs root, to read other processes")
        return 77
    s = stage()
    try:
        s.start_site()
        secrets = [PASSWORD, WRONG_PASSWORD, CODE, WRONG_CODE, KEY, WRONG_KEY]
        s.start_daemon()
        watched = process_watch(secrets)
        watched.start()
        drive(s, secrets)
        hits = watched.finish()
        check(watched.rounds > 2 and not hits, f"no argument list or environment of any long-lived process has one {hits or ''}")

        traces = s.exec_traces()
        check(traces.count(b"execve(") >= s.execs > 10 and not found_in(traces, secrets), f"nor any program that sgauth is or starts {found_in(traces, secrets) or ''}")
        s.traced("env", f"PLANTED={CODE}", "true", KEY)
        check(found_in(s.exec_traces(), secrets) == [CODE, KEY], "that trace finds planted ones")

        planted = subprocess.Popen(["sleep", "60"], env={"PLANTED": PASSWORD})
        positive = process_watch(secrets)
        positive.start()
        while positive.rounds < 1:
            positive.done.wait(0.01)
        check((PASSWORD, "environ") in positive.finish(), "that scan finds a planted one")
        planted.kill()
        planted.wait()

        before = {hit for hit, _ in scan_memory(s.daemon.pid, secrets)}
        check(before == {secrets[-1], KEY}, f"before the revoke the daemon's memory holds token and key, nothing else {before}")
        check(s.sgauth("revoke", "--all").returncode == 0, "all are revoked")
        after = scan_memory(s.daemon.pid, secrets)
        check(not after, f"after it no writable mapping of the daemon holds any {after or ''}")

        wipe_by_signal(s, secrets)

        s.log.flush()
        log = (s.folder / "daemon.log").read_bytes()
        check(b"added quinn" in log and not found_in(log, secrets), f"the log, at trace level, has none {found_in(log, secrets) or ''}")
        check(not found_in(s.outputs, secrets), f"no error text has one {found_in(s.outputs, secrets) or ''}")
        check(found_in(log + KEY.encode(), secrets) == [KEY], "that scan finds a planted one")
        files = [f for f in s.folder.rglob("*") if f.is_file() and not {"site", "execs"} & set(f.parts) and found_in(f.read_bytes(), secrets)]
        check(not files, f"no file has one {files or ''}")
    finally:
        s.close()
    return 1 if failures else 0


sys.exit(main())
