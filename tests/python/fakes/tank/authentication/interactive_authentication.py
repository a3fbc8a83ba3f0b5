# SPDX-License-Identifier: Apache-2.0
"""The prompts, on the terminal."""
from .errors import AuthenticationCancelled


def authenticate(default_host, default_login, http_proxy, fixed_host):
    try:
        return default_host or input("site: "), input("login: "), input("token: "), None
    except EOFError:
        raise AuthenticationCancelled()


def renew_session(user):
    user.set_session_token(authenticate(user.get_host(), user.get_login(), None, True)[2])
