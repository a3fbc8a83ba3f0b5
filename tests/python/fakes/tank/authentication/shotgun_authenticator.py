# SPDX-License-Identifier: Apache-2.0
from . import interactive_authentication, session_cache, user, user_impl
from .defaults_manager import DefaultsManager
from .errors import IncompleteCredentials


class ShotgunAuthenticator:
    def __init__(self, defaults_manager=None):
        self._defaults_manager = defaults_manager or DefaultsManager()

    def create_session_user(self, login, session_token=None, password=None, host=None, http_proxy=None):
        where = host or self._defaults_manager.get_host()
        return user.ShotgunUser(user_impl.SessionUser(where, login, session_token, http_proxy, password))

    def create_script_user(self, api_script, api_key, host=None, http_proxy=None):
        return user.ShotgunUser(
            user_impl.ScriptUser(host or self._defaults_manager.get_host(), api_script, api_key, http_proxy))

    def clear_default_user(self):
        manager = self._defaults_manager
        try:
            cleared = self.create_session_user(manager.get_login(), host=manager.get_host())
        except IncompleteCredentials:
            return None
        session_cache.delete_session_data(cleared.host, cleared.login)
        return cleared

    def get_default_user(self):
        known = self._defaults_manager.get_user_credentials()
        if not known:
            return None
        if "api_script" in known:
            return self.create_script_user(known["api_script"], known["api_key"], known.get("host"))
        return self.create_session_user(known["login"], known["session_token"], host=known.get("host"))

    def get_user_from_prompt(self):  # as before tk-core 0.21; later ones take what to offer
        manager = self._defaults_manager
        answer = interactive_authentication.authenticate(manager.get_host(), manager.get_login(), None, False)
        return self.create_session_user(answer[1], answer[2], host=answer[0])

    def get_user(self):
        found = self.get_default_user()
        if found:
            return found
        found = self.get_user_from_prompt()
        self._defaults_manager.set_host(found.host)
        self._defaults_manager.set_login(found.login)
        return found
