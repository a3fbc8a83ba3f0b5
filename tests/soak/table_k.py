# SPDX-License-Identifier: Apache-2.0
"""The facts' table of classes (K), row by row: by which faults a run shows each, or why it does not; and the order in which
they come."""
import random
import threading

ANSWERS = [
    {"kind": "saml302"},
    *({"kind": str(status)} for status in (301, 302, 303, 307, 308)),
    *({"kind": kind} for kind in ("401", "403", "403json", "404", "404empty", "407", "410")),
    *({"kind": "429", "retry_after": seconds} for seconds in (0, 2)),
    {"kind": "429"},
    *({"kind": kind} for kind in ("500", "501", "502", "503", "504")),
    {"kind": "503", "retry_after": 1},
    *({"kind": kind} for kind in ("empty", "html200", "broken_json", "not_object", "no_content_type")),
    {"kind": "html200", "body": "<form action='/login'>"},
    *({"kind": kind} for kind in ("drop", "drop_after", "truncated", "garbage", "endless", "never")),
    {"kind": "delay", "delay_ms": 700},
    {"kind": "drip", "delay_ms": 3},
    {"kind": "interim", "replies": 3},
    {"kind": "oversized", "bytes": 20_000_000},
    {"kind": "held"},
    {"kind": "custom", "status": 200, "body": "{\"results\":null}"},
    {"kind": "custom", "status": 418, "body": "x", "content_type": "none"},
    *({"kind": "fault", "error_code": code, "message": "planted"} for code in (103, 104, 106, 108, 110)),
    {"kind": "fault", "error_code": 102, "message": "planted", "method": "get_session_token"},
]
CERTIFICATES = ["connection: untrusted", "connection: wrong_host", "connection: expired"]
ACCEPTED = ["connection: close", "connection: silent"]
REFUSED = "connection: refused"
NAME_LOST = "connection: the site's name is not found"
TUNNEL_DENIED = "connection: the proxy wants credentials (407)"
CONNECTIONS = [*CERTIFICATES, *ACCEPTED, REFUSED, NAME_LOST, TUNNEL_DENIED]
KEY_CHANGED = "script key changed (102)"
TOKEN_ENDED = ["token of a script expired (102)", "token of a script revoked (102)"]
SESSIONS = ["session expired (102)", "session revoked (102)", *TOKEN_ENDED, KEY_CHANGED]

# The kinds by which a row is shown; a text: why by none.
ROWS = {
    "JSON-RPC 200 with `results` / `info` object": "every request that runs into nothing",
    "102 with session token": [*SESSIONS[:2], *TOKEN_ENDED],
    "102 with password": ["fault 102"],
    "102 with script key": [KEY_CHANGED, "fault 102"],
    "106": ["fault 106"],
    "108 / 110": ["fault 108", "fault 110"],
    "other API faults": ["fault 103", "fault 104"],
    "302 to the SAML page": ["saml302"],
    "other 3xx": ["301", "302", "303", "307", "308"],
    "401": ["401"],
    "403": ["403", "403json"],
    "407": ["407", TUNNEL_DENIED],
    "429": ["429", "429 after 0", "429 after 2"],
    "502, 504": ["502", "504"],
    "503": ["503", "503 after 1"],
    "500": ["500", "501"],
    "other statuses": ["404", "404empty", "410", "custom 418"],
    "200 non-JSON": ["empty", "html200", "html200 form", "broken_json", "not_object", "no_content_type", "custom 200",
                     "oversized", "endless", "interim", "drip"],
    "DNS": [NAME_LOST],
    "refused": [REFUSED],
    "reset": ["drop", "drop_after", "truncated", "garbage", "connection: close"],
    "time-out": ["never", "delay", "held", "connection: silent"],
    "TLS": CERTIFICATES,
    "ASL 404 JSON, ASL 403 JSON on POST": "no login by browser here: its requests are another test's",
    "REST 400 at token endpoint, REST 401 on refresh": "the daemon asks for no bearer",
    "APS 400 `invalid_grant`": "the daemon does not speak to Autodesk Platform Services",
}


def name_of(card):
    if isinstance(card, str):
        return card
    details = [str(card[key]) for key in ("error_code", "status") if key in card]
    if "retry_after" in card:
        details.append(f"after {card['retry_after']}")
    if card["kind"] == "html200" and "body" in card:
        details.append("form")
    return " ".join([card["kind"], *details])


class Deck:
    """Of all sites. Each kind first once, in a random order, at whatever site can show it, until something ran into it; from
    then on each site has all that it can show, shuffled, again and again."""

    def __init__(self, seed):
        self.random = random.Random(f"{seed}/faults")
        self.lock = threading.Lock()
        self.first = [*ANSWERS, *CONNECTIONS, *SESSIONS]
        self.random.shuffle(self.first)
        self.kinds = {name_of(card) for card in self.first}
        self.met = set()
        self.later = {}  # what a site can show -> its cards

    def leave_out(self, kind):
        """What cannot be shown where this runs."""
        self.kinds.discard(kind)
        self.first = [card for card in self.first if name_of(card) != kind]

    def draw(self, site, can_show):
        """The next card for that site, and whether it is the first of its kind."""
        with self.lock:
            for at, card in enumerate(self.first):
                if can_show(card):
                    return self.first.pop(at), True
            cards = self.later.setdefault(site, [])
            if not cards:
                cards += [card for card in [*ANSWERS, *CONNECTIONS, *SESSIONS, *SESSIONS]
                          if can_show(card) and name_of(card) in self.kinds]
                self.random.shuffle(cards)
            return cards.pop(), False

    def was_met(self, card):
        with self.lock:
            self.met.add(name_of(card))

    def was_not_met(self, site, card):
        """It comes up again: the first of its kind soon, another one last."""
        with self.lock:
            if name_of(card) in self.met:
                self.later.setdefault(site, []).insert(0, card)
            else:
                self.first.append(card)

    def never_met(self):
        with self.lock:
            return sorted(self.kinds - self.met)
