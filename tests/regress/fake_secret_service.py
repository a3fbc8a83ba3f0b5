#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""fake_secret_service.py: a Secret Service on the session's bus, as bad as it is told to be. One line of JSON on standard input is its
state from then on ({}: as it is), and is answered by a line on standard output, the ids of the keys that it has:

  {"items": {"ID": {"store": TAG, "secret": TEXT, "locked": BOOL}}, "default_locked": BOOL, "fails": [METHOD...], "signal": BOOL}

`fails` names methods that end with an error. `signal`: it tells of a change, as a keyring does that was unlocked. What is locked is
opened by a dialog, which stays until {"answer": "opened"} or {"answer": "closed"}, or until it is dismissed. {"asked": true} is answered
by what was asked of its dialogs so far: "Unlock", "Prompt", "Dismiss"."""

import json
import sys

import dbus
import dbus.lowlevel
import dbus.mainloop.glib
import dbus.service
from gi.repository import GLib

TOP = "/org/freedesktop/secrets"
COLLECTION = "org.freedesktop.Secret.Collection"
ITEM = "org.freedesktop.Secret.Item"
SERVICE = "org.freedesktop.Secret.Service"
PROMPT = "org.freedesktop.Secret.Prompt"
PROPERTIES = "org.freedesktop.DBus.Properties"
world = {"items": {}, "default_locked": False, "fails": []}
asked = []


def answers(method):
    if method in world["fails"]:
        raise dbus.DBusException("it broke", name="org.freedesktop.DBus.Error.Failed")


def path_of(item):
    return dbus.ObjectPath(f"{TOP}/collection/keys/{item}")


def secret_of(session, item):
    if item["locked"]:
        raise dbus.DBusException("locked", name="org.freedesktop.Secret.Error.IsLocked")
    answers("GetSecret")
    value = dbus.ByteArray(item["secret"].encode("latin-1"))
    return dbus.Struct((session, dbus.ByteArray(b""), value, "application/octet-stream"), signature="oayays")


class whole(dbus.service.FallbackObject):
    """Every object there is: which one is asked is in its path."""

    SUPPORTS_MULTIPLE_OBJECT_PATHS = True

    @dbus.service.method(SERVICE, in_signature="sv", out_signature="vo")
    def OpenSession(self, algorithm, _):
        if algorithm != "plain":
            raise dbus.DBusException("plain alone", name="org.freedesktop.DBus.Error.NotSupported")
        return dbus.String("", variant_level=1), dbus.ObjectPath(f"{TOP}/session/s1")

    @dbus.service.method(SERVICE, in_signature="a{ss}", out_signature="aoao")
    def SearchItems(self, wanted):
        answers("SearchItems")
        found = [
            (path_of(name), item["locked"])
            for name, item in world["items"].items()
            if item["store"] == wanted["store"] and wanted.get("key", name) == name
        ]
        return [p for p, locked in found if not locked], [p for p, locked in found if locked]

    @dbus.service.method(SERVICE, in_signature="s", out_signature="o")
    def ReadAlias(self, _):
        answers("ReadAlias")
        return dbus.ObjectPath(f"{TOP}/collection/default")

    @dbus.service.method(SERVICE, in_signature="ao", out_signature="aoo")
    def Unlock(self, paths):
        asked.append("Unlock")
        if world["default_locked"] or any(item["locked"] for item in world["items"].values()):
            return dbus.Array([], signature="o"), dbus.ObjectPath(f"{TOP}/prompt/p1")
        return paths, dbus.ObjectPath("/")

    @dbus.service.method(PROMPT, in_signature="s")
    def Prompt(self, _):
        asked.append("Prompt")

    @dbus.service.method(PROMPT)
    def Dismiss(self):
        asked.append("Dismiss")
        GLib.idle_add(answer, "closed")

    @dbus.service.method(COLLECTION, in_signature="a{sv}(oayays)b", out_signature="oo")
    def CreateItem(self, properties, secret, _):
        if world["default_locked"]:
            raise dbus.DBusException("locked", name="org.freedesktop.Secret.Error.IsLocked")
        names = properties["org.freedesktop.Secret.Item.Attributes"]
        made = {"store": str(names["store"]), "secret": bytes(secret[2]).decode("latin-1"), "locked": False}
        world["items"][str(names["key"])] = made
        return path_of(names["key"]), dbus.ObjectPath("/")

    @dbus.service.method(SERVICE, in_signature="aoo", out_signature="a{o(oayays)}")
    def GetSecrets(self, paths, session):
        named = {p: world["items"][p.rsplit("/", 1)[1]] for p in paths}
        return {p: secret_of(session, item) for p, item in named.items() if not item["locked"]}

    @dbus.service.method(ITEM, in_signature="o", out_signature="(oayays)", path_keyword="path")
    def GetSecret(self, session, path):
        return secret_of(session, world["items"][path.rsplit("/", 1)[1]])

    @dbus.service.method(ITEM, out_signature="o", path_keyword="path")
    def Delete(self, path):
        answers("Delete")
        del world["items"][path.rsplit("/", 1)[1]]
        return dbus.ObjectPath("/")

    @dbus.service.method(PROPERTIES, in_signature="s", out_signature="a{sv}", path_keyword="path")
    def GetAll(self, _, path):
        name = path.rsplit("/", 1)[1]
        if name in world["items"]:
            item = world["items"][name]
            names = dbus.Dictionary({"store": item["store"], "key": name, "xdg:schema": "io.sgauth.VaultKey"}, signature="ss")
            return {"Locked": item["locked"], "Attributes": names, "Label": "key", "Type": "io.sgauth.VaultKey"}
        if "/collection/" in path:
            return {"Locked": world["default_locked"], "Items": dbus.Array([], signature="o"), "Label": "default"}
        return {"Collections": dbus.Array([f"{TOP}/collection/default"], signature="o")}

    @dbus.service.signal(SERVICE, signature="o")
    def CollectionChanged(self, _):
        pass


def answer(how):
    if how == "opened":
        world["default_locked"] = False
        for item in world["items"].values():
            item["locked"] = False
    completed = dbus.lowlevel.SignalMessage(f"{TOP}/prompt/p1", PROMPT, "Completed")
    opened = [f"{TOP}/collection/default"] if how == "opened" else []
    completed.append(how != "opened", dbus.Array(opened, signature="o"), signature="bv")
    bus.send_message(completed)


def told(channel, _):
    line = channel.readline()
    if not line:
        loop.quit()
        return False
    given = json.loads(line)
    if "asked" in given:
        print(json.dumps(asked), flush=True)
        return True
    if "answer" in given:
        answer(given["answer"])
    elif given:
        world.clear()
        world.update({"items": {}, "default_locked": False, "fails": []} | given)
    if given.get("signal"):
        objects.CollectionChanged(dbus.ObjectPath(f"{TOP}/collection/default"))
    print(json.dumps(list(world["items"])), flush=True)
    return True


dbus.mainloop.glib.DBusGMainLoop(set_as_default=True)
bus = dbus.SessionBus()
name = dbus.service.BusName("org.freedesktop.secrets", bus, do_not_queue=True)
objects = whole(bus, TOP)
loop = GLib.MainLoop()
GLib.io_add_watch(sys.stdin, GLib.IO_IN | GLib.IO_HUP, told)
print("ready", flush=True)
loop.run()
