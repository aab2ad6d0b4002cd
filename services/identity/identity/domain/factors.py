"""What somebody can sign in with beside a password: codes by the clock, recovery codes, passkeys. Pure."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import pyotp

STEP = 30  # seconds a code lasts (RFC 6238)
RECOVERY_CODES = 10
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that looks like something else
_HALF = 5


@dataclass(frozen=True, slots=True)
class SecondStep:
    """Hold the shared secret of an authenticator app, sealed, and the last time step whose code was used."""

    sealed: bytes
    last_step: int


@dataclass(frozen=True, slots=True)
class Passkey:
    """Hold a passkey: its credential id and public key, how often it signed, and what its owner calls it."""

    id: str
    public_key: bytes
    sign_count: int
    name: str
    created_at: datetime
    used_at: datetime | None = None


def new_secret() -> str:
    """Return a fresh secret for an authenticator app, in base32."""
    return pyotp.random_base32()


def provisioning(secret: str, email: str) -> str:
    """Return the otpauth:// address that an authenticator app reads from a QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name="Pijnstad")


def matching_step(secret: str, code: str, moment: float, after: int) -> int | None:
    """Return the time step of a code: now, just before or just after, and later than the last one that was used."""
    step = int(moment // STEP)
    totp, wanted = pyotp.TOTP(secret), "".join(code.split())
    return next(
        (
            near
            for near in (step, step - 1, step + 1)
            if near > after and hmac.compare_digest(totp.at(near * STEP).encode(), wanted.encode())
        ),
        None,
    )


def new_recovery_codes() -> list[str]:
    """Return ten codes of ten characters: 49 random bits each."""
    return ["-".join(_half() for _ in range(2)) for _ in range(RECOVERY_CODES)]


def hashed_code(code: str, key: bytes) -> str:
    """Return what is stored of a recovery code. Spaces, dashes and capitals do not matter."""
    plain = "".join(char for char in code.lower() if char.isalnum())
    return hmac.new(key, f"recovery code {plain}".encode(), hashlib.sha256).hexdigest()


def without_code(hashes: Iterable[str], code: str, key: bytes) -> list[str] | None:
    """Return the codes that are left when this one is used, None when it is none of them."""
    used, kept = hashed_code(code, key), list(hashes)
    left = [one for one in kept if not hmac.compare_digest(one, used)]
    return left if len(left) < len(kept) else None


def _half() -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(_HALF))
