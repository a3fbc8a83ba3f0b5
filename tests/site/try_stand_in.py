#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks the stand-in site over real sockets: what its unit tests cannot see.

usage: try_stand_in.py BIN          BIN holds fpt_stand_in, fpt_control and fpt_proxy
"""
import http.client
import http.cookiejar
import json
import os
import pathlib
import re
import resource
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
import urllib.request

INFO = json.dumps({"method_name": "info", "params": []})
LIMIT = 10  # seconds: far beyond what anything here takes


class Site:
    def __init__(self, programs, folder, *more):
        self.programs, self.folder = programs, folder
        self.process = subprocess.Popen(
            [os.path.join(programs, "fpt_stand_in"), "--dir", folder] + list(more),
            stdout=subprocess.PIPE, universal_newlines=True)
        word, self.url = self.process.stdout.readline().split()
        assert word == "ready"
        self.port = urllib.parse.urlsplit(self.url).port
        self.trust = ssl.create_default_context(cafile=os.path.join(folder, "ca.pem"))

    def control(self, verb, **body):
        out = subprocess.run(
            [os.path.join(self.programs, "fpt_control"), self.folder, verb, json.dumps(body)],
            check=True, stdout=subprocess.PIPE, timeout=LIMIT).stdout
        return json.loads(out)

    def counters(self):
        return self.control("state")["counters"]

    def connection(self, timeout=LIMIT):
        return http.client.HTTPSConnection("localhost", self.port, timeout=timeout, context=self.trust)

    def ask(self, connection=None, method="POST", path="/api3/json", body=INFO):
        connection = connection or self.connection()
        connection.request(method, path, body)
        answer = connection.getresponse()
        return answer, answer.read()

    def stop(self):
        began = time.monotonic()
        self.process.terminate()
        assert self.process.wait(LIMIT) == 0
        self.process.stdout.close()
        return time.monotonic() - began


def fails_with(kinds, call):
    try:
        answer = call()
    except kinds as error:
        return error
    raise AssertionError("no error but %r" % (answer,))


def until(call, what):
    for _ in range(LIMIT * 50):
        if call():
            return
        time.sleep(0.02)
    raise AssertionError("never: " + what)


def try_deliveries(site):
    gone = (http.client.RemoteDisconnected, ConnectionError, ssl.SSLEOFError)
    for kind in ("drop", "drop_after"):
        site.control("fault", kind=kind)
        fails_with(gone, site.ask)
    site.control("fault", kind="garbage")
    fails_with(http.client.BadStatusLine, site.ask)
    site.control("fault", kind="truncated")
    fails_with((http.client.IncompleteRead, ssl.SSLEOFError), site.ask)
    site.control("fault", kind="never")
    fails_with(socket.timeout, lambda: site.ask(site.connection(timeout=0.3)))
    site.control("fault", kind="delay", delay_ms=300)
    began = time.monotonic()
    assert site.ask()[0].status == 200 and time.monotonic() - began >= 0.3
    site.control("fault", kind="drip", delay_ms=1)
    assert json.loads(site.ask()[1])["version"] == [8, 89, 0]
    site.control("fault", kind="no_content_type")
    assert site.ask()[0].getheader("Content-Type") is None
    site.control("fault", kind="oversized", bytes=3000000)
    assert len(site.ask()[1]) == 3000000
    site.control("fault", kind="endless")
    connection = site.connection()
    connection.request("POST", "/api3/json", INFO)
    assert len(connection.getresponse().read(2000000)) == 2000000
    connection.close()
    site.control("fault", kind="custom", status=200, body='{"approved":null}', http="PUT")
    assert site.ask(method="PUT", path="/internal_api/app_session_request/x", body=None)[1] == b'{"approved":null}'


def try_holding(site):
    site.control("fault", kind="held", count=2)
    answers = []
    threads = [threading.Thread(target=lambda: answers.append(site.ask()[0].status)) for _ in range(2)]
    for thread in threads:
        thread.start()
    until(lambda: site.counters()["held"] == 2, "two held")
    assert answers == []
    site.control("release")
    for thread in threads:
        thread.join(LIMIT)
    assert answers == [200, 200] and site.counters()["held"] == 0


def try_connections(site):
    for certificate in ("wrong_host", "untrusted", "expired"):
        site.control("reset_counters")
        site.control("connections", certificate=certificate)
        fails_with(ssl.SSLCertVerificationError, site.ask)
        until(lambda: site.counters()["handshakes_failed"] == 1, "the refusal is seen")
    site.control("connections", certificate="good", on_accept="close")
    fails_with((ConnectionError, ssl.SSLError), site.ask)
    assert site.ask()[0].status == 200
    site.control("connections", on_accept="silent")
    fails_with(socket.timeout, lambda: site.ask(site.connection(timeout=0.3)))
    assert site.ask()[0].status == 200
    open_still = site.connection()
    assert site.ask(open_still)[0].status == 200
    site.control("connections", on_accept="refuse")
    fails_with(ConnectionRefusedError, site.ask)
    secret = pathlib.Path(site.folder, "control").read_text().strip()
    open_still.request("POST", "/control/connections", '{"on_accept":"serve"}', {"X-Control": secret})
    assert open_still.getresponse().status == 200
    assert site.ask()[0].status == 200
    last = site.counters()["last"]["POST /api3/json"]
    assert last["server_name"] == "localhost" and last["headers"]["host"] == "localhost:%d" % site.port


def try_proxy(programs, folder, site):
    proxy = subprocess.Popen([os.path.join(programs, "fpt_proxy"), "--dir", folder], stdout=subprocess.PIPE,
                             universal_newlines=True)
    try:
        port = int(proxy.stdout.readline().rpartition(":")[2])

        def status():
            with socket.create_connection(("127.0.0.1", port), LIMIT) as line:
                line.sendall(b"CONNECT localhost:%d HTTP/1.1\r\n\r\n" % site.port)
                return int(line.recv(100).split()[1])
        says = pathlib.Path(folder, "proxy.says")
        assert status() == 200
        says.write_text("407\n")
        assert status() == 407
        says.unlink()
        assert status() == 200
        counts = json.loads(pathlib.Path(folder, "proxy.count").read_text())
        assert (counts["tunnels"], counts["denied"]) == (2, 1), counts
    finally:
        proxy.kill()
        proxy.wait()
        proxy.stdout.close()


def try_many(site, count=1000):
    site.control("reset_counters")
    everybody = [site.connection() for _ in range(count)]
    for connection in everybody:
        assert site.ask(connection)[0].status == 200
    for connection in everybody:
        assert site.ask(connection)[0].status == 200
    seen = site.counters()
    assert seen["connections_live"] == seen["connections_accepted"] == count, seen
    assert seen["methods"] == {"info": 2 * count} and seen["requests"] == 2 * count
    for connection in everybody:
        connection.close()
    until(lambda: site.counters()["connections_live"] == 0, "all are gone")


def try_browser_login(site):
    def poll(name):
        return site.ask(method="PUT", path="/internal_api/app_session_request/" + name, body=None)

    browser = urllib.request.build_opener(
        urllib.request.HTTPSHandler(context=site.trust),
        urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))

    def visit(where, **form):
        data = urllib.parse.urlencode(form).encode() if form else None
        with browser.open(urllib.parse.urljoin(site.url, where), data, LIMIT) as answer:
            return answer.read().decode()

    def fill(page, **form):
        hidden = re.search('type="hidden" name="(.*?)" value="(.*?)"', page)
        if hidden:
            form[hidden.group(1)] = hidden.group(2)
        return visit(re.search('action="(.*?)"', page).group(1), **form)

    for decision in ("approve", "deny"):
        made = json.loads(site.ask(
            path="/internal_api/app_session_request", body="appName=A+%26+B&machineId=ws-042")[1])
        assert json.loads(poll(made["sessionRequestId"])[1]) == {"approved": False}
        page = visit(made["url"])
        if "Password" in page:
            assert "authenticate" in fill(page, login="bob", password="wrong")
            page = fill(page, login="bob", password="bob-password")
        assert "A &amp; B on ws-042 wants to act as bob." in page
        fill(page, decision=decision)
        status, body = poll(made["sessionRequestId"])
        if decision == "approve":
            answer = json.loads(body)
            assert answer["approved"] is True and answer["userLogin"] == "bob" and answer["sessionToken"]
        else:
            assert status.status == 404
        assert poll(made["sessionRequestId"])[0].status == 404


def try_ending(site):
    site.control("fault", kind="held", count="all")
    connection = site.connection()
    connection.request("POST", "/api3/json", INFO)
    until(lambda: site.counters()["held"] == 1, "one held")
    took = site.stop()
    assert took < 1, took
    connection.close()


def try_command_line(programs, folder):
    program = os.path.join(programs, "fpt_stand_in")
    for wrong in ([], ["--dir", folder, "--nonsense"], ["--dir", folder, "--port", "70000"],
                  ["--dir", folder, "--settings", '{"nonsense":1}'], ["--dir", folder, "--logout", "maybe"]):
        assert subprocess.run([program] + wrong, stderr=subprocess.DEVNULL, timeout=LIMIT).returncode == 2, wrong
    site = Site(programs, folder, "--plain", "--web-session", "on", "--settings", '{"version":[1,2,3]}')
    try:
        assert site.url.startswith("http://")
        with urllib.request.urlopen(site.url + "/api3/json", INFO.encode(), LIMIT) as answer:
            assert json.load(answer)["version"] == [1, 2, 3]
        busy = subprocess.run([program, "--dir", folder, "--port", str(site.port)],
                              stderr=subprocess.DEVNULL, timeout=LIMIT)
        assert busy.returncode == 1
        assert site.control("state")["url"] == site.url
        site.stop()
    finally:
        site.process.kill()
        site.process.wait()


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    with tempfile.TemporaryDirectory() as folder:
        site = Site(sys.argv[1], os.path.join(folder, "site"))
        try:
            for check in (try_deliveries, try_holding, try_connections, try_many, try_browser_login):
                began = time.monotonic()
                check(site)
                site.control("reset")
                print("ok  %s %.2f s" % (check.__name__, time.monotonic() - began))
            try_proxy(sys.argv[1], os.path.join(folder, "proxy"), site)
            print("ok  try_proxy")
            try_ending(site)
            print("ok  try_ending")
        finally:
            site.process.kill()
            site.process.wait()
        try_command_line(sys.argv[1], os.path.join(folder, "plain"))
        print("ok  try_command_line")


if __name__ == "__main__":
    main()
