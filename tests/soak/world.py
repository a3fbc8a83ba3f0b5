# SPDX-License-Identifier: Apache-2.0
"""The daemon: its settings, its lives one after the other, its clock, and what can be seen of it from outside."""
import os
import pathlib
import signal
import struct
import subprocess
import time

import wire

SLOWEST_STOP = 3.0  # it promises 2 s after SIGTERM; the machine may be busy
NO_DESCRIPTORS = "not visible: Linux 6.2 shows them, an older one to root"
NEVER_STORED = "nothing is stored"  # how Status says that sessions end with the daemon


def open_descriptors(pid):
    """How many a process has open, or None. Of one that cannot be dumped only root may list them; since Linux 6.2 their
    number is the folder's size, to everybody."""
    try:
        folder = f"/proc/{pid}/fd"
        return os.stat(folder).st_size or len(os.listdir(folder))
    except OSError:
        return None


class Daemon:
    def __init__(self, program, preload, scratch, report):
        self.program, self.preload, self.report = program, preload, report
        self.scratch = pathlib.Path(scratch)
        for name in ("home", "run", "state", "config", "credentials"):
            (self.scratch / name).mkdir(mode=0o700)
        self.socket = str(self.scratch / "run" / "agent.sock")
        self.log = self.scratch / "daemon.log"
        self.settings = self.scratch / "config" / "settings.toml"
        self.shift_file, self.names_file = self.scratch / "clock", self.scratch / "names"
        self.shift(0)
        self.names_file.write_bytes(bytes(16))
        key = self.scratch / "credentials" / "sgauth.vault-key"
        key.write_bytes(os.urandom(32))
        key.chmod(0o400)
        self.process = None
        self.first_descriptors = None
        self.backend = "memory"

    # --- settings and clock ---

    def write_settings(self, sites, extra=""):
        """sites: (url, ca file, keys). Replaced as a whole: a reload must not read half of it."""
        text = f'[vault]\nbackend = "{self.backend}"\nkeep_key_over_restart = true\n'
        text += f'[site]\ntimeout = "4s"\ndefault = "{sites[0][0]}"\n[renewal]\nverify_wait = "300ms"\n{extra}'
        for url, authority, keys in sites:
            text += f'[sites."{url}"]\nca_file = "{authority}"\n' + "".join(f"{k} = {v}\n" for k, v in keys.items())
        fresh = self.settings.with_suffix(".new")
        fresh.write_text(text)
        fresh.rename(self.settings)

    def shift(self, seconds):
        """Moves the wall clock of this life and the next ones: the file is mapped, so it is written in place."""
        self.shifted = seconds
        with open(self.shift_file, "r+b" if self.shift_file.exists() else "wb") as file:
            file.write(struct.pack("=q", seconds))

    def lose_names(self, are_lost):
        """Whether no name server answers, in this life and the next ones. Mapped, too."""
        with open(self.names_file, "r+b") as file:
            file.write(struct.pack("=q", are_lost))

    def names_missed(self):
        """How often it looked for the sites' name meanwhile."""
        return struct.unpack("=qq", self.names_file.read_bytes())[1]

    # --- lives ---

    def environment(self):
        scratch = self.scratch
        own = {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "HOME": scratch / "home", "SGAUTH_LOG": "info",
               "XDG_RUNTIME_DIR": scratch / "run", "XDG_STATE_HOME": scratch / "state",
               "XDG_CONFIG_HOME": scratch / "config", "CREDENTIALS_DIRECTORY": scratch / "credentials"}
        if self.preload:
            own.update(LD_PRELOAD=self.preload, SGAUTH_CLOCK_SHIFT=self.shift_file, SGAUTH_LOST_NAMES=self.names_file)
        return {name: str(value) for name, value in own.items()}

    def start(self):
        """A new life, listening when this returns."""
        reading, writing = os.pipe()
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [self.program, "--socket", self.socket, "--config", str(self.settings), "--ready-fd", str(writing)],
                env=self.environment(), stdin=subprocess.DEVNULL, stdout=log, stderr=log, pass_fds=(writing,))
        os.close(writing)
        with os.fdopen(reading, "rb") as ready:
            if ready.read(1) != b"1":
                raise RuntimeError(f"sgauthd does not start: {self.log_end()}")
        self.report.count("done", "daemon started")

    def is_gone(self):
        return self.process is None or self.process.poll() is not None

    def kill(self):
        self.note_memory()
        self.process.kill()
        self.process.wait()
        self.report.count("done", "kill -9")

    def stop(self):
        """By SIGTERM; false if it took too long or ended badly."""
        self.note_memory()
        began = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        try:
            code = self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            code = self.process.wait()
        took = time.monotonic() - began
        self.report.count("done", "SIGTERM")
        self.report.peak("slowest end after SIGTERM, ms", int(took * 1000))
        return code == 0 and took < SLOWEST_STOP

    def reload(self):
        self.process.send_signal(signal.SIGHUP)
        self.report.count("done", "SIGHUP")

    def wipe(self):
        """SIGUSR1; whether it says so in the log, as it has no other way."""
        said = "every credential was wiped"
        before = self.log.read_text(errors="replace").count(said)
        self.process.send_signal(signal.SIGUSR1)
        self.report.count("done", "SIGUSR1")
        return wire.await_that(lambda: self.log.read_text(errors="replace").count(said) > before, 10)

    # --- seen from outside ---

    def status(self):
        return wire.call(self.socket, "Status")

    def stores(self):
        return not self.status()["storage"].startswith(NEVER_STORED)

    def descriptors(self):
        return open_descriptors(self.process.pid)

    def note_memory(self):
        try:
            lines = pathlib.Path(f"/proc/{self.process.pid}/status").read_text().splitlines()
        except OSError:
            return
        for line in lines:
            if line.startswith("VmHWM:"):
                self.report.peak("peak memory of all lives (VmHWM), KiB", int(line.split()[1]))

    def log_end(self, lines=30):
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])
