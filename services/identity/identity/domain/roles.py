"""The roles an account can have. Imports nothing of weight: the command line reads it before eventlet patches the rest."""

from __future__ import annotations

from typing import Literal, get_args

# The same as in the contracts, where a test compares them: that package brings pydantic along.
Role = Literal["editor", "validator", "moderator", "ops", "partner_admin", "admin"]
Profession = Literal["gp", "pain_specialist", "physiotherapist", "psychologist", "nurse", "other"]

ROLES: tuple[Role, ...] = get_args(Role)
PROFESSIONS: tuple[Profession, ...] = get_args(Profession)
