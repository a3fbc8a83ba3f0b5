#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The daemon is killed at every call that changes the disk, of everything that people order; a fresh one then has what was before
or what was ordered, never anything else, and what was ordered if that had been reported.

Usage: crash_points.py SGAUTH SGAUTHD FPT_STAND_IN FPT_CONTROL LIBFAILING_DISK. Exit 0: held; 1: not; 77: cannot run here."""

import contextlib
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import forget_keys

SGAUTH, SGAUTHD, STAND_IN, CONTROL, LIBRARY = sys.argv[1:6]
PHRASE = b"a phrase\n"
folder = pathlib.Path(tempfile.mkdtemp(prefix="sgauth-crash."))
state, plan = folder / "state", folder / "plan"
# In the daemon's own folder: its fence lets nothing that runs in it write elsewhere.
machine = next((f.read_text().strip() for f in map(pathlib.Path, ("/etc/machine-id", "/var/lib/dbus/machine-id")) if f.exists()), "")
count = state / "sgauth" / (machine or "local") / "count"
env = {
    "PATH": os.environ["PATH"],
    "HOME": str(folder / "home"),
    "XDG_RUNTIME_DIR": str(folder / "run"),
    "XDG_CONFIG_HOME": str(folder / "config"),
    "XDG_STATE_HOME": str(state),
    "CREDENTIALS_DIRECTORY": str(folder / "credentials"),
    "SGAUTH_AUTOSTART": "0",
}
failing = {
    "LD_PRELOAD": LIBRARY,
    "FAILING_DISK_BELOW": str(state),
    "FAILING_DISK_PLAN": str(plan),
    "FAILING_DISK_COUNT": str(count),
}
site = daemon = url = None
log = open(folder / "log", "ab")


def start_daemon(more=None):
    """Returns once it serves, or has ended."""
    global daemon
    reader, writer = os.pipe()
    command = [SGAUTHD, "--ready-fd", str(writer)]
    daemon = subprocess.Popen(command, env=env | (more or {}), stderr=log, pass_fds=[writer])
    os.close(writer)
    os.read(reader, 1)
    os.close(reader)


def kill_daemon():
    daemon.kill()
    daemon.wait()


def died():
    """Whether the daemon ends by itself: what it does after its reply counts too."""
    try:
        daemon.wait(timeout=0.5)
    except subprocess.TimeoutExpired:
        return False
    return True


def run(*arguments, stdin=b""):
    done = subprocess.run([SGAUTH, *arguments], env=env, input=stdin, capture_output=True, timeout=30, check=False)
    return done.returncode, done.stdout


def log_in(user):
    return run("login", url, "--user", user, "--password-stdin", stdin=f"{user}-password\n".encode())


def wipe():
    """Returns like a command: 0 once nothing of the store is left."""
    daemon.send_signal(signal.SIGUSR1)
    end = time.monotonic() + 5
    while time.monotonic() < end and daemon.poll() is None:
        if not list(state.glob("sgauth/*/sessions.sealed")):
            return 0, b""
        time.sleep(0.01)
    return 1, b""


def look(known):
    """What a fresh daemon has: for each user whether it is the default and its token, one of those known before or a new one."""
    start_daemon()
    was_locked = any(s["state"] == "locked" for s in json.loads(run("list", "--json")[1]))
    if was_locked:
        run("unlock", "--passphrase-stdin", stdin=PHRASE)
    seen = {}
    for s in json.loads(run("list", "--json")[1]):
        code, out = run("token", url, "--user", s["user"])
        token = out.decode().strip()
        seen[s["user"]] = (s["default"], known.get(token, "new") if code == 0 else f"exit {code}")
    daemon.terminate()  # it finishes what it writes
    daemon.wait()
    leavings = [p.name for p in state.glob("sgauth/*/*") if ".new-" in p.name or ".bad-" in p.name]
    return json.dumps([was_locked, seen, leavings], sort_keys=True)


class world:
    """What there is before a step: made once and copied, or made anew each time where the kernel's keyring has the key. `key`: what
    the daemon that does the step has of it: "there", "typed" by a person, "away", or "lost" for good."""

    def __init__(self, users, then=(), place="credential", key="there"):
        self.users, self.then, self.place, self.key, self.copy = users, then, place, key, None
        self.known = {}

    def make(self):
        shutil.rmtree(state, ignore_errors=True)
        if self.copy:
            shutil.copytree(self.copy, state)
            return
        state.mkdir(mode=0o700)
        env["CREDENTIALS_DIRECTORY"] = str(folder / ("credentials" if self.place == "credential" else "none"))
        start_daemon()
        self.known.clear()
        for user in self.users:
            assert log_in(user)[0] == 0, f"{user} cannot log in"
            self.known[run("token", url, "--user", user)[1].decode().strip()] = f"{user}'s"
        for arguments in self.then:
            assert run(*arguments, stdin=PHRASE)[0] == 0, arguments
        time.sleep(0.05)
        kill_daemon()
        if self.key == "lost":
            forget_keys.forget(state)
        if self.place == "credential":
            self.copy = pathlib.Path(tempfile.mkdtemp(dir=folder))
            shutil.copytree(state, self.copy, dirs_exist_ok=True)


def attempt(start, step, what):
    """One try of the step with the disk as `what` says; returns whether it was reported as done, and whether the daemon died."""
    start.make()
    plan.unlink(missing_ok=True)
    count.unlink(missing_ok=True)
    start_daemon(failing | ({"CREDENTIALS_DIRECTORY": str(folder / "none")} if start.key == "away" else {}))
    if start.key == "typed":
        assert run("unlock", "--passphrase-stdin", stdin=PHRASE)[0] == 0, "it does not open"
    plan.write_text(what)
    code, _ = step()
    ended = died()
    kill_daemon()
    return code == 0, ended


def try_step(name, start, step, between=()):
    """`between`: what else a crash may leave."""
    start.make()
    before = look(start.known)
    done, _ = attempt(start, step, "count")
    calls = count.read_text().split()
    after = look(start.known)
    assert done and (before != after or name == "rekey"), f"{name}: the step does nothing: {before}; {after}; {done}"
    stored = calls.index("rename:sessions.sealed") + 1 if name.startswith("login") else 0
    plans = ["kill-before 1"] + [f"kill-after {n}" for n in range(1, len(calls) + 1)]
    plans += [f"kill-within {n}" for n, call in enumerate(calls, 1) if call.startswith("write:")]
    for what in plans:
        done, ended = attempt(start, step, what)
        found = look(start.known)
        n = int(what.split()[1])
        is_one_shot = name.startswith("login") and n >= stored and not what.startswith("kill-before")
        allowed = [after] if done or is_one_shot else [before, after, *between]
        if is_one_shot and not done:  # its answer is durable before all else; whether it is the default follows
            allowed.append(with_default_of(before, after))
        if found not in allowed or (not ended and n < len(calls)):
            raise AssertionError(f"{name}, {what} of {calls}: {found}; before: {before}; after: {after}; reported: {done}")
    print(f"ok      {name}: {len(plans)} crash points, {len(calls)} calls")


def with_default_of(before, after):
    old, new = json.loads(before)[1], json.loads(after)
    for user in new[1]:
        new[1][user][0] = old.get(user, [False])[0]
    return json.dumps(new, sort_keys=True)


def main():
    none, bob, both = world([]), world(["bob"]), world(["bob", "joe"])
    try_step("login, the first", none, lambda: log_in("bob"))
    try_step("login, a second user", bob, lambda: log_in("joe"))
    try_step("login, the same user again", bob, lambda: log_in("bob"))
    try_step("default", both, lambda: run("default", url, "--user", "joe"))
    try_step("revoke", both, lambda: run("revoke", "--user", "bob"))
    try_step("lock", both, lambda: run("lock"))
    try_step("unlock", world(["bob"], [["lock"]]), lambda: run("unlock"))
    try_step("rekey", bob, lambda: run("vault", "--rekey"))
    try_step("move", bob, lambda: run("vault", "passphrase", "--passphrase-stdin", stdin=PHRASE))
    try_step("wipe", both, wipe)
    in_keyring = world(["bob", "joe"], place="keyring")
    try_step("revoke, the keyring's key", in_keyring, lambda: run("revoke", "--user", "bob"))
    locked = world(["bob", "joe"], [["lock"]])
    try_step("revoke, while locked", locked, lambda: run("revoke", "--user", "bob"))
    typed = world(["bob", "joe"], [["vault", "passphrase", "--passphrase-stdin"]], key="typed")
    try_step("revoke, with a passphrase", typed, lambda: run("revoke", "--user", "bob"))
    away = world(["bob"], key="away")
    try_step("reset, while the key is away", away, lambda: run("vault", "--reset"))
    lost = world(["bob"], place="keyring", key="lost")
    nothing_yet = json.dumps([False, {}, ["sessions.sealed.bad-1"]])  # the old store is aside, and there is no new one
    try_step("login, where the key is lost", lost, lambda: log_in("joe"), [nothing_yet])


@contextlib.contextmanager
def the_site():
    global site, url
    for name in ("home", "run", "config/sgauth", "site", "credentials", "state"):
        (folder / name).mkdir(mode=0o700, parents=True)
    (folder / "credentials/sgauth.vault-key").write_bytes(os.urandom(32))
    # It does as if nobody had logged out: what an older state has is still of use.
    command = [STAND_IN, "--dir", str(folder / "site"), "--web-session", "on", "--logout", "ignored"]
    site = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    try:
        url = site.stdout.readline().decode().split()[1]
        (folder / "config/sgauth/config.toml").write_text(f'[site]\nca_file = "{folder}/site/ca.pem"\n')
        joe = '{"login":"joe","password":"joe-password"}'
        subprocess.run([CONTROL, folder / "site", "person", joe], check=True, stdout=subprocess.DEVNULL)
        yield
    finally:
        for child in (site, daemon):
            if child:
                child.kill()
                child.wait()
        forget_keys.forget(state)
        shutil.rmtree(folder)


if __name__ == "__main__":
    with the_site():
        try:
            main()
        except AssertionError as why:
            print(f"FAILED  {why}")
            print((folder / "log").read_text()[-1000:])
            sys.exit(1)
