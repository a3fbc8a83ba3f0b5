#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs a command on a terminal of its own and plays the person: waits for a text, then types.

Usage: on_terminal.py [--stdout FILE] [--wait TEXT --type TEXT]... -- COMMAND...
TEXT for --type may be ^C, ^D or ^Z, typed as such; else a line, its end added. --check-echo on|off: how the terminal is
then. Prints all that the terminal showed, then `echo on` or `echo off` as the command left it; exits as the command does
(128 + signal)."""

import os
import pty
import select
import sys
import termios
import time

LIMIT_S = 20


def read_until(master, shown, text, end):
    while text.encode() not in shown[0]:
        if time.monotonic() > end:
            sys.exit(f"on_terminal: no {text!r} in {shown[1] + shown[0]!r}")
        if select.select([master], [], [], 0.1)[0]:
            try:
                chunk = os.read(master, 4096)
            except OSError:
                chunk = b""
            if not chunk:
                sys.exit(f"on_terminal: ended without {text!r}: {shown[1] + shown[0]!r}")
            shown[0] += chunk
    at = shown[0].index(text.encode()) + len(text.encode())
    shown[1] += shown[0][:at]
    shown[0] = shown[0][at:]


def drain(master, shown, pid):
    end = time.monotonic() + LIMIT_S
    while time.monotonic() < end:
        if select.select([master], [], [], 0.05)[0]:
            try:
                shown[0] += os.read(master, 4096)
                continue
            except OSError:
                pass
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            return status
    os.kill(pid, 9)
    sys.exit(f"on_terminal: the command does not end: {shown[1] + shown[0]!r}")


def echo_of(terminal):
    return bool(termios.tcgetattr(terminal)[3] & termios.ECHO)


def main():
    split = sys.argv.index("--")
    options, command = sys.argv[1:split], sys.argv[split + 1:]
    master, slave = pty.openpty()
    pid = os.fork()
    if pid == 0:
        os.setsid()
        import fcntl
        fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
        output = dict(zip(options[::2], options[1::2])).get("--stdout")
        stdout = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600) if output else slave
        for fd, at in ((slave, 0), (stdout, 1), (slave, 2)):
            os.dup2(fd, at)
        os.closerange(3, 64)
        os.execvp(command[0], command)
    shown = [b"", b""]
    for name, text in zip(options[::2], options[1::2]):
        if name == "--wait":
            read_until(master, shown, text, time.monotonic() + LIMIT_S)
        elif name == "--check-echo" and echo_of(slave) != (text == "on"):
            sys.exit(f"on_terminal: echo is not {text} after {shown[1]!r}")
        elif name == "--type":
            key = {"^C": b"\x03", "^D": b"\x04", "^Z": b"\x1a"}.get(text, text.encode() + b"\n")
            os.write(master, key)
    status = drain(master, shown, pid)
    sys.stdout.write((shown[1] + shown[0]).decode(errors="replace").replace("\r\n", "\n"))
    print("echo on" if echo_of(slave) else "echo off")
    sys.exit(os.waitstatus_to_exitcode(status) if os.WIFEXITED(status) else 128 + os.WTERMSIG(status))


main()
