# SPDX-License-Identifier: Apache-2.0
"""A program that asks for a token which a rule wants confirmed, and tries to answer the question.

answering.py once | twice       asks, once or twice, waiting for a person
answering.py self               watches and answers in this process
answering.py other PYTHON       has a process of PYTHON watch and answer, a second after it was told
answering.py early PYTHON       the same, at once; then a no in time
answering.py blind PYTHON       the same, without watching: it is told the id; then a no as `early` has it
answering.py front WAY [ID]     that process

A line for each answer: `taken`, or the error's name and message; then `asker` and what the asker got."""
import json
import os
import socket
import subprocess
import sys
import time


class Line:
    def __init__(self):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(20)
        self.socket.connect(os.environ["SGAUTH_SOCKET"])
        self.data = b""

    def send(self, method, parameters, more=False):
        call = {"method": "io.sgauth.Agent." + method, "parameters": parameters, "more": more}
        self.socket.sendall(json.dumps(call).encode() + b"\0")
        return self

    def reply(self):
        while b"\0" not in self.data:
            more = self.socket.recv(65536)
            if not more:
                return {"error": ".closed", "parameters": {"message": ""}}
            self.data += more
        message, _, self.data = self.data.partition(b"\0")
        return json.loads(message)


def word(reply):
    return reply["error"].rpartition(".")[2] if "error" in reply else "ok"


def ask(line):
    return line.send("GetCredential", {"forms": ["session_token"], "prompt": True, "timeout_ms": 15000})


def question(watch):
    while True:
        event = watch.reply()["parameters"]
        if event["event"] == "ask":
            return event["id"]


def answer(name, yes=True):
    reply = Line().send("AnswerQuestion", {"id": name, "yes": yes}).reply()
    print("taken" if "error" not in reply else word(reply) + " " + reply["parameters"]["message"], flush=True)


def front(way, told=None):
    if way == "blind":
        answer(told)
    watch = Line().send("WatchQuestions", {}, more=True)
    name = question(watch)
    if way == "early":
        answer(name)
    time.sleep(1)
    answer(name, yes=way == "other")


def main(way, *rest):
    if way == "front":
        return front(*rest)
    if way in ("once", "twice"):
        for _ in range(1 if way == "once" else 2):
            print(word(ask(Line()).reply()), flush=True)
        return None
    asker = ask(Line())
    watch = Line().send("WatchQuestions", {}, more=True)
    name = question(watch)
    if way == "self":
        time.sleep(1)
        answer(name)
        return None
    subprocess.run([rest[0], "-B", __file__, "front", way, name], check=True)
    # Refused: nobody else answers.
    if way == "other" and rest[0] == os.readlink("/proc/self/exe"):
        return None
    print("asker " + word(asker.reply()))
    return None


if __name__ == "__main__":
    main(*sys.argv[1:])
