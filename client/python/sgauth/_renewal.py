# SPDX-License-Identifier: Apache-2.0
"""What is done when a site rejects a credential (its fault 102, shotgun_api3's AuthenticationFault)."""

from __future__ import annotations

from . import errors

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ._client import Client
    from ._values import Credential

# Humans have the first; a script has the one or the other, as its login said.
FORMS = ("session_token", "script_key")


def after_rejection(client: Client, rejected: Credential) -> Credential:
    """Reports it, and returns what is to be used from now on: the same user's, newer, or the same once more where the site
    accepted it just now. Raises NeedsLogin where there is none; never prompts."""
    try:
        client.report_rejected(rejected)
    except errors.NoSession:
        pass  # revoked since; the same user may have logged in again
    session = rejected.session
    return client.get_credential(session.site, session.user, FORMS)
