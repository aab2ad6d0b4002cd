"""A city of cardboard: the public API as the web client sees it, in memory, with a real OpenID handshake.

`python tests/web/fake_city.py 8100 <mongo url>` serves the pages on it, to look at. What the tests want to see or break is
an attribute: `away`, `refused_tokens`, `refreshes`, `requests`.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlencode

import flask
from fake_things import consent as _consent
from fake_things import entry as _entry
from fake_things import items as _items
from fake_things import stamp as _stamp
from joserfc import jwt
from joserfc.jwk import ECKey
from werkzeug.serving import make_server

from pijnstad_kit.ids import new_id
from pijnstad_kit.vault import new_key
from web.bootstrap import build_ports, create_app
from web.config import WebSettings

API = (
    "/.well-known/", "/oauth/", "/account/", "/identity/", "/selfcare/", "/content/", "/decision/", "/community/", "/v1/",
)  # fmt: skip
SECRET = "only-for-tests"


class FakeCity:
    """Hold the whole state of the cardboard city."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.key = ECKey.generate_key("P-256", {"kid": "k1", "alg": "ES256", "use": "sig"})
        self.codes: dict[str, dict[str, str]] = {}
        self.tokens: set[str] = set()
        self.refresh_tokens: set[str] = set()
        self.consents: dict[str, bool | None] = {"diary": None, "suggestions": None}
        self.entries: dict[str, dict[str, Any]] = {}
        self.keys: dict[str, str] = {}
        self.suggestions: dict[str, dict[str, Any]] = {}
        self.items = _items()
        self.ops = False  # whether the person has the role
        self.letters: list[dict[str, Any]] = []
        self.acts: list[tuple[str, Any]] = []
        self.away: set[str] = set()  # prefixes of paths that answer 503
        self.requests: list[tuple[str, str]] = []
        self.refreshes = 0
        self.revoked: list[str] = []
        self.expires_in = 600
        self.claims: dict[str, Any] = {}  # what to forge in the id token
        self.answer: dict[str, str] = {}  # what to forge in the answer to the browser
        self.signing_key: Any = self.key
        self.header: dict[str, str] = {"alg": "ES256", "kid": "k1"}
        self.suggesting = True
        self.outcomes: dict[str, str] = {}
        self.notices = threading.Condition()
        self.app = _app(self)

    def forget_tokens(self) -> None:
        """Let every access token be refused from now on."""
        self.tokens.clear()

    def issue(self, nonce: str | None = None) -> dict[str, Any]:
        """Give a set of tokens."""
        access, refresh, now = secrets.token_urlsafe(16), secrets.token_urlsafe(16), int(time.time())
        self.tokens.add(access)
        self.refresh_tokens.add(refresh)
        body = {"access_token": access, "refresh_token": refresh, "expires_in": self.expires_in, "token_type": "Bearer"}
        if nonce is not None:
            claims = {
                "iss": self.url,
                "aud": "pijnstad-web",
                "sub": "anna",
                "nonce": nonce,
                "iat": now,
                "exp": now + 300,
            }
            claims |= self.claims
            body["id_token"] = self._sign(claims)
        return body

    def _sign(self, claims: dict[str, Any]) -> str:
        if self.header["alg"] != "none":
            return jwt.encode(self.header, claims, self.signing_key, algorithms=[self.header["alg"]])
        parts = (json.dumps(part).encode() for part in (self.header, claims))
        return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts) + "."

    def suggest(self, entry_id: str, slug: str = "beter-slapen-met-pijn") -> str:
        """Make a suggestion for an entry, and tell who listens."""
        made = {
            "id": new_id(), "made_at": _stamp(), "item": self.items[slug], "rating": None, "entry_id": entry_id,
            "reason": {"code": "sleep_worse", "text": "Je schreef dat je drie nachten slecht sliep."},
            "source_line": "NHG-Standaard Slaapproblemen (2024)",
        }  # fmt: skip
        made["href"] = f"/content/v1/suggestions/{made['id']}"
        with self.notices:
            self.suggestions[made["id"]] = made
            self.notices.notify_all()
        return made["id"]


def _app(city: FakeCity) -> flask.Flask:
    app = flask.Flask("fake_city", static_folder=None)

    @app.before_request
    def _seen() -> Any:
        city.requests.append((flask.request.method, flask.request.path))
        if any(flask.request.path.startswith(prefix) for prefix in city.away):
            return problem(503, "unavailable")
        guarded = flask.request.path.startswith(
            ("/identity/", "/selfcare/", "/content/v1/suggestions", "/content/v1/moments", "/v1/stream/tickets")
        )
        if guarded and flask.request.headers.get("Authorization", "").removeprefix("Bearer ") not in city.tokens:
            return problem(401, "unauthenticated")
        return None

    def problem(status: int, slug: str, detail: str = "", **members: Any) -> Any:
        body = {"type": f"{city.url}/problems/{slug}", "title": slug, "status": status, "detail": detail, **members}
        return flask.Response(flask.json.dumps(body), status, content_type="application/problem+json")

    _provider(app, city)
    _districts(app, city, problem)
    _duty(app, city, problem)
    return app


