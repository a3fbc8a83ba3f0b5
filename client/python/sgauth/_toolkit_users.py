# SPDX-License-Identifier: Apache-2.0
"""Which of tk-core's users in this process are the daemon's, and what the daemon says of them. Knows nothing of tk-core, and
outlives a swap of cores."""

from __future__ import annotations

from . import _renewal, default_client, errors

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict, Optional, Tuple

    from ._client import Client
    from ._values import Credential, Session


def _key(host: str, login: str) -> Tuple[str, str]:
    return str(host).strip().rstrip("/").lower(), str(login).strip().lower()


class Users:
    """Remembers whom the daemon gave to tk-core, never with what secret."""

    def __init__(self) -> None:
        self.client: Client = default_client
        self.all_are_ours = False  # since install()
        self._given: Dict[Tuple[str, str], Session] = {}

    def is_ours(self, host: Optional[str], login: Optional[str]) -> bool:
        if not host or not login:
            return False
        return self.all_are_ours or _key(host, login) in self._given

    def given(self, host: str, login: str) -> Optional[Session]:
        return self._given.get(_key(host, login))

    def credential(self, host: Optional[str], user: Optional[str]) -> Credential:
        """Raises Error. The user is ours from now on, under the host as tk-core spells it and as the daemon does."""
        held = self.client.get_credential(host or None, user or None, _renewal.FORMS)
        self._remember(host, held.session)
        return held

    def after_rejection(self, host: str, login: str, token: Optional[str]) -> Credential:
        """The site rejected `token` in the hands of that user. Raises Error."""
        held = self.credential(host, login)
        if held.token != token:
            return held  # newer already
        held = _renewal.after_rejection(self.client, held)
        self._remember(host, held.session)
        return held

    def revoke(self, host: str, login: str) -> None:
        try:
            self.client.revoke(host, login)
        except errors.NeedsLogin:
            pass  # it is as it is to be

    def _remember(self, host: Optional[str], session: Session) -> None:
        for spelling in {host or session.site, session.site}:
            self._given[_key(spelling, session.user)] = session


users = Users()
