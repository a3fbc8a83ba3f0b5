# SPDX-License-Identifier: Apache-2.0
"""A connection of a session user: on a fault 102 another token from the file, then the prompt."""
from tank_vendor.shotgun_api3 import AuthenticationFault, Shotgun

from . import interactive_authentication, session_cache


class ShotgunWrapper(Shotgun):
    def __init__(self, *arguments, **options):
        self._user = options.pop("sg_auth_user")
        super().__init__(*arguments, **options)

    def _call_rpc(self, *arguments, **options):
        self.config.session_token = self._user.get_session_token()
        try:
            return super()._call_rpc(*arguments, **options)
        except AuthenticationFault:
            pass
        kept = session_cache.get_session_data(self._user.get_host(), self._user.get_login())
        if kept and kept["session_token"] != self._user.get_session_token():
            self.config.session_token = kept["session_token"]
            try:
                result = super()._call_rpc(*arguments, **options)
                self._user.set_session_token(kept["session_token"], cache=False)
                return result
            except AuthenticationFault:
                pass
        interactive_authentication.renew_session(self._user)
        self.config.session_token = self._user.get_session_token()
        return super()._call_rpc(*arguments, **options)
