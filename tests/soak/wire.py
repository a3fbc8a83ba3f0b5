# SPDX-License-Identifier: Apache-2.0
"""Varlink over the agent's socket, of our own: JSON objects ended by NUL. It shares no code with the client library."""
import json
import socket
import time

AGENT = "io.sgauth.Agent."
SERVICE = "org.varlink.service."
LONGEST_SILENCE = 25  # above every wait that a call of this program asks for, with a machine that is busy


NEVER_SAID = b"never-said-"  # is in the keys of scripts that do not share them


class Leak(Exception):
    """A reply with a key that is never handed out."""


class Cut(Exception):
    """The connection ended, or was never there: nothing is known of what the call did."""


class Silence(Exception):
    """No reply in time, on a connection that stands."""


class Refusal(Exception):
    def __init__(self, name, parameters):
        self.name = name.rpartition(".")[2]
        self.parameters = parameters or {}
        super().__init__(f"{self.name}: {self.parameters.get('message')}")


def open_socket(path, timeout=LONGEST_SILENCE):
    end = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    end.settimeout(timeout)
    try:
        end.connect(path)
    except OSError as failure:
        end.close()
        raise Cut(str(failure)) from failure
    return end


def message(method, parameters=None, **flags):
    if "." not in method:
        method = AGENT + method
    call = {"method": method, **flags}
    if parameters is not None:
        call["parameters"] = parameters
    return json.dumps(call).encode() + b"\0"


class Connection:
    """One connection; calls are answered in order. Raises Cut, Silence, Refusal, Leak."""

    def __init__(self, path, timeout=LONGEST_SILENCE):
        self.end = open_socket(path, timeout)
        self.buffer = b""

    def send(self, method, parameters=None, **flags):
        try:
            self.end.sendall(message(method, parameters, **flags))
        except socket.timeout as late:
            raise Silence(method) from late
        except OSError as failure:
            raise Cut(str(failure)) from failure

    def receive(self):
        """The next reply: its parameters. Other members of the envelope do not matter here."""
        while b"\0" not in self.buffer:
            try:
                more = self.end.recv(65536)
            except socket.timeout as late:
                raise Silence("no reply") from late
            except OSError as failure:
                raise Cut(str(failure)) from failure
            if not more:
                raise Cut("closed by the daemon")
            self.buffer += more
        whole, _, self.buffer = self.buffer.partition(b"\0")
        if NEVER_SAID in whole:
            raise Leak(whole.decode("utf-8", "replace"))
        reply = json.loads(whole.decode("utf-8"))
        if reply.get("error"):
            raise Refusal(reply["error"], reply.get("parameters"))
        return reply.get("parameters") or {}

    def call(self, method, parameters=None):
        self.send(method, parameters)
        return self.receive()

    def close(self):
        self.end.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def call(path, method, parameters=None, timeout=LONGEST_SILENCE):
    with Connection(path, timeout) as one:
        return one.call(method, parameters)


def await_that(condition, limit, step=0.02):
    """Whether `condition()` became true within `limit` seconds."""
    end = time.monotonic() + limit
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(step)
    return True