def _provider(app: flask.Flask, city: FakeCity) -> None:
    @app.get("/.well-known/openid-configuration")
    def discovery() -> dict[str, str]:
        names = ("authorization", "token", "revocation", "end_session")
        paths = ("authorize", "token", "revoke", "logout")
        endpoints = {f"{name}_endpoint": f"{city.url}/oauth/{path}" for name, path in zip(names, paths, strict=True)}
        return {"issuer": city.url, "jwks_uri": f"{city.url}/oauth/jwks", **endpoints}

    @app.get("/oauth/jwks")
    def jwks() -> dict[str, Any]:
        return {"keys": [city.key.as_dict(private=False)]}

    @app.get("/oauth/authorize")
    def authorize() -> Any:
        asked = flask.request.args
        code = secrets.token_urlsafe(8)
        city.codes[code] = {
            "nonce": asked["nonce"],
            "challenge": asked["code_challenge"],
            "redirect_uri": asked["redirect_uri"],
        }
        answer = {"code": code, "state": asked["state"], "iss": city.url} | city.answer
        return flask.redirect(f"{asked['redirect_uri']}?{urlencode(answer)}", 303)

    @app.post("/oauth/token")
    def token() -> Any:
        form = flask.request.form
        basic = flask.request.authorization
        if basic is None or (basic.username, basic.password) != ("pijnstad-web", SECRET):
            return {"error": "invalid_client"}, 401
        if form["grant_type"] == "refresh_token":
            city.refreshes += 1
            if form["refresh_token"] not in city.refresh_tokens:
                return {"error": "invalid_grant"}, 400
            city.refresh_tokens.remove(form["refresh_token"])
            return city.issue()
        begun = city.codes.pop(form["code"], None)
        proof = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest()).rstrip(b"=").decode()
        if begun is None or begun["challenge"] != proof or begun["redirect_uri"] != form["redirect_uri"]:
            return {"error": "invalid_grant"}, 400
        return city.issue(begun["nonce"])

    @app.post("/oauth/revoke")
    def revoke() -> Any:
        city.revoked.append(flask.request.form["token"])
        return {}

    @app.get("/oauth/logout")
    def logout() -> Any:
        return flask.redirect(flask.request.args["post_logout_redirect_uri"], 303)


def _districts(app: flask.Flask, city: FakeCity, problem: Any) -> None:
    @app.get("/identity/v1/consents")
    def consents() -> Any:
        return {"items": [_consent(purpose, given) for purpose, given in city.consents.items()]}

    @app.put("/identity/v1/consents/<purpose>")
    def consent(purpose: str) -> Any:
        city.consents[purpose] = flask.request.get_json()["given"]
        return _consent(purpose, city.consents[purpose])

    @app.post("/selfcare/v1/diary")
    def record() -> Any:
        if not city.consents["diary"]:
            return problem(403, "consent-needed", purpose="diary")
        key = flask.request.headers.get("Idempotency-Key", "")
        if key in city.keys:
            return city.entries[city.keys[key]], 201
        entry = _entry(flask.request.get_json())
        city.entries[entry["id"]] = entry
        city.keys[key] = entry["id"]
        if city.suggesting and city.consents["suggestions"] and entry["safety"] == "none":
            threading.Timer(0.4, city.suggest, (entry["id"],)).start()
        return entry, 201

    @app.get("/selfcare/v1/diary")
    def diary() -> Any:
        newest = sorted(city.entries.values(), key=lambda entry: entry["ended_at"], reverse=True)
        start, limit = int(flask.request.args.get("cursor") or 0), int(flask.request.args.get("limit", 20))
        more = str(start + limit) if len(newest) > start + limit else None
        return {"items": newest[start : start + limit], "next": more}

    @app.route("/selfcare/v1/diary/<entry_id>", methods=["GET", "PATCH", "DELETE"])
    def one(entry_id: str) -> Any:
        entry = city.entries.get(entry_id)
        if entry is None:
            return problem(404, "not-found")
        if flask.request.method == "GET":
            return entry, 200, {"ETag": f'"{entry["version"]}"'}
        if flask.request.headers.get("If-Match") != f'"{entry["version"]}"':
            return problem(412, "stale")
        if flask.request.method == "DELETE":
            del city.entries[entry_id]
            return "", 204
        entry.update(flask.request.get_json(), version=entry["version"] + 1)
        return entry

    @app.get("/content/v1/items")
    def items() -> Any:
        q, dimension = flask.request.args.get("q", "").lower(), flask.request.args.get("dimension")
        found = [item for item in city.items.values() if q in (item["title"] + item["summary"]).lower()]
        shown = [item for item in found if not dimension or dimension in item["dimensions"]]
        return {"items": shown, "next": None, "total": len(shown) if q else None, "notice": None}

    @app.get("/content/v1/items/<slug>")
    def item(slug: str) -> Any:
        return city.items.get(slug) or problem(404, "not-found")

    @app.get("/content/v1/suggestions")
    def suggestions() -> Any:
        newest = sorted(city.suggestions.values(), key=lambda made: made["made_at"], reverse=True)
        return {"items": newest, "next": None, "consent": bool(city.consents["suggestions"])}

    @app.get("/content/v1/moments")
    def moments() -> Any:
        return {
            "items": [{"entry_id": entry, "outcome": outcome} for entry, outcome in city.outcomes.items()],
            "next": None,
        }

    @app.put("/content/v1/suggestions/<suggestion_id>/rating")
    def rate(suggestion_id: str) -> Any:
        city.suggestions[suggestion_id]["rating"] = flask.request.get_json()["rating"]
        return city.suggestions[suggestion_id]

    @app.post("/v1/stream/tickets")
    def ticket() -> Any:
        return {"ticket": secrets.token_urlsafe(8), "expires_in": 30}, 201

    @app.get("/v1/stream")
    def stream() -> Any:
        return flask.Response(_notices(city), content_type="text/event-stream")


