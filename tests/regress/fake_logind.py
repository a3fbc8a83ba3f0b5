#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""fake_logind.py ORDERS: owns org.freedesktop.login1 on the system bus as logind(8) does, as far as sgauth asks it.

Reads orders, a line each, from the FIFO ORDERS, and writes what happens on standard output:
    session ID UID           a session comes           lock ID, unlock ID    its signal, as `loginctl lock-session` has it sent
    hint ID yes|no           its LockedHint changes    sleep, wake           PrepareForSleep, as around a suspend
    refuse yes|no            no more delays            quit
`held N` says how many delays are held, whenever that changes: a delay ends when the last copy of its descriptor is closed.
"""
import os
import sys

import dbus
import dbus.mainloop.glib
import dbus.service
from gi.repository import GLib

LOGIN = "org.freedesktop.login1"
MANAGER = LOGIN + ".Manager"
SESSION = LOGIN + ".Session"
PROPERTIES = "org.freedesktop.DBus.Properties"
ROOT = "/org/freedesktop/login1"


def tell(text):
    print(text, flush=True)


class Session(dbus.service.Object):
    def __init__(self, bus, name, uid):
        self.path = f"{ROOT}/session/_{name}"
        super().__init__(bus, self.path)
        self.uid = uid
        self.hint = False

    @dbus.service.method(PROPERTIES, in_signature="ss", out_signature="v")
    def Get(self, interface, name):
        if interface == SESSION and name == "User":
            user = (dbus.UInt32(self.uid), dbus.ObjectPath(f"{ROOT}/user/_{self.uid}"))
            return dbus.Struct(user, signature="uo", variant_level=1)
        if interface == SESSION and name == "LockedHint":
            return dbus.Boolean(self.hint, variant_level=1)
        raise dbus.exceptions.DBusException("no such property", name="org.freedesktop.DBus.Error.UnknownProperty")

    @dbus.service.signal(PROPERTIES, signature="sa{sv}as")
    def PropertiesChanged(self, interface, changed, invalidated):
        pass

    @dbus.service.signal(SESSION)
    def Lock(self):
        pass

    @dbus.service.signal(SESSION)
    def Unlock(self):
        pass

    def set_hint(self, value):
        if value != self.hint:  # as logind: only what is new is told
            self.hint = value
            self.PropertiesChanged(SESSION, {"LockedHint": dbus.Boolean(value)}, [])


class Manager(dbus.service.Object):
    def __init__(self, bus):
        super().__init__(bus, ROOT)
        self.bus = bus
        self.sessions = {}
        self.sleeping = False
        self.refuses = False
        self.held = 0

    @dbus.service.method(MANAGER, out_signature="a(susso)")
    def ListSessions(self):
        return [(name, one.uid, "somebody", "seat0", dbus.ObjectPath(one.path)) for name, one in self.sessions.items()]

    @dbus.service.method(MANAGER, in_signature="s", out_signature="o")
    def GetSession(self, name):
        if name not in self.sessions:
            raise dbus.exceptions.DBusException("no such session", name=LOGIN + ".NoSuchSession")
        return dbus.ObjectPath(self.sessions[name].path)

    @dbus.service.method(MANAGER, in_signature="ssss", out_signature="h")
    def Inhibit(self, what, who, why, mode):
        if self.refuses or (what, mode) != ("sleep", "delay") or self.sleeping:
            raise dbus.exceptions.DBusException("not now", name="org.freedesktop.DBus.Error.AccessDenied")
        ours, theirs = os.pipe()
        self.held += 1
        tell(f"held {self.held}")
        GLib.io_add_watch(ours, GLib.IO_HUP, self.let_go)
        given = dbus.types.UnixFd(theirs)
        os.close(theirs)
        return given

    def let_go(self, fd, _):
        os.close(fd)
        self.held -= 1
        tell(f"held {self.held}")
        return False

    @dbus.service.method(PROPERTIES, in_signature="ss", out_signature="v")
    def Get(self, interface, name):
        if interface == MANAGER and name == "PreparingForSleep":
            return dbus.Boolean(self.sleeping, variant_level=1)
        raise dbus.exceptions.DBusException("no such property", name="org.freedesktop.DBus.Error.UnknownProperty")

    @dbus.service.signal(MANAGER, signature="so")
    def SessionNew(self, name, path):
        pass

    @dbus.service.signal(MANAGER, signature="b")
    def PrepareForSleep(self, begins):
        pass

    def obey(self, order, *words):
        if order == "session":
            self.sessions[words[0]] = Session(self.bus, words[0], int(words[1]))
            self.SessionNew(words[0], self.sessions[words[0]].path)
        elif order in ("lock", "unlock"):
            getattr(self.sessions[words[0]], order.capitalize())()
        elif order == "hint":
            self.sessions[words[0]].set_hint(words[1] == "yes")
        elif order in ("sleep", "wake"):
            self.sleeping = order == "sleep"
            self.PrepareForSleep(self.sleeping)
        elif order == "refuse":
            self.refuses = words[0] == "yes"
        tell(f"done {order}")


def main(orders):
    dbus.mainloop.glib.DBusGMainLoop(set_as_default=True)
    loop = GLib.MainLoop()
    bus = dbus.SystemBus()
    bus.set_exit_on_disconnect(False)
    manager = Manager(bus)
    name = dbus.service.BusName(LOGIN, bus, do_not_queue=True)
    fifo = os.open(orders, os.O_RDWR)  # both: it has no end when a writer goes
    pending = ""

    def read(fd, _):
        nonlocal pending
        pending += os.read(fd, 4096).decode()
        *lines, pending = pending.split("\n")
        for line in lines:
            if line == "quit":
                loop.quit()
            else:
                manager.obey(*line.split())
        return True

    GLib.io_add_watch(fifo, GLib.IO_IN, read)
    tell("ready")
    loop.run()
    del name


if __name__ == "__main__":
    main(sys.argv[1])
