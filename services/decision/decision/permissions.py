"""Who may do what: one row per route. A route without a row, or a row without a route, stops the start."""

from __future__ import annotations

from pijnstad_kit.http.auth import Rule, anonymous

PERMISSIONS: dict[str, Rule] = {
    "about": anonymous(),
}
