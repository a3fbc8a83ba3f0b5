# SPDX-License-Identifier: Apache-2.0
"""One connection to the daemon: a call, its reply, the next call, or one stream. The other end is checked before the
first byte. What fails or runs out of time closes it, so that a late reply is never taken for the next one."""

from __future__ import annotations

import errno
import json
import os
import select
import socket
import struct
import time

from . import errors
from ._ends import Closed, Nobody

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List, Optional, Tuple

    from ._address import Address

MAX_MESSAGE = 1024 * 1024
_PIECE = 65536
_CREDENTIALS = struct.Struct("iII")  # struct ucred: pid, uid, gid
# A full backlog cannot be waited for by poll: connect says so at once, and a daemon that lives empties it in far less.
_BACKLOG_PAUSE = 0.005
# poll counts in milliseconds of an int: a longer wait is several of these.
_LONGEST_POLL = 3600.0


def left_until(deadline: float) -> float:
    return max(0.0, deadline - time.monotonic())


def _no_duplicates(pairs: List[Tuple[str, Any]]) -> Dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a member twice")
    return members


def _no_constant(text: str) -> Any:
    raise ValueError("no JSON: " + text)


def _parse(message: bytes) -> Dict[str, Any]:
    try:
        reply = json.loads(message.decode("utf-8"), object_pairs_hook=_no_duplicates, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise errors.not_understood() from None  # the text of a parser's error may hold a piece of the message
    if not isinstance(reply, dict):
        raise errors.not_understood()
    return reply


def _new_socket() -> socket.socket:
    made = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    if made.fileno() <= 2:  # a host that closed a standard stream would write into it
        import fcntl

        low = made.detach()
        made = socket.socket(fileno=fcntl.fcntl(low, fcntl.F_DUPFD_CLOEXEC, 3))
        os.close(low)
    made.setblocking(False)
    return made


def _connect(made: socket.socket, address: Address, deadline: float) -> None:
    while True:
        try:
            return made.connect(address.socket)
        except (FileNotFoundError, ConnectionRefusedError):
            raise Nobody() from None
        except OSError as error:
            if error.errno != errno.EAGAIN:
                raise errors.NoDaemon("cannot connect to %s: %s" % (address.socket, error.strerror)) from None
        if not left_until(deadline):
            raise errors.out_of_time()
        time.sleep(_BACKLOG_PAUSE)


def _check_listener(made: socket.socket, address: Address) -> None:
    """By the kernel's word for who called listen()."""
    uid = _CREDENTIALS.unpack(made.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size))[1]
    if uid != address.uid:
        raise errors.NoDaemon(
            "the listener at %s is user %d, not %d, so nothing is sent there" % (address.socket, uid, address.uid)
        )


class Line:
    """Raises Nobody where there is no daemon, NoDaemon where it is not safe to ask. One thread at a time."""

    def __init__(self, address: Address, deadline: float) -> None:
        if not address.is_there():
            raise Nobody()
        self.pid = os.getpid()
        self._buffer = bytearray()
        self._socket = _new_socket()
        try:
            _connect(self._socket, address, deadline)
            _check_listener(self._socket, address)
        except BaseException:
            self._socket.close()
            raise

    @property
    def is_inherited(self) -> bool:
        return self.pid != os.getpid()

    def fileno(self) -> int:
        return self._socket.fileno()

    def close(self) -> None:
        """In a forked child this closes its own copy alone."""
        if not self.is_inherited:
            try:
                self._socket.shutdown(socket.SHUT_RDWR)  # wakes a thread that waits, and is felt though a child has a copy
            except OSError:
                pass
        self._socket.close()

    def __del__(self) -> None:
        if hasattr(self, "_socket"):
            self._socket.close()

    def send(self, call: Dict[str, Any], deadline: float) -> None:
        try:
            text = json.dumps(call, ensure_ascii=False, allow_nan=False)
            bytes_left = memoryview(text.encode("utf-8") + b"\0")
        except (TypeError, ValueError):
            raise errors.InvalidParameter("that cannot be asked: it is no JSON, or no UTF-8") from None
        while bytes_left:
            try:
                sent = self._socket.send(bytes_left, socket.MSG_NOSIGNAL)
            except BlockingIOError:
                if not self._wait(select.POLLOUT, deadline):
                    raise errors.out_of_time() from None
                continue
            except OSError:
                raise Closed(True) from None
            bytes_left = bytes_left[sent:]

    def receive(self, deadline: float) -> Optional[Dict[str, Any]]:
        """The next message; None when the deadline passes, what has come of it is kept."""
        scanned = 0
        while True:
            end = self._buffer.find(0, scanned)
            if end < 0:
                scanned = len(self._buffer)
            if (scanned if end < 0 else end) > MAX_MESSAGE:
                raise errors.not_understood()
            if end >= 0:
                message = bytes(self._buffer[:end])
                del self._buffer[: end + 1]
                return _parse(message)
            if not self._take_in(deadline):
                return None

    def has_more(self) -> bool:
        return bool(self._buffer)

    def _take_in(self, deadline: float) -> bool:
        while True:
            try:
                piece = self._socket.recv(_PIECE)
            except BlockingIOError:
                if not self._wait(select.POLLIN, deadline):
                    return False
                continue
            except OSError:
                piece = b""
            if not piece:
                raise Closed(not self._buffer)
            self._buffer += piece
            return True

    def _wait(self, what: int, deadline: float) -> bool:
        poll = select.poll()
        try:
            poll.register(self._socket.fileno(), what)
        except ValueError:  # closed by another thread
            raise Closed(False) from None
        while True:
            left = left_until(deadline)
            if poll.poll(1000 * min(left, _LONGEST_POLL)):
                return True
            if left <= _LONGEST_POLL:
                return False
