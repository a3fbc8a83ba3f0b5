# SPDX-License-Identifier: Apache-2.0
"""For the cases of sgauth.toolkit: tk-core, the real daemon and the stand-in site, a scan for tokens and a trap for prompts.
tk-core is the small stand-in of fakes/, or the real one where SGAUTH_TK_CORE names its folder."""
import builtins
import getpass
import os
import sys

import stage

REAL = os.environ.get("SGAUTH_TK_CORE")
CORE = os.path.join(REAL, "python") if REAL else os.path.join(stage.HERE, "fakes")
sys.path.insert(0, CORE)

import sgauth

opened = []  # the prompts that were


def prompt(*_, **__):
    opened.append(1)
    raise EOFError


builtins.input = getpass.getpass = prompt


class World(stage.RealWorld):
    def __init__(self):
        stage.RealWorld.__init__(self)
        self.start_daemon()
        self.tokens = set()

    def kept(self):
        """Where below HOME and SHOTGUN_HOME a token of the site's is found."""
        self.tokens |= {one["token"] for one in self.control("state")["sessions"]}
        found = []
        for top in ("home", "shotgun"):
            for folder, _, names in os.walk(os.path.join(self.root, top)):
                for name in names:
                    with open(os.path.join(folder, name), "rb") as file:
                        text = file.read()
                    found += [name for token in self.tokens if token.encode() in text]
        return found

    def nothing_kept(self):
        assert not opened, "a prompt was opened"
        assert not self.kept(), "a token was kept: %s" % self.kept()
        planted = os.path.join(self.root, "shotgun/planted")
        with open(planted, "w") as file:
            file.write(next(iter(self.tokens)))
        assert self.kept() == ["planted"], "the scan finds nothing"
        os.unlink(planted)

    def expired(self):
        """The session has ended, and the daemon knows: within a second of a yes a report is no news."""
        held = sgauth.get_credential()
        self.control("expire", all=True)
        stage.wait_for(lambda: sgauth.report_rejected(held).state == "expired")


def fails(kind, call, *parts):
    try:
        got = call()
    except kind as error:
        assert all(part in str(error) for part in parts), str(error)
        return
    raise AssertionError("no error, but %r" % got)


def bob(connection):
    return connection.find_one("HumanUser", [["login", "is", "bob"]])["id"]


def authenticator(manager=None):
    from tank.authentication import ShotgunAuthenticator
    return ShotgunAuthenticator(manager)
