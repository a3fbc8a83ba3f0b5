# SPDX-License-Identifier: Apache-2.0
"""What is replaced in a loaded tk-core, for the daemon's users alone (all, since install()): where it would keep a token in a
file, read one from there, or open a window of its own. Everybody else's are left as they are.

tk-core's modules name each other's functions by module (`session_cache.get_session_data`), so each is replaced in one
place. The swap of cores of a bootstrap is followed: the new one is treated as the old one was."""

from __future__ import annotations

import importlib
import warnings

from . import errors
from ._toolkit_users import users

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Optional

_MARK = "_sgauth_core"
_manager_methods = ("get_host", "get_login", "get_user_credentials", "set_host", "set_login")


class Core:
    """One loaded tk-core: what it did before. All of it is looked up before anything is replaced."""

    def __init__(self, authentication: Any) -> None:
        def module(name: str) -> Any:
            return importlib.import_module(authentication.__name__ + "." + name)

        self.error = authentication.AuthenticationError
        self.manager = authentication.DefaultsManager
        self.authenticator = authentication.ShotgunAuthenticator
        self.cache = module("session_cache")
        self.dialogs = module("interactive_authentication")
        self.session_user = module("user_impl").SessionUser
        self.get_session_data = self.cache.get_session_data
        self.cache_session_data = self.cache.cache_session_data
        self.delete_session_data = self.cache.delete_session_data
        self.renew_session = self.dialogs.renew_session
        self.get_user_from_prompt = self.authenticator.get_user_from_prompt
        self.clear_default_user = self.authenticator.clear_default_user
        self.are_credentials_expired = self.session_user.are_credentials_expired
        self.resolve_entity = self.session_user.resolve_entity
        self.manager_methods = {name: getattr(self.manager, name) for name in _manager_methods}

    def failure(self, why: errors.Error) -> Exception:
        """The daemon's error as one of tk-core's, so that its callers catch it."""
        told: Exception = self.error(why.with_advice())
        return told


def attach() -> Core:
    """Replaces it in the tk-core that is loaded now, once. Raises ImportError, or AttributeError for a tk-core of another
    shape."""
    authentication = importlib.import_module("tank.authentication")
    core = getattr(authentication, _MARK, None)
    if core is None:
        core = Core(authentication)
        _keep_no_token(core)
        _open_no_window(core)
        _tell_expired_from_unreachable(core)
        _clear_is_revoke(core)
        _follow_swaps()
        setattr(authentication, _MARK, core)
    if users.all_are_ours:
        _answer_for_every_manager(core)
    return core


def _keep_no_token(core: Core) -> None:
    def cache_session_data(host: str, login: str, *rest: Any, **more: Any) -> None:
        if not users.is_ours(host, login):
            core.cache_session_data(host, login, *rest, **more)

    def get_session_data(base_url: str, login: str) -> Any:
        if not users.is_ours(base_url, login):
            return core.get_session_data(base_url, login)
        try:
            held = users.credential(base_url, login)
        except errors.Error:
            return None  # as of a file that cannot be read; whoever needs it says why there is none
        return {"login": held.session.user, "session_token": held.token} if held.token else None

    def delete_session_data(host: str, login: str) -> None:
        if users.is_ours(host, login):
            try:
                users.revoke(host, login)
            except errors.Error as why:
                raise core.failure(why) from why
            if not core.get_session_data(host, login):
                return  # the file has none from before, and need not be made
        core.delete_session_data(host, login)

    core.cache.cache_session_data = cache_session_data
    core.cache.get_session_data = get_session_data
    core.cache.delete_session_data = delete_session_data


def renew(user: Any) -> None:
    """Gives a SessionUser whose token the site rejected the newer one. Raises Error."""
    held = users.after_rejection(user.get_host(), user.get_login(), user.get_session_token())
    if not held.token:
        raise errors.FormUnavailable("%s has become a script that shares its key: get the user anew" % held.session.user)
    user.set_session_token(held.token, cache=False)


