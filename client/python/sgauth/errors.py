# SPDX-License-Identifier: Apache-2.0
"""What can go wrong, one class for each error of io.sgauth.Agent, by what the caller does next.

`exit_code` is the number that `sgauth` ends with and libsgauth's status; `advice` says what a person can do. The message
is for people. `foreign` holds the site's own words where there are any: plain text, to be shown as such."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List, Optional, Type

    from ._values import Session


class Error(Exception):
    """The base of all, and what an error is that this version does not know."""

    name = "Failed"
    exit_code = 1
    advice = "see the message; `sgauth status` tells what is wrong with the daemon"

    def __init__(self, message: str, fields: Optional[Dict[str, Any]] = None) -> None:
        Exception.__init__(self, message)
        self.message = message
        self.fields = fields or {}

    def __reduce__(self) -> Any:
        return (type(self), (self.message, self.fields))

    @property
    def foreign(self) -> Optional[str]:
        return self.fields.get("foreign")

    def with_advice(self) -> str:
        """The message, and what to do, for a dialog or a log."""
        return "%s; %s" % (self.message, self.advice)


class NeedsLogin(Error):
    """3: there is no usable session, and a login makes one. Caught for all three that follow."""

    exit_code = 3
    advice = "run `sgauth login`"

    @property
    def session(self) -> Optional[Session]:
        """The session that has ended or cannot last; none where there never was one."""
        from ._values import Session

        held = self.fields.get("session")
        return Session(held) if held else None


class NoSession(NeedsLogin):
    """Nothing is held for that site and user."""

    name = "NoSession"


class Expired(NeedsLogin):
    """It was held and has ended."""

    name = "Expired"


class CannotLastThatLong(NeedsLogin):
    """It is held, but not for as long as `min_valid` asks for."""

    name = "CannotLastThatLong"

    @property
    def longest(self) -> int:
        """The most seconds that can be had."""
        return int(self.fields.get("longest_s", 0))


class UsageError(Error):
    """2: the question itself is wrong."""

    name = "InvalidParameter"
    exit_code = 2
    advice = "name the site (and the user) in full; `sgauth list` shows them"


class Ambiguous(UsageError):
    """Several would fit."""

    name = "Ambiguous"

    @property
    def choices(self) -> List[str]:
        return list(self.fields.get("choices", ()))


class InvalidSite(UsageError):
    """That is not the address of a site."""

    name = "InvalidSite"


class InvalidParameter(UsageError):
    """A parameter is missing, unknown or of the wrong type."""


class ExpectedMore(UsageError):
    """The method answers in a stream only."""

    name = "ExpectedMore"


class FormUnavailable(Error):
    """1: the session has no credential in a form that was asked for."""

    name = "FormUnavailable"

    @property
    def forms(self) -> List[str]:
        """The forms that it has."""
        return list(self.fields.get("forms", ()))


class Refused(Error):
    """4: the site refused the password, code or key."""

    name = "Refused"
    exit_code = 4
    advice = "check the login, password and code, and run `sgauth login` again"


class Unreachable(Error):
    """5: the site could not be asked. Nobody is logged out by that."""

    name = "Unreachable"
    exit_code = 5
    advice = "check the network, the proxy and the certificate authority, then try again"


class TimedOut(Unreachable):
    """5: out of time, the daemon's or the caller's."""

    name = "TimedOut"


class Denied(Error):
    """6: not now, or not you."""

    name = "Denied"
    exit_code = 6
    advice = "`sgauth status` tells why and until when"

    @property
    def retry_at(self) -> Optional[int]:
        """Unix seconds, where it is a matter of time."""
        return self.fields.get("retry_at")


class PermissionDenied(Denied):
    """Not for this peer."""

    name = "PermissionDenied"


class NoDaemon(Error):
    """7: no daemon, or one that is not ours. Nothing was sent to it."""

    name = "NoDaemon"
    exit_code = 7
    advice = "start the daemon: `systemctl --user start sgauthd.socket`, or run `sgauth login`"


class Cancelled(Error):
    """130: the person cancelled."""

    name = "Cancelled"
    exit_code = 130
    advice = "run the command again to go on"


class Busy(Error):
    """1: a limit of the daemon; try again after a pause."""

    name = "Busy"


class NoSuchLogin(Error):
    """1: no login of that name, or not ours to answer."""

    name = "NoSuchLogin"


class Failed(Error):
    """1: everything else."""


class NotOffered(Error):
    """1: the daemon does not know what was asked; it is older than this client."""

    name = "MethodNotFound"


class InterfaceNotFound(NotOffered):
    """No such interface."""

    name = "InterfaceNotFound"


class MethodNotFound(NotOffered):
    """No such method."""


class MethodNotImplemented(NotOffered):
    """The method is described but not offered."""

    name = "MethodNotImplemented"


_OURS = (
    NoSession, Expired, CannotLastThatLong, Ambiguous, InvalidSite, FormUnavailable, Refused, Unreachable, TimedOut,
    Denied, Cancelled, Busy, NoSuchLogin, Failed,
)
_STANDARD = (
    InterfaceNotFound, MethodNotFound, MethodNotImplemented, InvalidParameter, PermissionDenied, ExpectedMore,
)
BY_NAME: Dict[str, Type[Error]] = {}
for _kind in _OURS:
    BY_NAME["io.sgauth.Agent." + _kind.name] = _kind
for _kind in _STANDARD:
    BY_NAME["org.varlink.service." + _kind.name] = _kind


def from_reply(name: str, fields: Dict[str, Any]) -> Error:
    """The error that a reply tells of."""
    kind = BY_NAME.get(name, Error)
    message = fields.get("message")
    if not isinstance(message, str) or not message:
        # The standard errors have a subject alone, and foreign ones may have anything: only what can be printed.
        subjects = [value for value in fields.values() if isinstance(value, str)]
        message = "the daemon answered " + ": ".join(ascii(text[:80])[1:-1] for text in [name] + subjects)
    return kind(message, fields)


def not_understood() -> Error:
    return Failed("the daemon's answer is not understood; are daemon and client of one version?")


def out_of_time() -> Error:
    return TimedOut("the daemon did not answer within the time that was given")
