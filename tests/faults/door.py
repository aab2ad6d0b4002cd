"""The city's own door for a fault test: real identity and real gateway before a real diary, and one who signed in there.

They are guests of the rooms, on the same broker and store: what is written through the door is judged by the checker.
"""

from __future__ import annotations

import base64
import json
import os
import secrets
import signal
import subprocess
import sys
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import urllib3
from checker import Checker
from outside import Outsider
from room import Room, http_status
from rooms import Rooms

from pijnstad_kit.testing import wait_for
from pijnstad_local.ports import free_port

ANNA = "anna@pijnstad.example"  # a demo account
FREE = {f"PIJNSTAD_LIMIT_{name}": "100000" for name in ("TOKEN", "ACCOUNT", "ADDRESS")}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class Door:
    """Run identity, gateway and a diary that believes this gateway."""

    def __init__(self, checker: Checker) -> None:
        self._checker, self._number = checker, 0
        self.rooms, address = checker.rooms, f"127.0.0.1:{free_port()}"
        shared = self._settings(f"http://{address}")
        self.selfcare = _guest(self.rooms, "selfcare", "api", shared)
        listen = {f"PIJNSTAD_{name}_URL": "http://127.0.0.1:1" for name in ("CONTENT", "DECISION", "COMMUNITY", "WEB")}
        listen["PIJNSTAD_SELFCARE_URL"] = f"http://{self.selfcare.env['PIJNSTAD_LISTEN']}"
        self.identity = _guest(self.rooms, "identity", "api", shared, database=True)
        listen["PIJNSTAD_IDENTITY_URL"] = f"http://{self.identity.env['PIJNSTAD_LISTEN']}"
        listen |= {"PIJNSTAD_LISTEN": address, **FREE}
        self.gateway = _guest(self.rooms, "gateway", "serve", shared | listen, database=True)
        self._http = urllib3.PoolManager(timeout=urllib3.Timeout(connect=2, read=20), retries=False, maxsize=8)
        self.url = f"http://{address}"

    def open(self) -> None:
        """Start everything; Anna signs in and agrees to keep a diary."""
        everybody = (self.identity, self.gateway, self.selfcare)
        for room in everybody:
            room.start(ready=False)
        for room in everybody:
            room.wait_ready()
        _run(self.identity, "demo-accounts")
        self._anna = Outsider(self.url)
        self._anna.email, self._anna.password = ANNA, self.identity.env["PIJNSTAD_DEMO_PASSWORD"]
        self.token()
        self._anna.consent("diary")
        self.member = str(self._anna.expect(200, "GET", "/identity/v1/me")["id"])

    def token(self) -> str:
        """Return one more access token of Anna's, never shown at the door before."""
        return str(self._anna.sign_in()["access_token"])

    def read(self, token: str) -> tuple[int, Any]:
        """Read the diary with a token. Returns (status, headers)."""
        answer = self._http.request("GET", f"{self.url}/selfcare/v1/diary", headers=_bearer(token))
        return answer.status, answer.headers

    def write(self, token: str) -> int:
        """Write an entry, once, and note it. Returns the status."""
        self._number += 1
        key, body = f"door-{self._number}", json.dumps({"pain": [{"intensity": 4}]}).encode()
        headers = _bearer(token) | {"Idempotency-Key": key, "Content-Type": "application/json"}
        answer = self._http.request("POST", f"{self.url}/selfcare/v1/diary", body=body, headers=headers)
        self._checker.commands.note(self.member, key, answer.json()["id"] if answer.status == 201 else None)
        return answer.status

    def revoke(self, token: str) -> None:
        """Revoke a token at identity itself: the gateway, which forgets what is revoked through it, hears nothing."""
        body = urlencode({"token": token, "client_id": self._anna.client_id}).encode()
        address = self.identity.env["PIJNSTAD_LISTEN"]
        assert self._http.request("POST", f"http://{address}/oauth/revoke", body=body, headers=FORM).status == 200

    def freeze_identity(self) -> None:
        """Let identity hold what it has in hand, and answer nothing."""
        os.killpg(self.identity.pid, signal.SIGSTOP)
        wait_for(lambda: self.identity_silent, what="identity to be silent")

    @property
    def identity_silent(self) -> bool:
        """Return whether nobody answers at identity's address."""
        return http_status(self.identity.env["PIJNSTAD_LISTEN"], "/healthz") == 0

    def reached(self) -> float:
        """Return how many requests came through to the diary."""
        return self.selfcare.metric("pijnstad_http_request_seconds_count", route="/selfcare/v1/diary")

    def _settings(self, url: str) -> dict[str, str]:
        return {
            "PIJNSTAD_PUBLIC_URL": url,
            "PIJNSTAD_GATEWAY_URL": url,
            "PIJNSTAD_MASTER_KEY": base64.urlsafe_b64encode(os.urandom(32)).decode(),
            "PIJNSTAD_INTROSPECTION_SECRET": secrets.token_urlsafe(32),
            "PIJNSTAD_WEB_CLIENT_SECRET": secrets.token_urlsafe(32),
            "PIJNSTAD_DEMO_PASSWORD": secrets.token_urlsafe(18),
        }


def _guest(rooms: Rooms, name: str, word: str, more: dict[str, str], *, database: bool = False) -> Room:
    """Return a guest of the rooms, with their broker and store, and with a database of its own if it needs one."""
    guest = rooms.another(replace(rooms.selfcare_api, name=name, word=word))
    guest.env |= more
    if database:
        guest.env["PIJNSTAD_DATABASE"] = f"{name}_{rooms.vhost}_{len(rooms.guests)}"
    return guest


def _run(room: Room, *words: str) -> None:
    command = [sys.executable, "-W", "ignore", "-m", room.name, *words]
    subprocess.run(command, env={**os.environ, **room.env}, check=True, capture_output=True, timeout=60)


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}
