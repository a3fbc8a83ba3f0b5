# SPDX-License-Identifier: Apache-2.0
"""Toolkit (tk-core), unmodified, with the daemon's user:

    from sgauth.toolkit import DefaultsManager

    user = sgtk.authentication.ShotgunAuthenticator(DefaultsManager()).get_user()

or, where nothing in the tool is to change, once and early:

    sgauth.toolkit.install()

Either way, for the daemon's users: no token is written to or read from authentication.yml, no window is opened when a session
dies (the newer token is taken, or AuthenticationError says what to do), are_credentials_expired() takes no outage for an
end, and clear_default_user() revokes. Importing this imports tk-core (`tank`, which has to be on sys.path)."""

from __future__ import annotations

import importlib

from ._toolkit_answers import Answers
from ._toolkit_hooks import attach
from ._toolkit_users import users

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Optional

__all__ = ["CoreDefaultsManager", "DefaultsManager", "install"]

_authentication = importlib.import_module("tank.authentication")
_answers = Answers(attach())


class DefaultsManager(_authentication.DefaultsManager):  # type: ignore
    """Who is the user, by the daemon. `user`: a login or a script's name, instead of the site's default user.

    Where nobody is logged in get_default_user() returns None, and get_user() raises AuthenticationError."""

    is_of_sgauth = True

    def __init__(self, fixed_host: Optional[str] = None, user: Optional[str] = None) -> None:
        self.user_of_sgauth = user
        super().__init__(fixed_host)

    def get_host(self) -> Optional[str]:
        return _answers.get_host(self)

    def get_login(self) -> Optional[str]:
        return _answers.get_login(self)

    def get_user_credentials(self) -> Optional[Dict[str, Any]]:
        return _answers.get_user_credentials(self)

    def set_host(self, host: str) -> None:
        _answers.set_host(self, host)

    def set_login(self, login: str) -> None:
        _answers.set_login(self, login)


class CoreDefaultsManager(_authentication.CoreDefaultsManager, DefaultsManager):  # type: ignore
    """The same at the site of the core's configuration: shotgun.yml says host, proxy and, unless masked, a script user; the
    daemon says the rest."""


def install() -> None:
    """From now on, in this process, sgauth is where Toolkit's sessions are: for every DefaultsManager that does not answer for
    itself, for users that are deserialised, and for the core that a bootstrap swaps to. It replaces functions of tk-core
    that are listed in sgauth/_toolkit_hooks.py, and is not taken back."""
    users.all_are_ours = True
    attach()
