#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A daemon that says what it is told to, for what the real one cannot be made to say.

Usage: scripted_agent.py SOCKET FOLDER. FOLDER/METHOD holds replies, one JSON object a line, taken in order, the last again
and again: {"parameters": ...}, {"error": "NoSession", "parameters": ...}, {"close": true}, {"silent": true}; one that is asked
with `more` is answered with all of them, each continued but where it says otherwise. FOLDER/calls gets each call, a line,
by METHOD alone where the interface is ours. FOLDER/taken.METHOD counts: remove it to begin anew."""

import json
import os
import pathlib
import socketserver
import sys
import threading

SOCKET, FOLDER = sys.argv[1], pathlib.Path(sys.argv[2])


OURS = "io.sgauth.Agent."
ONE_AT_A_TIME = threading.Lock()  # the counters and the list of calls are files


def replies_to(method, more):
    lines = [json.loads(line) for line in (FOLDER / method).read_text().splitlines()]
    if more:
        return lines
    counter = FOLDER / ("taken." + method)
    taken = int(counter.read_text()) if counter.exists() else 0
    counter.write_text(str(taken + 1))
    return [lines[min(taken, len(lines) - 1)]]


class Connection(socketserver.BaseRequestHandler):
    def handle(self):
        pending = b""
        while chunk := self.request.recv(65536):
            *messages, pending = (pending + chunk).split(b"\0")
            for message in messages:
                if not self.answer(json.loads(message)):
                    return

    def answer(self, call):
        with ONE_AT_A_TIME:
            with open(FOLDER / "calls", "a") as log:
                log.write(json.dumps({call["method"].removeprefix(OURS): call.get("parameters", {})}) + "\n")
            replies = replies_to(call["method"].rpartition(".")[2], call.get("more"))
        for reply in replies:
            if reply.get("close"):
                return False
            if reply.get("silent"):
                threading.Event().wait()
            if "error" in reply and "." not in reply["error"]:
                reply["error"] = OURS + reply["error"]
            if call.get("more") and "error" not in reply:
                reply.setdefault("continues", True)
            self.request.sendall(json.dumps(reply).encode() + b"\0")
        return True


class Server(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True


if os.path.exists(SOCKET):
    os.unlink(SOCKET)
Server(SOCKET, Connection).serve_forever()
