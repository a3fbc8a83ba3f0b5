# SPDX-License-Identifier: Apache-2.0
"""For crash_points.py: a desktop's keyring that the daemon may use, on a session bus of its own. Imported."""

import contextlib
import shutil
import subprocess
import sys
import time

import crash_stage as stage


def start(ends, *command, **more):
    child = subprocess.Popen(command, env=stage.env, stderr=stage.log, **more)
    ends.callback(child.wait)
    ends.callback(child.kill)
    return child


def start_bus(ends):
    """A session bus on which is only what is started there; returns its address."""
    address = f"unix:path={stage.folder}/bus"
    allowed = '<allow send_destination="*"/><allow receive_sender="*"/><allow own="*"/>'
    (stage.folder / "bus.conf").write_text(f'<busconfig><listen>{address}</listen><policy context="default">{allowed}</policy></busconfig>')
    bus = start(ends, "dbus-daemon", f"--config-file={stage.folder}/bus.conf", "--nofork", "--print-address", stdout=subprocess.PIPE)
    return bus.stdout.readline().decode().strip()


def start_keyring(ends):
    """A gnome-keyring that is open, on the bus of `env`."""
    command = ["gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets"]
    keyring = start(ends, *command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
    keyring.stdin.write(b"keyring-password")
    keyring.stdin.close()
    asked = ["gdbus", "call", "--session", "--dest", "org.freedesktop.secrets", "--object-path", "/org/freedesktop/secrets/aliases/default"]
    asked += ["--method", "org.freedesktop.DBus.Properties.Get", "org.freedesktop.Secret.Collection", "Label"]
    end = time.monotonic() + 10
    while subprocess.run(asked, env=stage.env, capture_output=True, check=False).returncode != 0:
        assert time.monotonic() < end, "the keyring does not answer"
        time.sleep(0.05)


@contextlib.contextmanager
def opened():
    """A session bus with a gnome-keyring that is open; in `env` while it lasts."""
    for program in ("dbus-daemon", "gnome-keyring-daemon", "gdbus"):
        if not shutil.which(program):
            print(f"skipped: {program} is not installed")
            sys.exit(77)
    with contextlib.ExitStack() as ends:
        stage.env["DBUS_SESSION_BUS_ADDRESS"] = start_bus(ends)
        start_keyring(ends)
        yield
        del stage.env["DBUS_SESSION_BUS_ADDRESS"]
