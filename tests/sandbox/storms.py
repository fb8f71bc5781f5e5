"""A bad day: a share of all answers is faulty, in every way but those that need a person."""

from tests.sandbox.running import Entry


def both_ways(path: str, *actions: Entry) -> list[Entry]:
    """Before the call has its effect, and after."""
    return [
        {"action": action, "match": {"path": path}, "when": when}
        for when in ("before", "after")
        for action in actions
    ]


API: list[Entry] = [
    {"action": {"effect": "too_many_requests"}},
    {"action": {"effect": "unauthorized"}},
    *both_ways(
        "^/v4/",
        {"answer": "server_error"},
        {"answer": "bad_gateway"},
        {"answer": "unavailable"},
        {"drop": True},
    ),
    {"action": {"cut": 10}, "match": {"path": "^/v4/"}},
    {"action": {"trickle": 1}, "match": {"path": "^/v4/"}},
]
STORAGE: list[Entry] = [
    *both_ways("^/storage/", {"answer": "slow_down"}, {"answer": "internal_error"}, {"drop": True}),
    {"action": {"answer": "expired"}, "match": {"path": "^/storage/"}},
    {"action": {"delay": 1}, "match": {"path": "^/storage/"}},
]
LOGIN: list[Entry] = [
    {"action": {"effect": "no_refresh_token"}},
    {"action": {"answer": "bad_gateway"}, "match": {"path": "^/ims/"}},
    {"action": {"drop": True}, "match": {"path": "^/ims/"}},
]
UPLOADS: list[Entry] = [
    {"action": {"effect": "expired_urls"}},
    {"action": {"effect": "stays_created"}},
    {"action": {"effect": "stays_uploaded"}},
    {"action": {"effect": "fetch_fails"}},
    {"action": {"effect": "fetch_stalls"}},
    {"action": {"effect": "fetch_slow", "delay": 0.2}},
]
DELIVERIES: list[Entry] = [
    {"action": {"effect": "delivered_twice", "delay": 0.1}},
    {"action": {"effect": "delivered_late", "delay": 1}},
    {"action": {"effect": "delivery_lost"}},
]


KINDS = (UPLOADS, API, STORAGE, LOGIN, DELIVERIES)


def each_once(chance: float, *, seed: int = 1) -> list[Entry]:
    """Every rule of a storm for one strike: before a storm, so that none is missed by luck."""
    rules = [rule for kind in KINDS for rule in kind]
    return [{**rule, "chance": chance, "seed": seed, "times": 1} for rule in rules]


def storm(chance: float, *, seed: int = 1) -> list[Entry]:
    """Rules for `Sandbox.faults`: about `chance` of the calls of each kind are struck.

    Rules for uploads stand first: an announced upload is a call to the API as well.
    """
    return [{**rule, "chance": chance / len(kind), "seed": seed} for kind in KINDS for rule in kind]
