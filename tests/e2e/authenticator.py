"""An authenticator in software: what a phone does when it is asked for a passkey (WebAuthn Level 2), honest or not.

Everything it claims can be set, so that tests can lie with it: another origin, another site, nobody's finger.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import struct
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


@dataclass
class Authenticator:
    """Hold one passkey of one site."""

    origin: str
    rp_id: str = "localhost"
    flags: int = PRESENT | VERIFIED
    count: int = 0
    id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    handle: bytes = b""

    def __post_init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())

    def make(self, question: dict[str, Any]) -> str:
        """Answer a question for a new passkey."""
        self.handle = _bytes(question["user"]["id"])
        cose = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: self._point(0), -3: self._point(1)})
        data = self._data(ATTESTED) + bytes(16) + struct.pack(">H", len(self.id)) + self.id + cose
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        told = {
            "clientDataJSON": _text(self._client("webauthn.create", question)),
            "attestationObject": _text(attestation),
        }
        return self._answer(told)

    def use(self, question: dict[str, Any]) -> str:
        """Answer a question to sign in."""
        self.count += 1
        data, client = self._data(0), self._client("webauthn.get", question)
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        told = {"clientDataJSON": _text(client), "authenticatorData": _text(data), "signature": _text(signature)}
        return self._answer(told | {"userHandle": _text(self.handle)})

    def _data(self, more: int) -> bytes:
        return hashlib.sha256(self.rp_id.encode()).digest() + struct.pack(">BI", self.flags | more, self.count)

    def _client(self, kind: str, question: dict[str, Any]) -> bytes:
        told = {"type": kind, "challenge": question["challenge"], "origin": self.origin, "crossOrigin": False}
        return json.dumps(told).encode()

    def _answer(self, response: dict[str, str]) -> str:
        id = _text(self.id)
        return json.dumps({"id": id, "rawId": id, "type": "public-key", "response": response})

    def _point(self, which: int) -> bytes:
        numbers = self.key.public_key().public_numbers()
        return (numbers.x, numbers.y)[which].to_bytes(32, "big")


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
