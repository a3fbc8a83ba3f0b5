# SPDX-License-Identifier: Apache-2.0
"""shotgun_api3 connections that keep themselves logged in.

    import sgauth.shotgun

    sg = sgauth.shotgun.connect()       # a shotgun_api3.Shotgun, as the default user of the default site
    sg.find_one("Project", [], ["name"])

When the site rejects the credential, the daemon is told, the newer one is taken and the call is repeated, once. Nobody is
ever prompted in the host: where only a login helps, shotgun_api3's own AuthenticationFault says so."""

from __future__ import annotations

import sys

from . import _renewal, default_client, errors

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Optional

    from ._client import Client
    from ._values import Credential, Session

_OURS = ("script_name", "api_key", "login", "password", "session_token", "auth_token")
_classes: Dict[Any, Any] = {}


def connect(
    site: Optional[str] = None,
    user: Optional[str] = None,
    client: Optional[Client] = None,
    api: Any = None,
    **options: Any
) -> Any:
    """A shotgun_api3.Shotgun as `user` of `site`, by the defaults where left out; a script as well as a person.

    client   whom to ask; the process's own by default
    api      the module to take for shotgun_api3, such as Toolkit's tank_vendor.shotgun_api3
    options  what else shotgun_api3.Shotgun takes: http_proxy, ca_certs, connect, sudo_as_login, …

    Raises sgauth.Error where the daemon has no credential. Like any Shotgun object, for one thread at a time."""
    for name in _OURS:
        if name in options:
            raise TypeError("connect() has its credential from sgauth, so it takes no %s" % name)
    asked = client or default_client
    held = asked.get_credential(site, user, _renewal.FORMS)
    return _class_of(api or _find_api())(held, asked, options)


def _find_api() -> Any:
    try:
        import shotgun_api3  # type: ignore
    except ImportError:
        vendored = sys.modules.get("tank_vendor.shotgun_api3")
        if vendored is None:
            raise
        return vendored
    return shotgun_api3


def _class_of(api: Any) -> Any:
    """One class for each copy of shotgun_api3 that a process has."""
    made = _classes.get(api.Shotgun)
    if made is None:
        made = _classes.setdefault(api.Shotgun, _make_class(api.Shotgun, api.AuthenticationFault))
    return made


def as_parameters(held: Credential) -> Dict[str, Any]:
    """The credential in the words of shotgun_api3.Shotgun's constructor."""
    if held.form == "session_token":
        return {"session_token": held.token}
    return {"script_name": held.script_name, "api_key": held.script_key}


def _make_class(base: Any, fault: Any) -> Any:
    class Shotgun(base):  # type: ignore
        """A shotgun_api3.Shotgun whose credential comes from sgauth."""

        def __init__(self, held: Credential, client: Client, options: Dict[str, Any]) -> None:
            self._sgauth_client = client
            self._sgauth_held = held
            options.update(as_parameters(held))
            base.__init__(self, held.session.site, **options)

        @property
        def sgauth_session(self) -> Session:
            """Whose session this connection uses."""
            return self._sgauth_held.session

        def _call_rpc(self, *arguments: Any, **options: Any) -> Any:
            used = self._sgauth_held
            try:
                return base._call_rpc(self, *arguments, **options)
            except fault as rejected:
                self._sgauth_renew(used, rejected)
            return base._call_rpc(self, *arguments, **options)

        def _sgauth_renew(self, used: Credential, rejected: Exception) -> None:
            try:
                newer = _renewal.after_rejection(self._sgauth_client, used)
            except errors.Error as why:
                raise fault("%s (sgauth: %s)" % (rejected, why.with_advice())) from why
            self._sgauth_held = newer
            parameters = as_parameters(newer)
            for name in ("session_token", "script_name", "api_key"):
                setattr(self.config, name, parameters.get(name))

        def __repr__(self) -> str:
            return "<shotgun_api3.Shotgun as %s, by sgauth>" % self._sgauth_held.session

    return Shotgun
