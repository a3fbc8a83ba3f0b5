# SPDX-License-Identifier: Apache-2.0
"""How asking can end before there is an answer. Apart from _line, so that importing the package loads neither json nor socket."""

from __future__ import annotations


class Closed(Exception):
    """The daemon closed the connection. `before_reply`: before any byte of a reply came."""

    def __init__(self, before_reply: bool) -> None:
        Exception.__init__(self)
        self.before_reply = before_reply


class Nobody(Exception):
    """Nobody listens there."""
