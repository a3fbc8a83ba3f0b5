# SPDX-License-Identifier: Apache-2.0
from . import session_cache


class DefaultsManager:
    def __init__(self, fixed_host=None):
        self._fixed_host = fixed_host

    def is_host_fixed(self):
        return self._fixed_host is not None

    def get_host(self):
        return self._fixed_host

    def set_host(self, host):
        pass

    def get_http_proxy(self):
        return None

    def get_login(self):
        return session_cache.get_current_user(self.get_host()) if self.get_host() else None

    def set_login(self, login):
        session_cache.set_current_user(self.get_host(), login)

    def get_user_credentials(self):
        if self.get_host() and self.get_login():
            return session_cache.get_session_data(self.get_host(), self.get_login())
        return None
