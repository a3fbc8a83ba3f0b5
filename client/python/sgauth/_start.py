# SPDX-License-Identifier: Apache-2.0
"""Starts the daemon where no systemd socket did: by `sgauth`, which knows the one order in which that is done (the user
manager first), the lock under which exactly one starts however many race, and the accounts that have none."""

from __future__ import annotations

import os
import time

from . import errors

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict, Iterator, Optional

    from ._address import Address

# `sgauth` gives the daemon 10 s; this is for its own start on a busy machine.
_LIMIT = 12.0
# What says who and where the user is, and what is ours; nothing of a host application's own (its library paths would
# load its libraries into ours), and nothing that decides trust or route.
_PASSED_ON = frozenset((
    "HOME", "USER", "LOGNAME", "PATH", "SHELL", "LANG", "TZ", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME", "XDG_STATE_HOME",
    "XDG_DATA_HOME", "DBUS_SESSION_BUS_ADDRESS", "SGAUTH_LOG", "SGAUTH_DAEMON",
))


def is_allowed() -> bool:
    return os.environ.get("SGAUTH_AUTOSTART") != "0"


def _places() -> Iterator[str]:
    here = os.path.dirname(os.path.abspath(__file__))
    packages = os.path.dirname(here)
    library = os.path.dirname(os.path.dirname(packages))
    if os.path.basename(packages) in ("dist-packages", "site-packages") and os.path.basename(library) == "lib":
        yield os.path.dirname(library) + "/bin"  # installed together
    for folder in os.environ.get("PATH", "").split(":"):
        if folder.startswith("/"):  # a relative one would be whatever folder the host is in
            yield folder
    yield "/usr/bin"
    yield "/usr/local/bin"
    yield os.path.expanduser("~/.local/bin")


def find_command() -> Optional[str]:
    for folder in _places():
        path = folder + "/sgauth"
        if os.path.isfile(path) and os.access(path, os.X_OK):
            return path
    return None


def _environment(address: Address) -> Dict[str, str]:
    passed = {name: text for name, text in os.environ.items() if name in _PASSED_ON or name.startswith("LC_")}
    passed["SGAUTH_SOCKET"] = address.socket
    return passed


def start(address: Address, deadline: float) -> None:
    """Returns when the daemon listens. Raises NoDaemon, and then says why it does not."""
    import subprocess

    command = find_command()
    if not command:
        raise errors.NoDaemon(
            "no daemon listens at %s and no `sgauth` is there to start it: install it, or add its folder to PATH"
            % address.socket
        )
    try:
        done = subprocess.run(
            [command, "call", "org.varlink.service.GetInfo"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
            env=_environment(address), cwd="/", start_new_session=True,
            timeout=max(0.1, min(_LIMIT, deadline - time.monotonic())),
        )
    except subprocess.TimeoutExpired:
        raise errors.NoDaemon("the daemon is not ready in time: run `sgauthd` by hand to see why") from None
    except OSError as error:
        raise errors.NoDaemon("cannot run %s: %s" % (command, error.strerror)) from None
    if done.returncode != 0:
        said = done.stderr.decode("utf-8", "replace").strip().split("\n")[0]
        raise errors.NoDaemon(said[len("sgauth: "):] if said.startswith("sgauth: ") else "the daemon did not start")
