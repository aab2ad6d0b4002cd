"""Who may do what: one row per route. A route without a row, or a row without a route, stops the start.

The library is for everybody. Suggestions are one's own: the store only ever looks within one member's moments.
"""

from __future__ import annotations

from pijnstad_kit.http.auth import Rule, allow, anonymous

PERMISSIONS: dict[str, Rule] = {
    "list_items": anonymous(),
    "read_item": anonymous(),
    "list_suggestions": allow(scope="content"),
    "read_suggestion": allow(scope="content"),
    "list_moments": allow(scope="content"),
    "rate_suggestion": allow(scope="content"),
}
