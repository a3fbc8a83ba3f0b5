# SPDX-License-Identifier: Apache-2.0
"""Programs that watch the sessions come and go."""
import time

import wire
from clients import Actor
from report import OTHER


class Watcher(Actor):
    """Reads its events, and holds the daemon to: nothing of a session after it was revoked."""

    def __init__(self, soak, name):
        super().__init__(soak, name)
        self.told = set()    # ids whose end this connection was told
        self.connected = 0   # counts up with each connection that has had its beginning

    def step(self):
        opened, length = time.monotonic(), self.random.uniform(3, 30)
        with wire.Connection(self.soak.socket, timeout=1) as stream:
            self.told = told = set()
            stream.send("Watch", more=True)
            is_synced = False
            while not self.soak.over.is_set() and time.monotonic() - opened < length:
                try:
                    news = stream.receive()
                except wire.Silence:
                    continue
                session = news.get("session") or {}
                self.report.count("watched", news["event"])
                if news["event"] == "synced":
                    is_synced = True
                    self.connected += 1
                elif news["event"] == "revoked":
                    told.add(session["id"])
                elif session.get("id") in told:
                    self.report.broke(OTHER, f"{news['event']} of {session['id'][:6]} after its revoke")
                elif not is_synced and self.model.revoked.get(session.get("id"), opened) < opened:
                    self.report.broke(OTHER, f"{session['id'][:6]} is present to a watcher after its revoke")
        self.connected += 1
