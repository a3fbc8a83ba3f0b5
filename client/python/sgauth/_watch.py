# SPDX-License-Identifier: Apache-2.0
"""What happens to sessions, as it happens."""

from __future__ import annotations

import time

from . import errors
from ._ends import Closed
from ._values import Event

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Iterator, List, Optional

    from ._line import Line

# A wait without a limit is many of these.
_LONG = 3600.0


class Watch:
    """First an Event `present` for each session, then `synced`, then what happens. Iterate over it in a thread of its own;
    or give fileno() to a notifier (select, QSocketNotifier) and take what pending() has each time that it fires. It raises
    NoDaemon when the daemon ends it: watch again, and the present state comes first. It belongs to the process that
    opened it. close() ends it, from any thread."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._is_closed = False

    def fileno(self) -> int:
        """To be polled for reading; -1 when closed."""
        return self._line.fileno()

    def next(self, timeout: Optional[float] = None) -> Optional[Event]:
        """The next event; None if the `timeout` (seconds; None: no limit) passes before."""
        deadline = None if timeout is None else time.monotonic() + timeout
        while True:
            self._check()
            until = time.monotonic() + _LONG if deadline is None else deadline
            try:
                reply = self._line.receive(until)
            except Closed:
                raise self._over("the daemon ended the watch") from None
            except errors.Error:
                self.close()
                raise
            if reply is not None:
                return self._event(reply)
            if deadline is not None:
                return None

    def pending(self) -> List[Event]:
        """All that is there by now; it never waits. Always take all: what is read stays in memory, where no notifier
        sees it."""
        events: List[Event] = []
        while True:
            event = self.next(0)
            if event is None:
                return events
            events.append(event)

    def close(self) -> None:
        self._is_closed = True
        self._line.close()

    def _check(self) -> None:
        if self._line.is_inherited:
            raise errors.NoDaemon("this watch is of another process: a forked child opens its own")
        if self._is_closed:
            raise errors.NoDaemon("this watch has ended")

    def _over(self, what: str) -> errors.NoDaemon:
        was_ours = self._is_closed
        self.close()
        return errors.NoDaemon("this watch has ended" if was_ours else what)

    def _event(self, reply: Any) -> Event:
        fields = reply.get("parameters")
        fields = fields if isinstance(fields, dict) else {}
        if reply.get("error"):
            self.close()
            raise errors.from_reply(str(reply["error"]), fields)
        try:
            return Event(fields)
        except (TypeError, ValueError):
            self.close()
            raise errors.not_understood() from None

    def __iter__(self) -> Iterator[Event]:
        return self

    def __next__(self) -> Event:
        try:
            event = self.next()
        except errors.NoDaemon:
            if self._is_closed and not self._line.is_inherited:
                raise StopIteration from None
            raise
        assert event is not None  # without a limit
        return event

    def __enter__(self) -> Watch:
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()
