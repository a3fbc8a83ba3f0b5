#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The daemon is killed at every call that changes the disk, of everything that people order and of its start; a fresh one then has
what was before or what was ordered, never anything else, and what was ordered if that had been reported. And what is renamed or
removed is flushed with its folder, which a kill cannot show: only a power cut would.

Usage: crash_points.py SGAUTH SGAUTHD FPT_STAND_IN FPT_CONTROL LIBFAILING_DISK GROUP. Exit 0: held; 1: not; 77: cannot run here."""

import json
import sys

import crash_keyring
import crash_stage as stage
from crash_stage import PHRASE, attempt, log_in, look, run, world


def check_flushed(name, calls):
    """The ledger is left out: it is not flushed, and nobody is told that it is."""
    calls = [call for call in calls if ":audit" not in call]
    for i, call in enumerate(calls):
        what, _, file = call.partition(":")
        if what == "rename":
            before = [c for c in calls[:i] if c.endswith(f":{file}")]
            assert before and before[-1] == f"fsync:{file}", f"{name}: {file} is renamed before it is flushed: {calls}"
        if what in ("rename", "renameat2", "unlink"):
            after = [c for c in calls[i + 1 :] if not c.startswith("unlink:")]
            assert after and after[0] == f"fsync:{stage.machine}", f"{name}: the folder is not flushed after {call}: {calls}"


def plans_for(calls, but_not=None):
    tried = [(n, call) for n, call in enumerate(calls, 1) if not (but_not and but_not in call)]
    plans = ["kill-before 1"] + [f"kill-after {n}" for n, _ in tried]
    return plans + [f"kill-within {n}" for n, call in tried if call.startswith("write:")]


def must_die(what, calls):
    """How many lines the ledger writes at once differs: then the last of these calls do not come."""
    return int(what.split()[1]) <= len([call for call in calls if ":audit" not in call])


def try_step(name, start, step, between=(), changes=True, reports=True, check=None, but_not=None):
    """`between`: what else a crash may leave. `changes`: people see a difference. `reports`: what is told is on the disk by then.
    `check`: called with whether it was reported, after each crash."""
    start.make()
    before = look(start.known, start.kept)
    done, _ = attempt(start, step, "count")
    calls = stage.count.read_text().split()
    after = look(start.known)
    assert done and (before != after) == changes, f"{name}: {before}; {after}; {done}"
    check_flushed(name, calls)
    stored = calls.index("rename:sessions.sealed") + 1 if name.startswith("login") else 0
    plans = plans_for(calls, but_not)
    for what in plans:
        done, ended = attempt(start, step, what)
        found = look(start.known, start.kept if ended else None)
        n = int(what.split()[1])
        is_one_shot = name.startswith("login") and n >= stored and not what.startswith("kill-before")
        allowed = [after] if (done and reports) or is_one_shot else [before, after, *between]
        if is_one_shot and not done:  # its answer is durable before all else; whether it is the default follows
            allowed.append(with_default_of(before, after))
        if found not in allowed or (must_die(what, calls) and not ended):
            raise AssertionError(f"{name}, {what} of {calls}: {found}; before: {before}; after: {after}; reported: {done}")
        if check:
            check(done)
    print(f"ok      {name}: {len(plans)} crash points, {len(calls)} calls", flush=True)


def try_start(name, start, expected, calls_for):
    """The daemon dies while it starts: whoever is next has `expected`, as after a start that went well. `calls_for`: it must make
    these, else this shows nothing."""
    attempt(start, None, "count")
    calls = stage.count.read_text().split()
    assert set(calls_for) <= set(calls), f"{name}: it does not do what is to be tried: {calls}"
    found = look(start.known)
    assert found == expected, f"{name}: {found} instead of {expected}"
    check_flushed(name, calls)
    plans = plans_for(calls)
    for what in plans:
        _, ended = attempt(start, None, what)
        found = look(start.known)
        if found != expected or (must_die(what, calls) and not ended):
            raise AssertionError(f"{name}, {what} of {calls}: {found} instead of {expected}")
    print(f"ok      {name}: {len(plans)} crash points, {len(calls)} calls", flush=True)


def with_default_of(before, after):
    old, new = json.loads(before)[1], json.loads(after)
    for user in new[1]:
        new[1][user][0] = old.get(user, [False])[0]
    return json.dumps(new, sort_keys=True)


def ledger_holds(has_handed_out):
    """The ledger can be read, its chain is whole, and a hand-out that was answered is in it."""
    stage.start_daemon()
    told = json.loads(run("call", "Audit", '{"limit":100}')[1])
    events = [entry["event"] for entry in told["entries"]]
    stage.kill_daemon()
    assert not told.get("broken"), told["broken"]
    assert not has_handed_out or "handed_out" in events, events


def orders():
    none, bob, both = world([]), world(["bob"]), world(["bob", "joe"])
    try_step("login, the first", none, lambda: log_in("bob"))
    try_step("login, a second user", bob, lambda: log_in("joe"))
    try_step("login, the same user again", bob, lambda: log_in("bob"))
    try_step("default", both, lambda: run("default", stage.url, "--user", "joe"))
    try_step("revoke", both, lambda: run("revoke", "--user", "bob"))
    try_step("wipe", both, stage.wipe)
    try_step("expiry", bob, stage.grow_old, reports=False)


def locks():
    bob, both = world(["bob"]), world(["bob", "joe"])
    try_step("lock", both, lambda: run("lock"))
    try_step("unlock", world(["bob"], [["lock"]]), lambda: run("unlock"))
    try_step("rekey", world(["bob"], place="keyring"), lambda: run("vault", "--rekey"), changes=False)
    locked = world(["bob", "joe"], [["lock"]])
    try_step("revoke, while locked", locked, lambda: run("revoke", "--user", "bob"))
    away = world(["bob"], key="away")
    try_step("reset, while the key is away", away, lambda: run("vault", "--reset"))
    no_ledger = world(["bob"], spoil=stage.forget_ledger)
    try_step("a hand-out", no_ledger, lambda: run("token", stage.url), changes=False, check=ledger_holds)
    farm = world(["farm"])
    try_step("a token of a script's", farm, lambda: run("token", stage.url, "--user", "farm"), changes=False)


def passphrase():
    """Each opening takes its time: calls that are tried elsewhere are left out."""
    bob = world(["bob"])
    try_step("move, to a passphrase", bob, lambda: run("vault", "passphrase", "--passphrase-stdin", stdin=PHRASE))
    try_step("lock, with a passphrase", bob, lambda: run("lock", "--passphrase-stdin", stdin=PHRASE))
    typed = world(["bob", "joe"], [["vault", "passphrase", "--passphrase-stdin"]], key="typed")
    try_step("revoke, with a passphrase", typed, lambda: run("revoke", "--user", "bob"), but_not=":audit.jsonl")


def keys():
    try_step("move, into the keyring", world(["bob"]), lambda: run("vault", "keyring"), changes=False)
    in_keyring = world(["bob", "joe"], place="keyring")
    try_step("revoke, the keyring's key", in_keyring, lambda: run("revoke", "--user", "bob"))
    lost = world(["bob"], place="keyring", key="lost")
    nothing_yet = json.dumps([False, {}, ["sessions.sealed.bad-1"]])  # the old store is aside, and there is no new one
    try_step("login, where the key is lost", lost, lambda: log_in("joe"), [nothing_yet])


def starts():
    bob_there = {"bob": [True, "bob's"]}

    def spoilt(name, content):
        return world(["bob"], spoil=lambda: (stage.own / name).write_bytes(content) and None)

    def expected(seen, *leavings):
        return json.dumps([False, seen, list(leavings)])

    bad_store, bad_tombs = "sessions.sealed.bad-1", "revoked.bad-1"
    foreign, aside = b"no store\n", "renameat2:"
    try_start("start, the store is none", spoilt("sessions.sealed", foreign), expected({}, bad_store), [aside + bad_store])
    damaged = world(["bob"], spoil=stage.damage_store)
    try_start("start, the store is damaged", damaged, expected({}, bad_store), [aside + bad_store])
    try_start("start, the tombstones are none", spoilt("revoked", foreign), expected(bob_there, bad_tombs), [aside + bad_tombs])
    unfinished = spoilt("sessions.sealed.new-00000000", foreign)
    try_start("start, a write was not finished", unfinished, expected(bob_there), ["unlink:sessions.sealed"])
    twice = world(["bob"], spoil=stage.die_between_two_records)
    seen = {"bob": [True, "new"]}
    try_start("start, a login was not finished", twice, expected(seen), ["rename:sessions.sealed"])
    kept = world(["bob", "joe"], spoil=stage.revoke_on_a_full_disk)  # bob is in no answer: not before, not after
    kept.make()
    assert "bob" not in look(kept.known, kept.kept) and "bob" in look(kept.known), "systemd kept nothing that is newer"
    try_step("the first order, where the store that systemd kept is newer", kept, lambda: run("vault", "keyring"), changes=False)


def desktop():
    with crash_keyring.opened():
        in_desktop = world(["bob", "joe"], place="secret-service")
        try_step("revoke, the desktop's key", in_desktop, lambda: run("revoke", "--user", "bob"))
        bob = world(["bob"])
        try_step("move, into the desktop's keyring", bob, lambda: run("vault", "secret-service"), changes=False)
        told = world(["bob"], place="secret-service")
        try_step("rekey, the desktop's key", told, lambda: run("vault", "--rekey"), changes=False)


GROUPS = {"orders": orders, "locks": locks, "keys": keys, "passphrase": passphrase, "starts": starts, "desktop": desktop}

if __name__ == "__main__":
    with stage.the_site():
        try:
            GROUPS[sys.argv[6]]()
        except AssertionError as why:
            print(f"FAILED  {why}")
            print((stage.folder / "log").read_text()[-1000:])
            sys.exit(1)