def _duty(app: flask.Flask, city: FakeCity, problem: Any) -> None:
    def fitting(asked: Any) -> list[dict[str, Any]]:
        ids = asked.get("ids") or [letter["id"] for letter in city.letters]
        names = ("type", "queue", "error")
        fits = [one for one in city.letters if all(asked.get(name) in (None, "", one[name]) for name in names)]
        return [one for one in fits if one["id"] in ids]

    @app.get("/<service>/v1/ops/state")
    def state(service: str) -> Any:
        queues = [{"name": f"{service}.members", "messages": 3, "consumers": 0 if service == "community" else 1}]
        dead = len(city.letters) if service == "content" else 0
        found = {"service": service, "outbox": 7, "queues": queues, "dead_letters": dead}
        return found if city.ops else problem(404, "not-found")

    @app.get("/<service>/v1/ops/dead-letters")
    def letters(service: str) -> Any:
        if not city.ops:
            return problem(404, "not-found")
        found = fitting(flask.request.args)
        group = {"queue": "content.suggestions", "type": "a.b", "error": "KeyError", "number": len(found)}
        whole = len(city.letters)
        return {"items": found, "groups": [group] if found else [], "total": whole, "looked_at": whole, "next": None}

    @app.post("/<service>/v1/ops/dead-letters/<act>")
    def act(service: str, act: str) -> Any:
        if not city.ops:
            return problem(404, "not-found")
        asked = flask.request.get_json()
        city.acts.append((act, asked))
        done = fitting(asked)
        city.letters = [one for one in city.letters if one not in done]
        return {"total": len(done), "looked_at": len(done), "done": len(done), "refused": 0, "more": False}


def _notices(city: FakeCity) -> Iterator[str]:
    yield "retry: 3000\n: open\n\n"
    told = set(city.suggestions)
    for _ in range(60):
        with city.notices:
            city.notices.wait(timeout=1)
        for one in set(city.suggestions) - told:
            told.add(one)
            data = {
                "type": "nl.pijnstad.content.suggestion.made.v1",
                "id": one,
                "href": f"/content/v1/suggestions/{one}",
            }
            yield f"event: notice\ndata: {flask.json.dumps(data)}\n\n"


class Served:
    """Serve city and pages under one origin, as the gateway does."""

    def __init__(self, mongo_url: str, database: str, port: int = 0, **settings: Any) -> None:
        self._dispatch: Any = None
        self.server = make_server("127.0.0.1", port, lambda e, s: self._dispatch(e, s), threaded=True)
        self.url = f"http://localhost:{self.server.server_port}"
        self.city = FakeCity(self.url)
        self.settings = WebSettings(
            listen="127.0.0.1:1",
            public_url=self.url,
            gateway_url=f"http://127.0.0.1:{self.server.server_port}",
            mongo_url=mongo_url,
            database=database,
            master_key=base64.urlsafe_b64encode(new_key()).decode(),
            web_client_secret=SECRET,
            log_format="console",
            **settings,
        )
        self.ports = build_ports(self.settings)
        self.web = create_app(self.settings, self.ports)
        self._dispatch = lambda e, s: (self.city.app if e["PATH_INFO"].startswith(API) else self.web)(e, s)

    @contextmanager
    def running(self) -> Iterator[Served]:
        """Run until the block ends."""
        thread = threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self.server.shutdown()
            self.server.server_close()


if __name__ == "__main__":
    served = Served(sys.argv[2], "web_design", int(sys.argv[1]))
    print(served.url, flush=True)
    served.server.serve_forever()