def _open_no_window(core: Core) -> None:
    def renew_session(user: Any) -> None:
        if not users.is_ours(user.get_host(), user.get_login()):
            core.renew_session(user)
            return
        try:
            renew(user)
        except errors.Error as why:
            raise core.failure(why) from why

    def get_user_from_prompt(self: Any, *arguments: Any, **more: Any) -> Any:
        if not _is_ours(self):
            return core.get_user_from_prompt(self, *arguments, **more)  # older cores take none
        asked = dict(zip(("host", "login"), arguments), **more)
        host = asked.get("host") or self._defaults_manager.get_host()
        user = asked.get("login") or getattr(self._defaults_manager, "user_of_sgauth", None)
        try:
            return _user_of(self, host, users.credential(host, user))
        except errors.Error as why:
            raise core.failure(why) from why

    core.dialogs.renew_session = renew_session
    core.authenticator.get_user_from_prompt = get_user_from_prompt


def _is_ours(authenticator: Any) -> bool:
    return users.all_are_ours or getattr(authenticator._defaults_manager, "is_of_sgauth", False)


def _user_of(authenticator: Any, host: Optional[str], held: Any) -> Any:
    where = host or held.session.site
    if held.form == "script_key":
        return authenticator.create_script_user(held.script_name, held.script_key, host=where)
    return authenticator.create_session_user(held.session.user, session_token=held.token, host=where)


def _clear_is_revoke(core: Core) -> None:
    def clear_default_user(self: Any) -> Any:
        if not _is_ours(self):
            return core.clear_default_user(self)
        host = self._defaults_manager.get_host()
        user = getattr(self._defaults_manager, "user_of_sgauth", None)
        try:
            session = users.client.get_user(host or None, user)
        except (errors.NeedsLogin, errors.UsageError):
            return None
        except errors.Error as why:
            raise core.failure(why) from why
        try:
            cleared = _user_of(self, host, users.credential(host or session.site, session.user))
        except errors.Error:
            cleared = None  # it has ended; it is forgotten all the same
        core.cache.delete_session_data(host or session.site, session.user)
        return cleared

    core.authenticator.clear_default_user = clear_default_user


def _tell_expired_from_unreachable(core: Core) -> None:
    def are_credentials_expired(self: Any) -> bool:
        expired = bool(core.are_credentials_expired(self))
        if not expired or not users.is_ours(self.get_host(), self.get_login()):
            return expired
        # tk-core says so of a refused connection, 403 and 503 too: the daemon knows, or asks the site.
        try:
            renew(self)
        except errors.NeedsLogin:
            return True
        except errors.Error as why:
            raise core.failure(why) from why
        return False

    def resolve_entity(self: Any) -> Any:
        session = users.given(self.get_host(), self.get_login())
        if session is None or session.is_human:
            return core.resolve_entity(self)
        if self._cached_entity is None:  # a script by a token made of its key
            self._cached_entity = self.create_sg_connection().find_one("ApiUser", [["firstname", "is", session.user]])
        return self._cached_entity or core.resolve_entity(self)

    core.session_user.are_credentials_expired = are_credentials_expired
    core.session_user.resolve_entity = resolve_entity


def _answer_for_every_manager(core: Core) -> None:
    from ._toolkit_answers import Answers

    answers = Answers(core)
    for name in _manager_methods:
        setattr(core.manager, name, answers.method(name))


def _follow_swaps() -> None:
    try:
        handler = importlib.import_module("tank.bootstrap.import_handler").CoreImportHandler
    except (ImportError, AttributeError):
        return  # a core that swaps nothing
    if getattr(handler, _MARK, None):
        return
    swap = handler.swap_core

    def swap_core(cls: Any, *arguments: Any, **more: Any) -> None:
        swap(*arguments, **more)
        try:
            attach()
        except (ImportError, AttributeError) as why:
            warnings.warn("sgauth: this tk-core is of another shape, and keeps its tokens itself: %s" % why)

    handler.swap_core = classmethod(swap_core)
    setattr(handler, _MARK, True)
