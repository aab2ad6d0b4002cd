"""Passkeys (WebAuthn): questions for a browser, and what its answers are worth. The only file that knows the library.

A question is a random challenge that says itself for which browser it is and until when, under our key; which ones were
answered is the store's business. A passkey always checks its person (user verification): it stands for both steps.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import struct
import time
from typing import Literal
from urllib.parse import urlsplit

import webauthn
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url, parse_client_data_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from identity.domain.factors import Passkey
from identity.errors import WrongPasskey
from identity.store.accounts import Account
from pijnstad_kit.store.documents import now

MINUTES = 10
_LONGEST = 20_000
_REQUIRED = UserVerificationRequirement.REQUIRED
Purpose = Literal["add", "sign in"]


class Passkeys:
    """Ask browsers for passkeys and check their answers, for one origin."""

    def __init__(self, public_url: str, key: bytes) -> None:
        self._origin = public_url
        self._rp_id = urlsplit(public_url).hostname or "localhost"
        self._key = key

    def question_to_add(self, account: Account, browser: str) -> str:
        """Return the options, as JSON, with which a browser makes a passkey."""
        known = [PublicKeyCredentialDescriptor(id=base64url_to_bytes(one.id)) for one in account.passkeys]
        options = webauthn.generate_registration_options(
            rp_id=self._rp_id,
            rp_name="Pijnstad",
            user_id=account.id.encode(),
            user_name=account.email,
            user_display_name=account.name,
            challenge=self._challenge("add", browser),
            exclude_credentials=known,
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED, user_verification=_REQUIRED
            ),
        )
        return webauthn.options_to_json(options)

    def question_to_sign_in(self, browser: str) -> str:
        """Return the options, as JSON, with which a browser offers whatever passkeys it has for us."""
        challenge = self._challenge("sign in", browser)
        return webauthn.options_to_json(
            webauthn.generate_authentication_options(
                rp_id=self._rp_id, challenge=challenge, user_verification=_REQUIRED
            )
        )

    def added(self, answer: str, name: str, browser: str) -> tuple[Passkey, str]:
        """Return the passkey that a browser made, and the challenge it answered. Errors: WrongPasskey."""
        challenge = self._answered("add", answer, browser)
        try:
            made = webauthn.verify_registration_response(
                credential=answer,
                expected_challenge=challenge,
                expected_rp_id=self._rp_id,
                expected_origin=self._origin,
                require_user_verification=True,
            )
        except (WebAuthnException, ValueError, TypeError, KeyError):
            raise WrongPasskey from None
        id = bytes_to_base64url(made.credential_id)
        return Passkey(id, made.credential_public_key, made.sign_count, name, now()), challenge.hex()

    def member(self, answer: str) -> tuple[str, str]:
        """Return whom an answer says it is of, and which passkey; neither is proven yet. Errors: WrongPasskey."""
        told = _read(answer)
        inner = told.get("response")
        handle = inner.get("userHandle") if isinstance(inner, dict) else None
        if not isinstance(handle, str) or not isinstance(told.get("id"), str):
            raise WrongPasskey
        try:
            return base64url_to_bytes(handle).decode(), told["id"]
        except ValueError:
            raise WrongPasskey from None

    def signed(self, answer: str, passkey: Passkey, browser: str) -> tuple[int, str]:
        """Return how often a passkey has signed now, and the challenge it answered. Errors: WrongPasskey."""
        challenge = self._answered("sign in", answer, browser)
        try:
            done = webauthn.verify_authentication_response(
                credential=answer,
                expected_challenge=challenge,
                expected_rp_id=self._rp_id,
                expected_origin=self._origin,
                credential_public_key=passkey.public_key,
                credential_current_sign_count=passkey.sign_count,
                require_user_verification=True,
            )
        except (WebAuthnException, ValueError, TypeError, KeyError):
            raise WrongPasskey from None
        return done.new_sign_count, challenge.hex()

    def _challenge(self, purpose: Purpose, browser: str) -> bytes:
        head = os.urandom(16) + struct.pack(">Q", int(time.time()) + MINUTES * 60)
        return head + self._mark(purpose, browser, head)

    def _answered(self, purpose: Purpose, answer: str, browser: str) -> bytes:
        inner = _read(answer).get("response")
        data = inner.get("clientDataJSON") if isinstance(inner, dict) else None
        try:
            challenge = parse_client_data_json(base64url_to_bytes(data if isinstance(data, str) else "")).challenge
        except (WebAuthnException, ValueError, TypeError, KeyError):
            raise WrongPasskey from None
        head, mark = challenge[:24], challenge[24:]
        if not hmac.compare_digest(mark, self._mark(purpose, browser, head)):
            raise WrongPasskey
        if struct.unpack(">Q", head[16:])[0] < time.time():
            raise WrongPasskey
        return challenge

    def _mark(self, purpose: Purpose, browser: str, head: bytes) -> bytes:
        return hmac.new(self._key, f"passkey {purpose} {browser} ".encode() + head, hashlib.sha256).digest()


def _read(answer: str) -> dict[str, object]:
    if len(answer) > _LONGEST:
        raise WrongPasskey
    try:
        told = json.loads(answer)
    except (ValueError, RecursionError):
        raise WrongPasskey from None
    if not isinstance(told, dict):
        raise WrongPasskey
    return told
