"""Hashing passwords with argon2id, and doing the same work for an account that is not there."""

from __future__ import annotations

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from identity.domain.passwords import MAX_LENGTH, prepared

# OWASP's first choice for argon2id: 46 MiB, one pass, one lane: some 40 ms of one core.
_HASHER = PasswordHasher(time_cost=1, memory_cost=47104, parallelism=1, hash_len=32, salt_len=16, type=Type.ID)


class Passwords:
    """Hash and verify passwords."""

    def __init__(self) -> None:
        self._nobody = _HASHER.hash("nobody has this password, and nobody is let in with it")

    def hash(self, password: str) -> str:
        """Return what is stored of a password."""
        return _HASHER.hash(prepared(password))

    def fits(self, password: str, stored: str | None) -> bool:
        """Return whether a password is the stored one; without a stored one, work as long and return False."""
        try:
            matched = _HASHER.verify(stored or self._nobody, prepared(password[: 4 * MAX_LENGTH]))
        except (VerificationError, InvalidHashError):
            return False
        return matched and stored is not None

    def outdated(self, stored: str) -> bool:
        """Return whether a stored hash was made with weaker settings than today's."""
        return _HASHER.check_needs_rehash(stored)
