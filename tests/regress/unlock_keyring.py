#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""unlock_keyring.py PASSWORD: unlocks the login collection of the bus's gnome-keyring, as the desktop does at login.

By its own interface, the one that its PAM module's helper and seahorse use; the secret goes over a plain session of this connection.
"""
import sys

import dbus

bus = dbus.SessionBus()
service = bus.get_object("org.freedesktop.secrets", "/org/freedesktop/secrets")
_, session = dbus.Interface(service, "org.freedesktop.Secret.Service").OpenSession("plain", dbus.String("", variant_level=1))
secret = dbus.Struct(
    (session, dbus.ByteArray(b""), dbus.ByteArray(sys.argv[1].encode()), "text/plain"), signature="oayays"
)
dbus.Interface(service, "org.gnome.keyring.InternalUnsupportedGuiltRiddenInterface").UnlockWithMasterPassword(
    dbus.ObjectPath("/org/freedesktop/secrets/collection/login"), secret
)
