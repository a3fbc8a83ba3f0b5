# SPDX-License-Identifier: Apache-2.0
"""What a DefaultsManager of tk-core answers when the daemon knows who the user is. The precedence stays tk-core's (facts/fptr.md
H.1): a fixed host first, toolkit.ini and shotgun.yml where the daemon knows nobody."""

from __future__ import annotations

from . import errors
from ._toolkit_users import users

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Dict, Optional

    from ._toolkit_hooks import Core
    from ._values import Session


class Answers:
    """Each takes the manager that is asked; `core` has what tk-core's own would answer."""

    def __init__(self, core: Core) -> None:
        self._core = core

    def method(self, name: str) -> Callable[..., Any]:
        answer = getattr(self, name)
        return lambda manager, *arguments: answer(manager, *arguments)

    def get_host(self, manager: Any) -> Optional[str]:
        session = None if manager.is_host_fixed() else _session(manager, None)
        host: Optional[str] = session.site if session else self._official("get_host", manager)
        return host

    def get_login(self, manager: Any) -> Optional[str]:
        session = _session(manager, self._fixed_host(manager))
        if session is None:
            official: Optional[str] = self._official("get_login", manager)
            return official
        return session.user if session.is_human else None  # a script has none in tk-core

    def get_user_credentials(self, manager: Any) -> Optional[Dict[str, Any]]:
        host = self._fixed_host(manager)
        user = _user(manager)
        try:
            try:
                held = users.credential(host, user)
            except errors.Ambiguous:
                # Several sites, and no default: the one that Toolkit was at last, or that toolkit.ini names.
                host = self._official("get_host", manager)
                if not host:
                    return None
                held = users.credential(host, user)
        except errors.NeedsLogin:
            return None  # there is no default user
        except errors.Error as why:
            raise self._core.failure(why) from why
        where = host or held.session.site
        if held.form == "script_key":
            return {"host": where, "api_script": held.script_name, "api_key": held.script_key}
        return {"host": where, "login": held.session.user, "session_token": held.token}

    def set_host(self, manager: Any, host: str) -> None:
        """Nothing: who is the default is said by `sgauth default`, for all tools."""

    def set_login(self, manager: Any, login: str) -> None:
        """Nothing, as set_host."""

    def _fixed_host(self, manager: Any) -> Optional[str]:
        return manager.get_host() if manager.is_host_fixed() else None

    def _official(self, name: str, manager: Any) -> Any:
        return self._core.manager_methods[name](manager)


def _user(manager: Any) -> Optional[str]:
    return getattr(manager, "user_of_sgauth", None)


def _session(manager: Any, host: Optional[str]) -> Optional[Session]:
    """Also one that has expired. None where the daemon cannot tell: this is asked for to fill a form in."""
    try:
        return users.client.get_user(host or None, _user(manager))
    except errors.Error:
        return None
