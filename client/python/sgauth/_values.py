# SPDX-License-Identifier: Apache-2.0
"""What the daemon says, as values. A secret stands in none of their texts, and is never pickled by accident."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Optional, Tuple


class _Value:
    """Read once from a reply; its members are fixed."""

    __slots__: Tuple[str, ...] = ()
    _optional: Tuple[str, ...] = ()  # members that may be missing

    def __init__(self, members: Dict[str, Any]) -> None:
        for name in self.__slots__:
            wire = name.rstrip("_")
            if wire not in members and name not in self._optional:
                raise ValueError("a reply without " + wire)
            object.__setattr__(self, name, members.get(wire))

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError("a value of the daemon's does not change")

    __delattr__ = None  # type: ignore

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return all(getattr(self, name) == getattr(other, name) for name in self.__slots__)

    def __hash__(self) -> int:
        return hash(tuple(getattr(self, name) for name in self.__slots__))

    def __repr__(self) -> str:
        shown = ", ".join("%s=%r" % (name, getattr(self, name)) for name in self.__slots__)
        return "%s(%s)" % (type(self).__name__, shown)

    def __reduce__(self) -> Any:
        return (type(self), ({name.rstrip("_"): getattr(self, name) for name in self.__slots__},))


class Session(_Value):
    """What is known of one session; never a secret. The members are those of `Session` in io.sgauth.Agent.

    state: valid | unverified | expired | locked, and what later versions add. kind: human | script."""

    __slots__ = (
        "id", "site", "kind", "user", "state", "reason", "default", "created_at", "verified_at", "expires_at",
        "generation",
    )
    _optional = ("reason", "verified_at", "expires_at")
    if TYPE_CHECKING:
        id: str
        site: str
        kind: str
        user: str
        state: str
        reason: Optional[str]
        default: bool
        created_at: int
        verified_at: Optional[int]
        expires_at: Optional[int]
        generation: int

    @property
    def is_human(self) -> bool:
        return self.kind == "human"

    def __str__(self) -> str:
        return "%s @ %s" % (self.user, self.site)


class Event(_Value):
    """What happened. event: present | synced | added | renewed | unverified | expired | revoked | locked | unlocked |
    default, and what later versions add. `synced` and some others come without a session."""

    __slots__ = ("event", "session")
    if TYPE_CHECKING:
        event: str
        session: Optional[Session]

    def __init__(self, members: Dict[str, Any]) -> None:
        held = members.get("session")
        _Value.__init__(self, {
            "event": members.get("event", ""),
            "session": Session(held) if isinstance(held, dict) else held,
        })


class Revoked(_Value):
    """What became of a session that was taken away; `at_site` as the description of io.sgauth.Agent says."""

    __slots__ = ("id", "site", "user", "kind", "at_site", "accepted_until")
    _optional = ("accepted_until",)
    if TYPE_CHECKING:
        id: str
        site: str
        user: str
        kind: str
        at_site: str
        accepted_until: Optional[int]


class Credential:
    """A secret and whose it is. `form` tells which of the others is there: session_token: `token`; script_key:
    `script_name` and `script_key`; bearer: `bearer`. Python cannot wipe its strings: let go of it soon."""

    __slots__ = ("session", "form", "token", "script_name", "script_key", "bearer")
    if TYPE_CHECKING:
        session: Session
        form: str
        token: Optional[str]
        script_name: Optional[str]
        script_key: Optional[str]
        bearer: Optional[str]

    def __init__(self, session: Session, form: str, secret: Dict[str, Any]) -> None:
        self.session = session
        self.form = form
        for name in ("token", "script_name", "script_key", "bearer"):
            setattr(self, name, secret.get(name))

    @property
    def is_verified(self) -> bool:
        """False: the site could not be asked lately; it may reject this."""
        return self.session.state == "valid"

    def __repr__(self) -> str:
        return "<%s of %s>" % (self.form, self.session)

    def __reduce__(self) -> Any:
        raise TypeError("a credential is not pickled: ask the daemon where it is needed")

    __copy__ = __deepcopy__ = None
