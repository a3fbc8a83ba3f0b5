# SPDX-License-Identifier: Apache-2.0
"""Asks the daemon for a credential in ways that the client library never does.

policy_asker.py ask            asks; a line on stdin: asks again over the same connection, then over a new one
policy_asker.py child          connects, and has a child ask
policy_asker.py half           sends the first half of a call, and has a child send the rest
policy_asker.py exec PROGRAM   connects, hands the socket to a child, asks, and becomes PROGRAM; the child reads the answer
policy_asker.py become PYTHON  connects, lists, and becomes PYTHON, which asks over that connection
policy_asker.py leave          connects, lists, hands the socket to a child and ends; a line on the child's stdin: it asks

One line an answer: `ok` or the daemon's message."""
import json
import os
import socket
import sys

CALL = b'{"method":"io.sgauth.Agent.GetCredential","parameters":{"forms":["session_token"]}}\0'

LIST = b'{"method":"io.sgauth.Agent.List"}\0'


def connect():
    s = socket.socket(socket.AF_UNIX)
    s.connect(os.environ["SGAUTH_SOCKET"])
    s.set_inheritable(True)
    return s


def show(s):
    data = b""
    while not data.endswith(b"\0"):
        more = s.recv(65536)
        if not more:
            break
        data += more
    reply = json.loads(data[:-1]) if data else {"parameters": {"message": "closed"}}
    token = reply["parameters"].get("credential", {}).get("token")
    print("ok" if token else reply["parameters"].get("message", reply), flush=True)


def ask(s):
    s.sendall(CALL)
    show(s)


def in_child(work):
    pid = os.fork()
    if pid == 0:
        work()
        os._exit(0)
    return pid


def main(what):
    if what == "over":
        ask(socket.socket(fileno=int(sys.argv[2])))
        return
    s = connect()
    if what == "ask":
        ask(s)
        if sys.stdin.readline():
            ask(s)
            ask(connect())
    elif what == "child":
        os.waitpid(in_child(lambda: ask(s)), 0)
    elif what == "half":
        s.sendall(CALL[:40])

        def rest():
            s.sendall(CALL[40:])
            show(s)
        os.waitpid(in_child(rest), 0)
    elif what == "exec":
        in_child(lambda: show(s))
        s.sendall(CALL)
        os.execv(sys.argv[2], [sys.argv[2], "60"])
    elif what == "become":
        s.sendall(LIST)
        s.recv(65536)
        os.execv(sys.argv[2], [sys.argv[2], "-B", __file__, "over", str(s.fileno())])
    elif what == "leave":
        s.sendall(LIST)
        s.recv(65536)  # else it may end before it is accepted, and is nobody on an older kernel
        own = os.getpid()  # the child may come to ask for it when it is init's already

        def later():
            print(own, flush=True)
            sys.stdin.readline()
            ask(s)
        in_child(later)


if __name__ == "__main__":
    main(sys.argv[1])
