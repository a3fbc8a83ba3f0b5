#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""notification_service.py FILE [silent|refusing]: a desktop's notification service, which writes a line of JSON for each call.

Silent: it never answers. Refusing: it answers with an error. Prints `ready` once it has its name. Run by the Python that python3-dbus
is for."""
import ctypes
import json
import sys

import dbus
import dbus.mainloop.glib
import dbus.service

NAME = "org.freedesktop.Notifications"
FIELDS = ("app_name", "replaces_id", "icon", "summary", "body", "actions", "hints", "expire_ms")


class Service(dbus.service.Object):
    def __init__(self, bus, path, how):
        super().__init__(bus, "/org/freedesktop/Notifications")
        self.path = path
        self.how = how
        self.count = 0

    @dbus.service.method(NAME, in_signature="susssasa{sv}i", out_signature="u", async_callbacks=("answer", "refuse"))
    def Notify(self, app_name, replaces_id, icon, summary, body, actions, hints, expire_ms, answer, refuse):
        self.count += 1
        arguments = (app_name, replaces_id, icon, summary, body, actions, hints, expire_ms)
        with open(self.path, "a", encoding="utf-8") as record:
            record.write(json.dumps(dict(zip(FIELDS, arguments))) + "\n")
        if self.how == "refusing":
            refuse(dbus.DBusException("too many", name="org.freedesktop.Notifications.Error.ExcessNotificationGeneration"))
        elif self.how != "silent":
            answer(self.count)


def main():
    dbus.mainloop.glib.DBusGMainLoop(set_as_default=True)
    bus = dbus.SessionBus()
    service = Service(bus, sys.argv[1], "".join(sys.argv[2:]))
    name = dbus.service.BusName(NAME, bus, do_not_queue=True)
    print("ready", flush=True)
    glib = ctypes.CDLL("libglib-2.0.so.0")  # its loop is all that is needed of it: no package for that
    glib.g_main_loop_new.restype = ctypes.c_void_p
    glib.g_main_loop_run.argtypes = [ctypes.c_void_p]
    glib.g_main_loop_run(glib.g_main_loop_new(None, 0))
    del service, name


main()
