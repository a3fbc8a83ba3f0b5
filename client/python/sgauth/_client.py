# SPDX-License-Identifier: Apache-2.0
"""The calls. One connection is kept for those that answer at once; each that may wait has its own."""

from __future__ import annotations

import time

from . import _address, _start, errors
from ._ends import Closed, Nobody
from ._values import Credential, Revoked, Session
from ._watch import Watch

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List, Optional, Sequence, Union

    from ._line import Line

INTERFACE = "io.sgauth.Agent."
STANDARD_TIMEOUT = 30.0
# A person finds a password or a phone within it.
PROMPT_TIMEOUT = 300.0
# Beyond any; so that it can be counted in milliseconds on the wire.
LONGEST_TIMEOUT = 7 * 86400.0
_KEPT = 1


class Client:
    """Asks the daemon of this user. Any number of threads may use one; so may a forked child, which gets connections of
    its own. Nothing is opened before the first call. Times are seconds; a call without `timeout` has 30 s, one that
    may wait for a person 5 min.

    socket  the path to ask at, instead of the usual one
    start   whether a call may start the daemon (SGAUTH_AUTOSTART=0 forbids it to all)"""

    def __init__(self, socket: Optional[str] = None, start: bool = True) -> None:
        self._named = socket
        self._may_start = start
        # append and pop are atomic: no lock, which a fork could copy in the hands of a thread that is no more.
        self._kept: List[Line] = []

    def get_user(
        self, site: Optional[str] = None, user: Optional[str] = None, timeout: Optional[float] = None
    ) -> Session:
        """Who is the user: the default one of the default site, unless it is said which. Never asks the site."""
        reply = self._ask("GetUser", {"site": site, "user": user}, timeout)
        return _session(reply)

    def get_credential(
        self,
        site: Optional[str] = None,
        user: Optional[str] = None,
        forms: Sequence[str] = ("session_token",),
        min_valid: int = 0,
        prompt: bool = False,
        timeout: Optional[float] = None,
    ) -> Credential:
        """A credential that can be used now.

        forms      in order of preference: session_token | script_key | bearer
        min_valid  how many seconds it has to last, at the least
        prompt     a person may be waited for; without it nobody ever is"""
        if min_valid < 0:
            raise errors.InvalidParameter("min_valid is how many seconds it has to last")
        if isinstance(forms, str):
            raise errors.InvalidParameter("forms is a list of words, such as (%r,)" % forms)
        seconds = _seconds(timeout, PROMPT_TIMEOUT if prompt else STANDARD_TIMEOUT)
        reply = self._ask("GetCredential", {
            "site": site,
            "user": user,
            "forms": list(forms),
            "min_valid_s": int(min_valid) or None,
            "prompt": True if prompt else None,
            "timeout_ms": _limit_ms(seconds),
        }, seconds, alone=prompt)
        form, secret = reply.get("form"), reply.get("credential")
        if not isinstance(form, str) or not isinstance(secret, dict):
            raise errors.not_understood()
        return Credential(_session(reply), form, secret)

    def report_rejected(
        self, rejected: Union[Credential, Session], timeout: Optional[float] = None
    ) -> Session:
        """The site rejected this credential: the daemon asks the site, once for all who report it. Returns the session as
        it is afterwards; ask again for the credential."""
        session = rejected.session if isinstance(rejected, Credential) else rejected
        seconds = _seconds(timeout, STANDARD_TIMEOUT)
        reply = self._ask("ReportRejected", {
            "id": session.id,
            "generation": session.generation,
            "timeout_ms": _limit_ms(seconds),
        }, seconds, alone=True)
        return _session(reply)

    def list_sessions(self, timeout: Optional[float] = None) -> List[Session]:
        """All sessions, by site, then user. Never starts the daemon."""
        reply = self._ask("List", {}, timeout, may_start=False)
        return _all(Session, reply.get("sessions"))

    def revoke(
        self,
        site: Optional[str] = None,
        user: Optional[str] = None,
        id: Optional[str] = None,
        all: bool = False,
        local: bool = False,
        timeout: Optional[float] = None,
    ) -> List[Revoked]:
        """Takes sessions away from every tool of this user: the one of `id`, or those of `site` and `user`, by the
        defaults where left out; `all` of them; `local` leaves the site alone."""
        seconds = _seconds(timeout, STANDARD_TIMEOUT)
        reply = self._ask("Revoke", {
            "site": site,
            "user": user,
            "id": id,
            "all": True if all else None,
            "local": True if local else None,
            "timeout_ms": _limit_ms(seconds),
        }, seconds, alone=True)
        return _all(Revoked, reply.get("revoked"))

    def watch(self, timeout: Optional[float] = None) -> Watch:
        """What happens to sessions, beginning with those that there are. Never starts the daemon. `timeout` is for the
        beginning alone."""
        deadline = time.monotonic() + _seconds(timeout, STANDARD_TIMEOUT)
        line = self._open(deadline, may_start=False)
        try:
            line.send({"method": INTERFACE + "Watch", "more": True}, deadline)
        except Closed:
            line.close()
            raise _closed() from None
        except BaseException:
            line.close()
            raise
        return Watch(line)

    def call(
        self, method: str, parameters: Optional[Dict[str, Any]] = None, timeout: Optional[float] = None
    ) -> Dict[str, Any]:
        """Any method that answers once, on a connection of its own; one without a dot in its name is ours. Returns the
        reply's parameters, which may hold a secret. Never repeated."""
        return self._ask(method, parameters or {}, timeout, alone=True)

    def close(self) -> None:
        """Closes what is kept open. The next call opens anew."""
        while True:
            try:
                self._kept.pop().close()
            except IndexError:
                return

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()

    def __repr__(self) -> str:
        return "<sgauth.Client at %s>" % (self._named or "the usual place")

    def _ask(
        self,
        method: str,
        parameters: Dict[str, Any],
        timeout: Optional[float],
        alone: bool = False,
        may_start: bool = True,
    ) -> Dict[str, Any]:
        deadline = time.monotonic() + _seconds(timeout, STANDARD_TIMEOUT)
        call = {
            "method": method if "." in method else INTERFACE + method,
            "parameters": {name: value for name, value in parameters.items() if value is not None},
        }
        line = None if alone else self._take()
        if line is not None:
            try:
                return self._exchange(line, call, deadline, keep=True)
            except Closed as end:
                if not end.before_reply:
                    raise _closed() from None
                # The daemon was restarted since: once more, on a new connection.
        try:
            return self._exchange(self._open(deadline, may_start), call, deadline, keep=not alone)
        except Closed:
            raise _closed() from None

    def _exchange(self, line: Line, call: Dict[str, Any], deadline: float, keep: bool) -> Dict[str, Any]:
        try:
            line.send(call, deadline)
            reply = line.receive(deadline)
            if reply is None:
                raise errors.out_of_time()
            # One reply to one call: what comes behind it would be taken for the next one.
            if reply.get("continues") or line.has_more():
                raise errors.not_understood()
        except BaseException:
            line.close()
            raise
        if keep and len(self._kept) < _KEPT:
            self._kept.append(line)
        else:
            line.close()
        fields = reply.get("parameters")
        fields = fields if isinstance(fields, dict) else {}
        if reply.get("error"):
            raise errors.from_reply(str(reply["error"]), fields)
        return fields

    def _take(self) -> Optional[Line]:
        while True:
            try:
                line = self._kept.pop()
            except IndexError:
                return None
            if not line.is_inherited:
                return line
            line.close()

    def _open(self, deadline: float, may_start: bool) -> Line:
        from ._line import Line

        address = _address.find(self._named)
        try:
            return Line(address, deadline)
        except Nobody:
            if not (may_start and self._may_start and _start.is_allowed()):
                raise errors.NoDaemon("no daemon listens at %s" % address.socket) from None
        _start.start(address, deadline)
        try:
            return Line(address, deadline)
        except Nobody:
            raise errors.NoDaemon("no daemon listens at %s" % address.socket) from None


def _seconds(timeout: Optional[float], default: float) -> float:
    if timeout is None:
        return default
    if not timeout >= 0:  # nor what is no number
        raise errors.InvalidParameter("a timeout cannot be negative")
    return min(timeout, LONGEST_TIMEOUT)


def _limit_ms(seconds: float) -> int:
    """What the daemon is told: a little less, so that its answer comes before our own deadline."""
    return max(1, int(1000 * (seconds - min(seconds / 10, 0.1))))


def _closed() -> errors.NoDaemon:
    return errors.NoDaemon("the daemon closed the connection without an answer")


def _session(reply: Dict[str, Any]) -> Session:
    session: Session = _all(Session, [reply.get("session")])[0]
    return session


def _all(kind: Any, items: Any) -> List[Any]:
    try:
        return [kind(item) for item in items]
    except (TypeError, ValueError, AttributeError):
        raise errors.not_understood() from None
