# SPDX-License-Identifier: Apache-2.0
"""Where the daemon is asked, and whether it is safe to: the rules of libsgauth (proto/address.hpp and
client/lib/connection_unix.cpp), which daemon and clients share."""

from __future__ import annotations

import os
import stat

from .errors import NoDaemon

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional

# A Unix socket's path has 108 bytes in the kernel, one of them for the end.
MAX_SOCKET_PATH = 107


class Address:
    """A socket's path and the folder that holds it; `uid` is who has to listen there."""

    __slots__ = ("socket", "directory", "uid")

    def __init__(self, socket: str, uid: int) -> None:
        size = len(os.fsencode(socket))
        if size > MAX_SOCKET_PATH:
            raise NoDaemon(
                "the socket's path has %d bytes, %d are possible: set SGAUTH_SOCKET to a shorter one (%s)"
                % (size, MAX_SOCKET_PATH, socket)
            )
        self.socket = socket
        self.directory = os.path.dirname(socket) or "/"
        self.uid = uid

    def is_there(self) -> bool:
        """Whether something stands at the path. Raises NoDaemon if others than the user and root decide what."""
        try:
            folder = os.stat(self.directory)
            socket = os.lstat(self.socket)
        except (FileNotFoundError, NotADirectoryError):
            return False
        except OSError as error:
            raise NoDaemon("cannot look at %s: %s" % (self.socket, error.strerror))
        others_write = folder.st_mode & (stat.S_IWGRP | stat.S_IWOTH) and not folder.st_mode & stat.S_ISVTX
        if not stat.S_ISDIR(folder.st_mode) or folder.st_uid not in (0, self.uid) or others_write:
            raise NoDaemon(
                "%s is not safe: another owns it or can write to it, so nothing is sent there" % self.directory
            )
        if not stat.S_ISSOCK(socket.st_mode) or socket.st_uid not in (0, self.uid):
            raise NoDaemon(
                "%s is not safe: it is no socket of this user, so nothing is sent there" % self.socket
            )
        return True


def _is_private(path: str, uid: int) -> Optional[bool]:
    """Whether it is a folder of the uid's own, no link, open to nobody else; None where there is nothing."""
    try:
        seen = os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError:
        return False
    return stat.S_ISDIR(seen.st_mode) and seen.st_uid == uid and not seen.st_mode & 0o077


def find(named: Optional[str] = None, run_user: str = "/run/user", tmp: str = "/tmp") -> Address:
    """The address for this process's effective uid: `named`, else SGAUTH_SOCKET, else the usual folders. Raises NoDaemon
    where a folder is there and is not ours alone: it is never passed over in silence."""
    uid = os.geteuid()
    runtime = os.environ.get("XDG_RUNTIME_DIR") or ""
    by_uid = "%s/%d" % (run_user, uid)
    base = "%s/sgauth-%d" % (tmp, uid)
    if runtime.startswith("/") and _is_private(runtime, uid):  # not if another user's (su, sudo)
        base = runtime + "/sgauth"
    elif _is_private(by_uid, uid):
        base = by_uid + "/sgauth"
    usual = base + "/agent.sock"
    socket = named or os.environ.get("SGAUTH_SOCKET") or usual
    if not socket.startswith("/"):
        raise NoDaemon("SGAUTH_SOCKET has to be an absolute path, and is " + socket)
    if socket == usual and _is_private(base, uid) is False:
        raise NoDaemon(
            base + " is not safe to use: it has to be a folder of your own, no link, with mode 0700; remove it"
        )
    return Address(socket, uid)
