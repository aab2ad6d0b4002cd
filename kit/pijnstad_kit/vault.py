"""Sealing small secrets: AES-256-GCM under a key, bound to a context so that a sealed value cannot be moved elsewhere."""

from __future__ import annotations

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE = 12


class Unsealable(ValueError):
    """Say that a sealed value does not open: another key, another context, or it was changed."""


class Vault:
    """Seal and open bytes under one 32-byte key. Sealed form: 12 random bytes, then ciphertext and tag."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)

    def seal(self, plaintext: bytes, *, context: str) -> bytes:
        """Return the plaintext sealed for this context."""
        nonce = os.urandom(NONCE)
        return nonce + self._cipher.encrypt(nonce, plaintext, context.encode())

    def open(self, sealed: bytes, *, context: str) -> bytes:
        """Return the plaintext. Errors: Unsealable."""
        try:
            return self._cipher.decrypt(sealed[:NONCE], sealed[NONCE:], context.encode())
        except (InvalidTag, ValueError):
            raise Unsealable("the value does not open with this key in this context") from None


def new_key() -> bytes:
    """Return a fresh 32-byte key."""
    return AESGCM.generate_key(bit_length=256)
