# SPDX-License-Identifier: Apache-2.0
"""As much of the official client as a contract test needs (facts/fptr.md A.4 to A.7), over plain urllib: the same names, the
same order of credentials, the same fault for error 102."""
import json
import os
import ssl
import urllib.request


class Fault(Exception):
    pass


class AuthenticationFault(Fault):
    pass


class ProtocolError(Exception):
    pass


class Config:
    script_name = api_key = session_token = sudo_as_login = None


class Shotgun:
    def __init__(self, base_url, script_name=None, api_key=None, http_proxy=None, connect=True, session_token=None,
                 sudo_as_login=None):
        self.base_url = base_url
        self.config = Config()
        self.config.script_name, self.config.api_key = script_name, api_key
        self.config.session_token, self.config.sudo_as_login = session_token, sudo_as_login
        if connect:
            self._call_rpc("info", None, include_auth_params=False)

    def _credentials(self):
        if self.config.script_name:
            return {"script_name": self.config.script_name, "script_key": self.config.api_key}
        return {"session_token": self.config.session_token, "reject_if_expired": True}

    def _call_rpc(self, method, params, include_auth_params=True):
        sent = [self._credentials()] if include_auth_params else []
        body = {"method_name": method, "params": sent + ([params] if params else [])}
        request = urllib.request.Request(self.base_url + "/api3/json", json.dumps(body).encode(),
                                         {"content-type": "application/json"})
        trusted = ssl.create_default_context(cafile=os.environ["SHOTGUN_API_CACERTS"])
        trusted.verify_flags &= ~ssl.VERIFY_X509_STRICT  # Python 3.13 asks more of an authority than sites have
        with urllib.request.urlopen(request, context=trusted, timeout=10) as reply:
            answer = json.loads(reply.read().decode())
        if answer.get("exception"):
            kind = AuthenticationFault if answer.get("error_code") == 102 else Fault
            raise kind(answer.get("message", ""))
        return answer.get("results", answer)

    def find_one(self, kind, filters):
        conditions = [{"path": path, "relation": relation, "values": [value]} for path, relation, value in filters]
        found = self._call_rpc("read", {
            "type": kind, "return_fields": ["id"], "filters": {"logical_operator": "and", "conditions": conditions},
            "return_only": "active", "paging": {"entities_per_page": 1, "current_page": 1}})["entities"]
        return found[0] if found else None
