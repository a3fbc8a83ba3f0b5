# SPDX-License-Identifier: Apache-2.0
"""For crash_points.py: a daemon whose disk dies at a chosen call, a site, what there is before it dies, and what a fresh daemon has
afterwards. Imported; takes SGAUTH SGAUTHD FPT_STAND_IN FPT_CONTROL LIBFAILING_DISK from the command line."""

import contextlib
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

import forget_keys

SGAUTH, SGAUTHD, STAND_IN, CONTROL, LIBRARY = sys.argv[1:6]
PHRASE = b"a phrase\n"
folder = pathlib.Path(tempfile.mkdtemp(prefix="sgauth-crash."))
state, plan, settings = folder / "state", folder / "plan", folder / "config/sgauth/config.toml"
# In the daemon's own folder: its fence lets nothing that runs in it write elsewhere.
machine = next((f.read_text().strip() for f in map(pathlib.Path, ("/etc/machine-id", "/var/lib/dbus/machine-id")) if f.exists()), "") or "local"
own = state / "sgauth" / machine
count = own / "count"
env = {
    "PATH": os.environ["PATH"],
    "HOME": str(folder / "home"),
    "XDG_RUNTIME_DIR": str(folder / "run"),
    "XDG_CONFIG_HOME": str(folder / "config"),
    "XDG_DATA_HOME": str(folder / "data"),
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


def start_daemon(more=None, kept=None):
    """Returns once it serves, or has ended. `kept`: what systemd has kept for it over a restart, as (name, content)."""
    global daemon
    reader, writer = os.pipe()
    passed = [writer]
    command = [SGAUTHD, "--ready-fd", str(writer)]
    given = env | (more or {})
    if kept:
        memory = os.memfd_create(kept[0], 0)
        os.write(memory, kept[1])
        passed.append(memory)
        given |= {"LISTEN_FDS": "1", "LISTEN_FDNAMES": kept[0]}
        command = ["sh", "-c", f'LISTEN_PID=$$ exec "$0" "$@" 3<&{memory}', *command]
    assert min(passed) > 3, "3 is what systemd passes"
    daemon = subprocess.Popen(command, env=given, stderr=log, pass_fds=passed)
    for fd in passed:
        os.close(fd)
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
    if user == "farm":  # a script
        return run("login", url, "--script", user, "--key-stdin", stdin=b"farm-key\n")
    return run("login", url, "--user", user, "--password-stdin", stdin=f"{user}-password\n".encode())


def set_up(text=""):
    settings.write_text(f'[site]\nca_file = "{folder}/site/ca.pem"\n{text}')


def wait_for(good):
    """Returns like a command: 0 once `good()`, 1 if the daemon ends first."""
    end = time.monotonic() + 5
    while time.monotonic() < end and daemon.poll() is None:
        if good():
            return 0, b""
        time.sleep(0.01)
    return 1, b""


def wipe():
    daemon.send_signal(signal.SIGUSR1)
    return wait_for(lambda: not (own / "sessions.sealed").exists())


def states():
    code, out = run("list", "--json")
    return {s["user"]: s["state"] for s in json.loads(out)} if code == 0 else {}


def grow_old():
    """All sessions end: they are over the age that the settings have until they did."""
    set_up('[renewal]\nmax_age = "1s"\n')
    daemon.send_signal(signal.SIGHUP)
    end = wait_for(lambda: "expired" in states().values())
    set_up()
    return end


def look(known, kept=None):
    """What a fresh daemon has: for each user whether it is the default and its token, one of those known before or a new one."""
    start_daemon(kept=kept)
    was_locked = "locked" in states().values()
    if was_locked:
        run("unlock", "--passphrase-stdin", stdin=PHRASE)
    seen = {}
    for s in json.loads(run("list", "--json")[1]):
        code, out = run("token", url, "--user", s["user"])
        token = out.decode().strip()
        seen[s["user"]] = (s["default"], known.get(token, "new") if code == 0 else f"exit {code}")
    daemon.terminate()  # it finishes what it writes
    daemon.wait()
    leavings = [p.name for p in own.iterdir() if ".new-" in p.name or ".bad-" in p.name]
    return json.dumps([was_locked, seen, leavings], sort_keys=True)


class world:
    """What there is before a step: made once and copied, or made anew each time where a keyring has the key. `place`: of the
    key. `key`: what the daemon that does the step has of it: "there", "typed" by a person, "away", or "lost" for good. `spoil`:
    what happens to the files then; a pair that it returns is what systemd keeps for the next daemon."""

    def __init__(self, users, then=(), place="credential", key="there", spoil=None):
        self.users, self.then, self.place, self.key, self.spoil = users, then, place, key, spoil
        self.copy = self.kept = None
        self.known = {}

    def make(self):
        shutil.rmtree(state, ignore_errors=True)
        plan.unlink(missing_ok=True)
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
        if self.users:
            place = json.loads(run("status", "--json")[1])["key_place"]
            assert place == self.place, f"the key is in {place}, not in {self.place}"
        for arguments in self.then:
            assert run(*arguments, stdin=PHRASE)[0] == 0, arguments
        time.sleep(0.05)
        kill_daemon()
        if self.key == "lost":
            forget_keys.forget(state)
        if self.spoil:
            self.kept = self.spoil()
        if self.place == "credential":
            self.copy = pathlib.Path(tempfile.mkdtemp(dir=folder))
            shutil.copytree(state, self.copy, dirs_exist_ok=True)


def attempt(start, step, what):
    """One try of the step, or of the start where there is none, with the disk as `what` says; returns whether it was reported as
    done, and whether the daemon died."""
    start.make()
    count.unlink(missing_ok=True)
    if not step:
        plan.write_text(what)
    away = {"CREDENTIALS_DIRECTORY": str(folder / "none")} if start.key == "away" else {}
    start_daemon(failing | away, start.kept)
    if start.key == "typed":
        assert run("unlock", "--passphrase-stdin", stdin=PHRASE)[0] == 0, "it does not open"
    plan.write_text(what)
    code = step()[0] if step else 0
    ended = died()
    kill_daemon()
    return code == 0, ended


@contextlib.contextmanager
def a_manager():
    """Stands in for systemd: what a daemon has it keep. Gives a function that says (name, content) of what it was given last."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as heard:
        heard.bind(str(folder / "notify"))
        heard.settimeout(5)

        def what_is_kept():
            while True:
                text, passed, _, _ = socket.recv_fds(heard, 4096, 1)
                if not passed:
                    continue
                name = dict(line.split("=", 1) for line in text.decode().splitlines())["FDNAME"]
                content = os.pread(passed[0], 1 << 20, 0)
                os.close(passed[0])
                return name, content

        try:
            yield {"NOTIFY_SOCKET": str(folder / "notify")}, what_is_kept
        finally:
            (folder / "notify").unlink()


def revoke_on_a_full_disk():
    """The store on the disk still has bob; what systemd keeps does not."""
    with a_manager() as (told, what_is_kept):
        start_daemon(failing | told)
        plan.write_text("fail 28 all")
        assert run("revoke", "--user", "bob", "--local")[0] == 1, "the disk takes it"
        kill_daemon()
        plan.unlink()
        return what_is_kept()


def damage_store():
    """Its header can be read, its seal is broken."""
    whole = (own / "sessions.sealed").read_bytes()
    (own / "sessions.sealed").write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))


def forget_ledger():
    for part in own.glob("audit.jsonl*"):
        part.unlink()


def die_between_two_records():
    """A login of bob's again, whose session is on the disk beside the old one."""
    before = pathlib.Path(tempfile.mkdtemp(dir=folder)) / "state"
    shutil.copytree(state, before)
    for what in ("count", "kill-after"):
        if what != "count":
            calls = count.read_text().split()
            what += f" {calls.index('rename:sessions.sealed') + 1}"
            shutil.rmtree(state)
            shutil.copytree(before, state)
        plan.unlink(missing_ok=True)
        start_daemon(failing)
        plan.write_text(what)
        log_in("bob")
        kill_daemon()
    count.unlink(missing_ok=True)
    plan.unlink()


@contextlib.contextmanager
def the_site():
    global site, url
    for name in ("home", "run", "config/sgauth", "site", "credentials", "state", "data/keyrings"):
        (folder / name).mkdir(mode=0o700, parents=True)
    (folder / "credentials/sgauth.vault-key").write_bytes(os.urandom(32))
    # It does as if nobody had logged out: what an older state has is still of use.
    command = [STAND_IN, "--dir", str(folder / "site"), "--web-session", "on", "--logout", "ignored"]
    site = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    try:
        url = site.stdout.readline().decode().split()[1]
        set_up()
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
