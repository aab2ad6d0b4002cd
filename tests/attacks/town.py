"""The attacked city: where its processes listen, who lives in it, and tokens signed with its own key. No tests here."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import urllib3
from joserfc import jwt
from joserfc.jwk import ECKey
from outside import Outsider, wait_until
from pymongo import MongoClient

from pijnstad_kit.vault import Vault

SERVICES = ("identity", "selfcare", "content", "decision", "community")
CALM = {  # one harmless GET per service that needs a member
    "identity": "/identity/v1/me",
    "selfcare": "/selfcare/v1/diary",
    "content": "/content/v1/suggestions",
}


class Town:
    """Be a running local city, known by its data folder."""

    def __init__(self, data: Path) -> None:
        self.data = data
        known = json.loads((data / "city.json").read_text())
        command = [sys.executable, "-W", "ignore", "-m", "pijnstad_local", "status", "--format", "json"]
        environment = {**os.environ, "PIJNSTAD_DATA": str(data), "PIJNSTAD_PORT": str(known.get("port", ""))}
        said = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        self.status: dict[str, Any] = json.loads(said.stdout)
        self.url: str = self.status["url"]
        self.http = urllib3.PoolManager(retries=False, timeout=30)

    @property
    def port(self) -> int:
        """Return the port of the door."""
        return int(self.url.rpartition(":")[2])

    def inside(self, service: str) -> str:
        """Return the address of a service's api, which only this machine can reach."""
        rows = self.status["processes"]
        port = next(row["port"] for row in rows if (row["service"], row["role"]) == (service, "api"))
        return f"http://127.0.0.1:{port}"

    @cached_property
    def secrets(self) -> dict[str, str]:
        """Return what the city keeps in secrets.env."""
        lines = (self.data / "secrets.env").read_text().splitlines()
        return dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))

    @property
    def mongo_url(self) -> str:
        """Return the address of the city's store."""
        return f"mongodb://127.0.0.1:{self.status['parts']['store']['port']}"

    @cached_property
    def key(self) -> ECKey:
        """Return the key that signs the tokens services get: what a thief inside would have at most."""
        row = MongoClient(self.mongo_url)["gateway"]["signing_keys"].find_one(sort=[("_id", -1)])
        assert row is not None
        master = Vault(_key_bytes(self.secrets["PIJNSTAD_MASTER_KEY"]))
        pem = master.open(bytes(row["sealed"]), context=f"signing-key/{row['kid']}")
        return ECKey.import_key(pem, {"kid": row["kid"]})

    def claims(self, audience: str, **more: Any) -> dict[str, Any]:
        """Return the claims of a token that is in order."""
        now = int(time.time())
        good = {
            "iss": self.url, "aud": audience, "sub": "nobody-in-particular", "client_id": "pijnstad-web",
            "iat": now, "exp": now + 60,
            "scope": "openid diary content", "roles": [], "consents": [], "jti": os.urandom(8).hex(),
        }  # fmt: skip
        return {name: value for name, value in (good | more).items() if value is not None}

    def header(self, **more: Any) -> dict[str, Any]:
        """Return the header of a token that is in order."""
        good = {"alg": "ES256", "typ": "at+jwt", "kid": self.key.kid}
        return {name: value for name, value in (good | more).items() if value is not None}

    def signed(self, audience: str, header: dict[str, Any] | None = None, **claims: Any) -> str:
        """Return a token with the city's own signature."""
        return jwt.encode(
            self.header(**(header or {})), self.claims(audience, **claims), self.key, algorithms=["ES256"]
        )

    def grant(self, email: str, role: str) -> None:
        """Give a role, as an operator does."""
        given = self.secrets | {
            "PIJNSTAD_MONGO_URL": self.mongo_url, "PIJNSTAD_LISTEN": "127.0.0.1:1", "PIJNSTAD_PUBLIC_URL": self.url,
            "PIJNSTAD_BUS_URL": "amqp://127.0.0.1:1/", "PIJNSTAD_SMTP_URL": "smtp://127.0.0.1:1",
        }  # fmt: skip
        command = [sys.executable, "-W", "ignore", "-m", "identity", "grant-role", email, role]
        done = subprocess.run(command, env={**os.environ, **given}, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr


@dataclass(frozen=True)
class People:
    """Hold everybody whose rights differ."""

    owner: Outsider
    other: Outsider
    reader: Outsider
    friend: Outsider
    partner: Outsider
    moderator: Outsider
    admin: Outsider
    ops: Outsider
    used: list[str] = field(default_factory=list)  # links from mails

    @classmethod
    def gather(cls, town: Town) -> People:
        """Sign everybody up and in."""
        people = cls(*(Outsider(town.url) for _ in range(8)))
        for name, person in [(name, one) for name, one in vars(people).items() if isinstance(one, Outsider)]:
            person.register()
            if name in ("moderator", "admin", "ops"):
                town.grant(person.email, name)
            person.sign_in(scope="openid" if name == "partner" else "openid profile email diary content")
            person.consent("diary")
        people.owner.consent("suggestions")
        people.share()
        return people

    def share(self) -> str:
        """Let the friend see the owner's diary, by the link in a mail; return the id of the share that is there."""
        if not self._shares():
            asked = {"email": self.friend.email, "name": "Vriend", "parts": ["diary"], "days": 7}
            self.owner.expect(202, "POST", "/identity/v1/shares", asked)
            link = wait_until(self._new_link, "a mail with a link that was not used")
            self.friend._submit(link, self.friend._browse("GET", link), {}, marker="token")
        return str(self._shares()[0]["id"])

    def _shares(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.owner.expect(200, "GET", "/identity/v1/shares")["items"]
        return found

    def _new_link(self) -> str | None:
        link = self.friend.link_in_the_mail("/account/share")
        if link in self.used:
            return None
        self.used.append(link)
        return link


def _key_bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
