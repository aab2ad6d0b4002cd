"""The roles an account can have. Imports nothing: the command line reads it before eventlet patches the rest."""

from __future__ import annotations

from typing import Literal, get_args

Role = Literal["editor", "validator", "moderator", "ops", "partner_admin", "admin"]

ROLES: tuple[Role, ...] = get_args(Role)
