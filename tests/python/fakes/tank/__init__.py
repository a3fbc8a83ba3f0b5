# SPDX-License-Identifier: Apache-2.0
"""The shape of tk-core that sgauth.toolkit relies on (facts/fptr.md F.5, F.9, H.1, H.2, H.5): which module calls which, by which
name. The real one is not ours to give away; where it is at hand the same cases run against it."""
from . import authentication

_authenticated = None


def set_authenticated_user(user):
    global _authenticated
    _authenticated = user


def get_authenticated_user():
    return _authenticated
