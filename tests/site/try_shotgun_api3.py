#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Tries the official Python client, unchanged, against the stand-in site.

usage: try_shotgun_api3.py BIN [CLIENT]

BIN holds fpt_stand_in, fpt_control and fpt_proxy; CLIENT is the folder that holds the package shotgun_api3 (default:
the variable SGAUTH_SHOTGUN_API3). Without a CLIENT nothing can be tried: exit 77, skipped.
"""
import json
import os
import subprocess
import sys
import tempfile
import time


class Site:
    """One running stand-in."""

    def __init__(self, programs, folder):
        self.programs, self.folder = programs, folder
        self.process, self.url = start(
            [os.path.join(programs, "fpt_stand_in"), "--dir", folder])

    def control(self, verb, **body):
        out = subprocess.run(
            [os.path.join(self.programs, "fpt_control"), self.folder, verb, json.dumps(body)],
            check=True, stdout=subprocess.PIPE, timeout=10).stdout
        return json.loads(out)

    def methods(self):
        return self.control("state")["counters"]["methods"]


def start(command):
    process = subprocess.Popen(command, stdout=subprocess.PIPE, universal_newlines=True)
    word, where = process.stdout.readline().split()
    assert word == "ready", word
    return process, where


def stop(process):
    process.terminate()
    assert process.wait(10) == 0
    process.stdout.close()


def passed(what, detail=""):
    print("ok  %s%s" % (what, ": %s" % (detail,) if detail else ""))


def expect(kind, call, what):
    try:
        answer = call()
    except Exception as error:  # the kind is compared exactly: siblings and subclasses are another answer
        assert type(error) is kind, "%s: %r" % (what, error)
        passed(what, "%s: %s" % (kind.__name__, str(error).splitlines()[0][:90]))
        return error
    raise AssertionError("%s: no error but %r" % (what, answer))


def try_logins(api, site, connect):
    bob = connect(login="bob", password="bob-password")
    token = bob.get_session_token()
    assert len(token) == 32 and token.strip("0123456789abcdef") == ""
    passed("a password gives a token")
    expect(api.AuthenticationFault,
           connect(login="bob", password="wrong").get_session_token, "a wrong password")
    expect(api.MissingTwoFactorAuthenticationFault,
           connect(login="jane", password="jane-password").get_session_token, "two factors, no code")
    jane = connect(login="jane", password="jane-password", auth_token="100001")
    assert jane.config.session_token and jane.config.user_password is None
    passed("two factors, a code: the client keeps the token alone")
    expect(api.AuthenticationFault,
           lambda: connect(login="jane", password="jane-password", auth_token="100001"), "a code twice")
    site.control("settings", wrong_code_error=106)
    expect(api.MissingTwoFactorAuthenticationFault,
           lambda: connect(login="jane", password="jane-password", auth_token="1"), "a wrong code, as 106")
    assert bob.authenticate_human_user("bob", "bob-password")["id"] == 43
    passed("authenticate_human_user")
    expect(api.AuthenticationFault,
           lambda: bob.authenticate_human_user("bob", "wrong"), "authenticate_human_user, a wrong password")
    farm = connect(script_name="farm", api_key="farm-key")
    assert len(farm.get_session_token()) == 32
    assert farm.find_one("ApiUser", [["firstname", "is", "farm"]])["id"] == 7
    passed("a script's key")
    expect(api.AuthenticationFault,
           connect(script_name="farm", api_key="x").get_session_token, "a wrong key")
    return token


def try_reads(api, site, connect, token):
    site.control("reset_counters")
    session = connect(session_token=token)
    assert session.find_one("HumanUser", []) is not None
    assert site.methods() == {"info": 1, "read": 1}, site.methods()
    passed("the keep-alive probe is one info and one read")
    row = session.find_one("HumanUser", [["login", "is", "JANE"]], ["login", "email"])
    assert row == {"type": "HumanUser", "id": 42, "login": "jane", "email": "jane@example.com"}, row
    assert session.find_one("HumanUser", [["email", "is", "bob@example.com"]])["id"] == 43
    assert session.find_one("HumanUser", [["login", "is", "nobody"]]) is None
    assert [row["id"] for row in session.find("HumanUser", [])] == [42, 43]
    passed("find and find_one")
    for number in range(3):
        site.control("person", login="crowd%d" % number)
    site.control("settings", api_max_entities_per_page=2)
    assert len(connect(session_token=token).find("HumanUser", [])) == 5
    site.control("settings", api_max_entities_per_page=500)
    passed("pages")
    expect(api.Fault, lambda: session.find("Shot", []), "an entity that is not there")
    expect(api.Fault, lambda: session.find("HumanUser", [], ["nonsense"]), "a field that is not there")
    site.control("fault", kind="whoami_as", login="bob", method="read")
    assert session.find_one("HumanUser", [["login", "is", "jane"]], ["login"])["login"] == "bob"
    passed("somebody else's answer")


def try_endings(api, site, connect):
    bob = connect(login="bob", password="bob-password")
    session = connect(session_token=bob.get_session_token())
    site.control("settings", session_seconds=3600)
    site.control("advance", seconds=3000)
    session.find_one("HumanUser", [])
    site.control("advance", seconds=3000)
    session.find_one("HumanUser", [])
    passed("a read slides the idle window")
    site.control("advance", seconds=3601)
    expect(api.AuthenticationFault, lambda: session.find_one("HumanUser", []), "an idle session")
    bob = connect(login="bob", password="bob-password")
    session = connect(session_token=bob.get_session_token())
    site.control("revoke", login="bob")
    expect(api.AuthenticationFault, lambda: session.find_one("HumanUser", []), "a revoked session")
    for _ in range(10):
        expect_quietly(api.AuthenticationFault, connect(login="bob", password="wrong").get_session_token)
    expect(api.AuthenticationFault,
           connect(login="bob", password="bob-password").get_session_token, "the right password, locked")
    site.control("advance", seconds=3600)
    assert connect(login="bob", password="bob-password").get_session_token()
    passed("the lock ends after an hour")


def expect_quietly(kind, call):
    try:
        call()
    except kind:
        return
    raise AssertionError("no %s" % kind.__name__)


def try_single_sign_on(api, site, connect):
    site.control("settings", user_authentication_method="saml2")
    expect(api.UserCredentialsNotAllowedForSSOAuthenticationFault,
           connect(login="bob", password="bob-password").get_session_token, "saml2")
    site.control("settings", user_authentication_method="oxygen")
    expect(api.shotgun.UserCredentialsNotAllowedForOxygenAuthenticationFault,
           connect(login="bob", password="bob-password").get_session_token, "oxygen")
    assert connect(login="bob", password="bob-passphrase").get_session_token()
    passed("oxygen, with the passphrase of a personal access token")


def try_trouble(api, site, connect):
    token = connect(login="bob", password="bob-password").get_session_token()
    session = connect(session_token=token)
    session.find_one("HumanUser", [])
    for status, tries in (("502", 3), ("504", 3), ("500", 1), ("503", 1), ("403", 1), ("429", 1)):
        site.control("reset_counters")
        site.control("fault", kind=status, method="read", count="all")
        expect(api.ProtocolError, lambda: session.find_one("HumanUser", []), "HTTP %s" % status)
        assert site.methods()["read"] == tries, site.methods()
        site.control("clear_faults")
    site.control("reset_counters")
    site.control("fault", kind="502", method="read", count=2)
    assert session.find_one("HumanUser", [])
    assert site.methods()["read"] == 3
    passed("two 502 in a row are tried again")
    site.control("fault", kind="saml302", method="read")
    error = expect(api.ProtocolError, lambda: session.find_one("HumanUser", []), "single sign-on claims are over")
    assert error.errcode == 302 and error.headers["location"].endswith("/saml/saml_login_request")
    site.control("fault", kind="no_content_type", method="read")
    assert session.find_one("HumanUser", [])
    passed("no content type is read as JSON")
    site.control("reset_counters")
    site.control("fault", kind="drop", method="read")
    assert session.find_one("HumanUser", [])
    assert site.methods()["read"] == 2
    passed("a dropped connection: the client sends again")
    site.control("fault", kind="broken_json", method="read")
    expect(json.JSONDecodeError, lambda: session.find_one("HumanUser", []), "broken JSON")


def try_tls(api, site, connect):
    # Three tries with three seconds between them are the client's own habit: cut short.
    os.environ["SHOTGUN_API_RETRY_INTERVAL"] = "0"
    for certificate in ("wrong_host", "untrusted", "expired"):
        site.control("connections", certificate=certificate)
        try:
            connect(login="bob", password="bob-password").get_session_token()
        except Exception as error:
            assert "CERTIFICATE_VERIFY_FAILED" in str(error), error
            passed("the certificate %s is refused" % certificate)
        else:
            raise AssertionError("%s was trusted" % certificate)
    site.control("connections", certificate="good")


def try_proxy(api, site, connect, folder):
    program = os.path.join(site.programs, "fpt_proxy")
    process, where = start([program, "--dir", folder, "--user", "pat", "--password", "Proxy-Word"])
    try:
        through = connect(login="bob", password="bob-password", http_proxy="pat:Proxy-Word@" + where)
        assert through.get_session_token()
        refused = connect(login="bob", password="bob-password", http_proxy="pat:proxy-word@" + where)
        try:
            refused.get_session_token()
        except Exception as error:
            passed("a proxy with the wrong password", type(error).__name__)
        else:
            raise AssertionError("the proxy let a wrong password through")
        with open(os.path.join(folder, "proxy.count")) as file:
            counts = json.load(file)
        assert counts["tunnels"] >= 1 and counts["denied"] >= 1, counts
        passed("through a proxy with Basic authentication", counts)
    finally:
        stop(process)


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    client = sys.argv[2] if len(sys.argv) > 2 else os.environ.get("SGAUTH_SHOTGUN_API3")
    if not client:
        print("skipped: the folder of shotgun_api3 was not given")
        sys.exit(77)
    sys.path.insert(0, client)
    import shotgun_api3 as api

    began = time.time()
    with tempfile.TemporaryDirectory() as folder:
        site = Site(sys.argv[1], os.path.join(folder, "site"))
        try:
            os.environ["SHOTGUN_API_CACERTS"] = os.path.join(site.folder, "ca.pem")

            def connect(**more):
                return api.Shotgun(site.url, connect=False, **more)

            assert api.Shotgun(site.url, "farm", "farm-key").info()["version"] == [8, 89, 0]
            passed("info")
            token = try_logins(api, site, connect)
            try_reads(api, site, connect, token)
            try_endings(api, site, connect)
            try_single_sign_on(api, site, connect)
            site.control("reset")
            try_trouble(api, site, connect)
            try_tls(api, site, connect)
            try_proxy(api, site, connect, os.path.join(folder, "proxy"))
        finally:
            stop(site.process)
    print("all passed in %.1f s" % (time.time() - began))


if __name__ == "__main__":
    main()
