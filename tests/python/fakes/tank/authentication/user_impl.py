# SPDX-License-Identifier: Apache-2.0
"""A session user keeps its token in the file whenever it is made or changed; a script user keeps nothing."""
import json
import urllib.error

from tank_vendor.shotgun_api3 import AuthenticationFault, Shotgun

from . import session_cache
from .errors import IncompleteCredentials
from .shotgun_wrapper import ShotgunWrapper


class SessionUser:
    def __init__(self, host, login, session_token, http_proxy, password=None, session_metadata=None):
        if not session_token:
            session_token = (session_cache.get_session_data(host, login) or {}).get("session_token")
        if not (host and login and session_token):
            raise IncompleteCredentials("missing")
        self._host, self._login, self._token = host, login, session_token
        self._cached_entity = None
        self._save()

    def _save(self):
        session_cache.cache_session_data(self._host, self._login, self._token, None)

    def get_host(self):
        return self._host

    def get_login(self):
        return self._login

    def get_session_token(self):
        return self._token

    def set_session_token(self, session_token, cache=True):
        self._token = session_token
        if cache:
            self._save()

    def create_sg_connection(self):
        return ShotgunWrapper(self._host, session_token=self._token, sg_auth_user=self, connect=False)

    def resolve_entity(self):
        if self._cached_entity is None:
            self._cached_entity = self.create_sg_connection().find_one("HumanUser", [["login", "is", self._login]])
        return self._cached_entity

    def are_credentials_expired(self):
        try:
            Shotgun(self._host, session_token=self._token).find_one("HumanUser", [])
            return False
        except (AuthenticationFault, urllib.error.HTTPError):
            return True

    def to_dict(self):
        return {"host": self._host, "login": self._login, "session_token": self._token, "http_proxy": None}


class ScriptUser:
    def __init__(self, host, api_script, api_key, http_proxy):
        self._host, self._name, self._key = host, api_script, api_key

    def get_host(self):
        return self._host

    def get_login(self):
        return None

    def get_key(self):
        return self._key

    def create_sg_connection(self):
        return Shotgun(self._host, script_name=self._name, api_key=self._key, connect=False)

    def resolve_entity(self):
        return self.create_sg_connection().find_one("ApiUser", [["firstname", "is", self._name]])

    def to_dict(self):
        return {"host": self._host, "api_script": self._name, "api_key": self._key, "http_proxy": None}


def serialize_user(user, use_json=False):
    return json.dumps({"type": type(user).__name__, "data": user.to_dict()})


def deserialize_user(payload):
    read = json.loads(payload)
    return {"SessionUser": SessionUser, "ScriptUser": ScriptUser}[read["type"]](**read["data"])
