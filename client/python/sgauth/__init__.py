# SPDX-License-Identifier: Apache-2.0
"""Who is the user, and with what credential: asked of this user's sgauth daemon. Standard library only, Python 3.7+.

    import sgauth

    credential = sgauth.get_credential()    # of the default user of the default site; never prompts
    print(credential.session)               # jane @ https://studio.shotgrid.autodesk.com
    use(credential.session.site, credential.token)

Every error is an `sgauth.Error`; `sgauth.NeedsLogin` is what a login mends. `sgauth.shotgun.connect()` gives a shotgun_api3
connection that keeps itself logged in; `sgauth.toolkit` does the same for Toolkit (tk-core)."""

from __future__ import annotations

from ._client import Client
from ._values import Credential, Event, Revoked, Session
from ._watch import Watch
from .errors import (
    Ambiguous, Busy, Cancelled, CannotLastThatLong, Denied, Error, Expired, Failed, FormUnavailable, InvalidParameter,
    InvalidSite, NeedsLogin, NoDaemon, NoSession, NoSuchLogin, NotOffered, PermissionDenied, Refused, TimedOut,
    Unreachable, UsageError,
)

__version__ = "0.1.0"
__all__ = [
    "Ambiguous", "Busy", "Cancelled", "CannotLastThatLong", "Client", "Credential", "Denied", "Error", "Event", "Expired",
    "Failed", "FormUnavailable", "InvalidParameter", "InvalidSite", "NeedsLogin", "NoDaemon", "NoSession", "NoSuchLogin",
    "NotOffered", "PermissionDenied", "Refused", "Revoked", "Session", "TimedOut", "Unreachable", "UsageError", "Watch",
    "default_client", "get_credential", "get_user", "list_sessions", "report_rejected", "revoke", "watch",
]

default_client = Client()
"""What the functions here ask through; one for the whole process, for any thread."""

get_user = default_client.get_user
get_credential = default_client.get_credential
report_rejected = default_client.report_rejected
list_sessions = default_client.list_sessions
revoke = default_client.revoke
watch = default_client.watch
