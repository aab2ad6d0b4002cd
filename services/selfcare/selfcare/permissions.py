"""Who may do what: one row per route. A route without a row, or a row without a route, stops the start.

All of it is one's own diary: whose entry it is decides the rest (the store only ever looks within one member's entries).
Consent to keep a diary is asked where something is added (routes.py).
"""

from __future__ import annotations

from pijnstad_kit.http.auth import Rule, allow

PERMISSIONS: dict[str, Rule] = {
    "write_entry": allow(scope="diary"),
    "list_entries": allow(scope="diary"),
    "read_entry": allow(scope="diary"),
    "change_entry": allow(scope="diary"),
    "remove_entry": allow(scope="diary"),
}
