#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What sgauth-keyring makes of a Secret Service that errs: an answer that failed is never taken for "there is none".

Usage: keyring_helper.py SGAUTH_KEYRING. Exit 0: held; 1: not; 77: cannot run here."""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

HELPER = sys.argv[1]
PYTHON = "/usr/bin/python3"  # the one that Debian's python3-dbus is for
DONE, FAILED, NO_SUCH_KEY, IS_LOCKED, DISMISSED, UNANSWERED = 0, 1, 3, 4, 7, 8
KEY = "k" * 32
BUS = """<busconfig><type>session</type><listen>unix:tmpdir=/tmp</listen>
<policy context="default"><allow send_destination="*"/><allow receive_sender="*"/><allow own="*"/></policy></busconfig>"""

folder = pathlib.Path(tempfile.mkdtemp(prefix="sgauth-keyring."))
env = {"PATH": os.environ["PATH"], "HOME": str(folder), "XDG_RUNTIME_DIR": str(folder)}


def key(secret=KEY, store="tag", locked=False):
    return {"store": store, "secret": secret, "locked": locked}


def set_world(**world):
    keyring.stdin.write((json.dumps(world) + "\n").encode())
    return json.loads(keyring.stdout.readline())


def helper(*words, stdin=b""):
    done = subprocess.run([HELPER, *words], env=env, input=stdin, capture_output=True, timeout=20, check=False)
    return done.returncode, done.stdout.decode()


def expect(what, found, wanted):
    assert found == wanted, f"{what}: {found}, not {wanted}"
    print(f"ok      {what}")


def a_search_that_fails():
    set_world(items={"a1": key(), "b2": key()}, fails=["SearchItems"])
    expect("a key is fetched while the search fails", helper("fetch", "tag", "a1")[0], FAILED)
    expect("and unlocked", helper("unlock-and-fetch", "tag", "a1")[0], FAILED)
    expect("older keys are dropped while the search fails", helper("keep-only", "tag", "b2")[0], FAILED)
    expect("all keys are dropped while the search fails", helper("keep-only", "tag")[0], FAILED)
    expect("they are still there", set_world(), ["a1", "b2"])


def a_search_that_works():
    set_world(items={"a1": key(), "b2": key(), "c3": key(), "d4": key(store="other")})
    expect("a key is fetched", helper("fetch", "tag", "a1"), (DONE, KEY))
    expect("there is no such key", helper("fetch", "tag", "ff"), (NO_SUCH_KEY, ""))
    expect("older keys are dropped", helper("keep-only", "tag", "b2", "c3"), (DONE, ""))
    expect("those that are kept are kept", set_world(), ["b2", "c3", "d4"])
    expect("all keys are dropped", helper("keep-only", "tag"), (DONE, ""))
    expect("another store's are not", set_world(), ["d4"])


def what_cannot_be_told():
    set_world(items={"a1": key()}, fails=["GetSecret"])
    expect("a key that is there and not given", helper("fetch", "tag", "a1")[0], FAILED)
    set_world(items={"a1": key("short")})
    expect("a key that is none", helper("fetch", "tag", "a1")[0], FAILED)
    set_world(items={"a1": key(locked=True)})
    expect("a key in a locked keyring that is not the default one", helper("fetch", "tag", "a1")[0], IS_LOCKED)
    expect("it is not dropped, and nobody is asked", helper("keep-only", "tag")[0], IS_LOCKED)
    set_world(default_locked=True)
    expect("no key in a default keyring that is locked", helper("fetch", "tag", "a1")[0], IS_LOCKED)
    expect("none to drop in a keyring that is locked", helper("keep-only", "tag")[0], IS_LOCKED)
    set_world(fails=["ReadAlias"])
    expect("no key, and nothing known of the default keyring", helper("fetch", "tag", "a1")[0], FAILED)
    set_world(items={"a1": key()}, fails=["Delete"])
    expect("a key that does not go", helper("keep-only", "tag")[0], FAILED)


def unlock_and(how):
    """What comes of the errand when its dialog is answered so; nothing: not at all, for a second."""
    before = len(set_world(asked=True))
    asking = subprocess.Popen([HELPER, "unlock", "tag", "1" if how is None else "20"], env=env, stdout=subprocess.PIPE)
    try:
        end = time.monotonic() + 10
        while how and "Prompt" not in set_world(asked=True)[before:]:
            assert time.monotonic() < end, "no dialog is shown"
        if how:
            set_world(answer=how)
        asking.communicate(timeout=10)
        return asking.returncode, set_world(asked=True)[before:]
    finally:
        asking.kill()
        asking.wait()


def what_a_dialog_brings():
    shown = ["Unlock", "Prompt"]
    set_world(default_locked=True)
    expect("its dialog is closed", unlock_and("closed"), (DISMISSED, shown))
    expect("nobody answers it: it is taken away", unlock_and(None), (UNANSWERED, [*shown, "Dismiss"]))
    expect("the keyring is still locked", helper("probe", "tag")[0], IS_LOCKED)
    expect("it is opened", unlock_and("opened"), (DONE, shown))
    expect("and can keep a key", helper("store", "tag", "a1", stdin=KEY.encode()), (DONE, ""))
    expect("which it has", helper("fetch", "tag", "a1"), (DONE, KEY))
    expect("one that is open shows no dialog", unlock_and(None), (DONE, []))


def waits(before, after, what):
    """With `before` it waits, and with `after` it ends once it is told of a change."""
    set_world(**before)
    waiting = subprocess.Popen([HELPER, "wait", "tag", "a1"], env=env)
    try:
        # Long enough to have looked: what is told in between changes nothing that it goes by.
        for _ in range(3):
            try:
                waiting.wait(timeout=0.4)
                raise AssertionError(f"it does not wait for {what}")
            except subprocess.TimeoutExpired:
                set_world(**before, signal=True)
        set_world(**after, signal=True)
        expect(f"it waits for {what}, and no longer", waiting.wait(timeout=5), DONE)
    finally:
        waiting.kill()
        waiting.wait()


def what_is_waited_for():
    there = {"items": {"a1": key()}}
    waits({"items": {"a1": key(locked=True)}}, there, "a locked key, with the default keyring open")
    waits({"items": {"a1": key("short")}}, there, "a key in place of what is none")
    waits({"items": {"a1": key()}, "fails": ["SearchItems"]}, there, "a search that works")
    waits({"default_locked": True}, there, "the default keyring")
    waits({"default_locked": True}, {"items": {}}, "the default keyring, which has no such key")
    set_world(**there)
    expect("a key that can be read is not waited for", helper("wait", "tag", "a1")[0], DONE)


def main():
    a_search_that_fails()
    a_search_that_works()
    what_cannot_be_told()
    what_is_waited_for()
    what_a_dialog_brings()


if __name__ == "__main__":
    if not shutil.which("dbus-daemon"):
        print("skipped: dbus-daemon is not installed")
        sys.exit(77)
    if subprocess.run([PYTHON, "-c", "import dbus, gi"], capture_output=True, check=False).returncode:
        print("skipped: python3-dbus or python3-gi is not installed")
        sys.exit(77)
    (folder / "bus.conf").write_text(BUS)
    children = []
    try:
        command = ["dbus-daemon", f"--config-file={folder}/bus.conf", "--nofork", "--print-address"]
        children.append(subprocess.Popen(command, env=env, stdout=subprocess.PIPE))
        env["DBUS_SESSION_BUS_ADDRESS"] = children[0].stdout.readline().decode().strip()
        fake = pathlib.Path(__file__).with_name("fake_secret_service.py")
        keyring = subprocess.Popen([PYTHON, "-B", fake], env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)
        children.append(keyring)
        assert keyring.stdout.readline() == b"ready\n", "the stand-in keyring does not start"
        main()
    except AssertionError as why:
        print(f"FAILED  {why}")
        sys.exit(1)
    finally:
        for child in reversed(children):
            child.kill()
            child.wait()
        shutil.rmtree(folder)
