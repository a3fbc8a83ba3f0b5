# SPDX-License-Identifier: Apache-2.0
"""authentication.yml, as JSON, which is YAML."""
import json
import os


def _path(host):
    folder = host.split("//")[-1].split(":")[0]
    return os.path.join(os.environ["SHOTGUN_HOME"], folder, "authentication.yml")


def _load(host):
    try:
        with open(_path(host)) as file:
            return json.load(file)
    except OSError:
        return {"users": []}


def _store(host, document):
    with open(_path(host), "w") as file:
        json.dump(document, file)


def _is(entry, login):
    return entry["login"].lower() == login.strip().lower()


def get_session_data(base_url, login):
    found = [dict(entry) for entry in _load(base_url)["users"] if _is(entry, login) and entry.get("session_token")]
    return found[0] if found else None


def cache_session_data(host, login, session_token, session_metadata=None):
    os.makedirs(os.path.dirname(_path(host)), exist_ok=True)
    document = _load(host)
    others = [entry for entry in document["users"] if not _is(entry, login)]
    document["users"] = others + [{"login": login, "session_token": session_token}]
    _store(host, document)


def delete_session_data(host, login):
    document = _load(host)
    document["users"] = [entry for entry in document["users"] if not _is(entry, login)]
    _store(host, document)


def get_current_user(host):
    return _load(host).get("current_user")


def set_current_user(host, login):
    _store(host, dict(_load(host), current_user=login))
