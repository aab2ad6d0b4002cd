"""Schemathesis with all its checks on the whole API through the door: what is documented is what happens.

Its warnings (operations that only ever answered 401, 403 or 404) count as failures. The people here are nobody else's: a
run changes names, withdraws consents and uses limits up. One has an entry and a suggestion, so that the tests reach the
code behind the ids; one answers consents, which the others need; one aims at the ids of another; one has the roles.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from outside import Outsider, wait_until
from town import SERVICES, Town

pytestmark = [pytest.mark.city, pytest.mark.timeout(300)]

SEED = "20261124"
EXAMPLES = "20"
# Left out everywhere, with the reason: a stream that never ends, and what ends the sign-in the tests themselves use.
LEFT_OUT = {
    "GET /v1/stream": "never ends",
    "DELETE /identity/v1/sessions": "ends its own sign-in",
    "DELETE /identity/v1/sessions/{id}": "does, too: the list of sessions gives it the id",
    "DELETE /identity/v1/shares/{share_id}": "a share begins by a link in a mail: the matrix does that",
    "DELETE /identity/v1/shares/received/{share_id}": "the same, by its reader",
}
OF_A_ROLE = "^/identity/v1/admin/|/ops/"  # 404 for everybody else: asked by somebody with the roles in a run of its own
ANSWER_CONSENT = "PUT /identity/v1/consents/{purpose}"  # withdraws what the other routes need: somebody else does that
REFUSED = ["400", "401", "403", "404", "405", "406", "409", "412", "414", "415", "422", "428", "429"]
USUAL = ["2xx", "3xx", "401", "403", "404", "409", "429"]
# What a schema cannot say, so that a request that fits it may still be refused.
MEANT = {
    "a cursor is one we gave out": (
        ["GET /content/v1/items", "GET /content/v1/moments", "GET /content/v1/suggestions", "GET /selfcare/v1/diary"],
        ["400"],
    ),
    "an entry has a part and possible times; a consent names the text that was shown": (
        ["POST /selfcare/v1/diary", ANSWER_CONSENT],
        ["422"],
    ),
    "a change says which version it changes, and what it leaves is an entry": (
        ["PATCH /selfcare/v1/diary/{entry_id}", "DELETE /selfcare/v1/diary/{entry_id}"],
        ["412", "422", "428"],
    ),
    "a choice of dead letters names something": (
        [f"POST /{name}/v1/ops/dead-letters/{what}" for name in SERVICES for what in ("redrive", "drop")],
        ["422"],
    ),
    "my account has a version, too": (["PATCH /identity/v1/me"], ["412", "422", "428"]),
    "an address of e-mail, of a page and an id of a client have a form; a validator has a profession": (
        [
            "POST /identity/v1/shares",
            "GET /identity/v1/admin/members",
            "POST /identity/v1/admin/clients",
            "PATCH /identity/v1/admin/clients/{client_id}",
            "PUT /identity/v1/admin/members/{member_id}/roles/{role}",
        ],
        ["422"],
    ),
}
# Methods that are not tried where they are not documented, besides those that are tried everywhere.
UNTRIED = {
    "GET": [  # the door refuses one with a body before it looks whose path it is
        "PUT /content/v1/suggestions/{suggestion_id}/rating",
        ANSWER_CONSENT,
        "PATCH /identity/v1/admin/clients/{client_id}",
        "PUT /identity/v1/admin/members/{member_id}/roles/{role}",
        *(f"POST /{name}/v1/ops/dead-letters/{what}" for name in SERVICES for what in ("redrive", "drop")),
    ],
    "OPTIONS": ["GET /identity/v1/shares/received"],  # where `received` could be the id of a share, which has a DELETE
}
TRIED = ["GET", "PUT", "POST", "DELETE", "PATCH", "TRACE", "OPTIONS", "QUERY"]


@dataclass(frozen=True)
class Crew:
    """Hold the people of this module."""

    writer: Outsider
    target: Outsider
    answerer: Outsider
    stranger: Outsider
    admin: Outsider


@pytest.fixture(scope="module")
def crew(town: Town) -> Crew:
    """The people of this module, signed in."""
    people = [Outsider(town.url) for _ in range(5)]
    crew = Crew(*people)
    for person in people:
        person.register()
        if person is crew.admin:
            town.grant(person.email, "admin")
            town.grant(person.email, "ops")
        person.sign_in()
        person.consent("diary")
    crew.writer.consent("suggestions")
    crew.target.consent("suggestions")
    return crew


def entry(person: Outsider) -> str:
    """Write a diary entry; return its id."""
    return str(person.expect(201, "POST", "/selfcare/v1/diary", {"sleep": {"quality": 2}, "note": "slecht"})["id"])


def ids(person: Outsider) -> dict[str, str]:
    """Let somebody write an entry and get a suggestion; return their ids and that of an item of the library."""
    written = entry(person)

    def suggested() -> Any:
        return person.expect(200, "GET", "/content/v1/suggestions")["items"]

    suggestion = wait_until(suggested, "a suggestion")[0]
    library = person.expect(200, "GET", "/content/v1/items")["items"]
    return {"entry_id": written, "suggestion_id": suggestion["id"], "slug": library[0]["slug"]}


def test_every_documented_route_does_what_it_documents(town: Town, crew: Crew, tmp_path: Path) -> None:
    own = {name: id for name, id in ids(crew.writer).items() if name != "entry_id"}  # written, read, removed on the way
    run(town, crew.writer, own, tmp_path, "--exclude-name", ANSWER_CONSENT, "--exclude-path-regex", OF_A_ROLE)


def test_answering_a_consent_does_what_it_documents(town: Town, crew: Crew, tmp_path: Path) -> None:
    run(town, crew.answerer, {}, tmp_path, "--include-name", ANSWER_CONSENT)


def test_the_administration_and_the_duty_do_what_they_document(town: Town, crew: Crew, tmp_path: Path) -> None:
    asked = {
        "id": f"schema-{os.urandom(4).hex()}", "name_nl": "Proef", "name_en": "Trial", "owner": "trial",
        "audience": ["content"], "scopes": ["openid", "content"], "redirect_uris": ["https://trial.example/back"],
    }  # fmt: skip
    client = crew.admin.expect(201, "POST", "/identity/v1/admin/clients", asked)["client"]["id"]
    member = crew.answerer.expect(200, "GET", "/identity/v1/me")["id"]
    given = {"client_id": client, "member_id": member, "email": crew.answerer.email}
    run(town, crew.admin, given, tmp_path, "--include-path-regex", OF_A_ROLE)


def test_somebody_elses_ids_lead_to_nothing_whatever_is_sent(town: Town, crew: Crew, tmp_path: Path) -> None:
    aimed_at = ids(crew.target)
    paths = (f"/selfcare/v1/diary/{aimed_at['entry_id']}", f"/content/v1/suggestions/{aimed_at['suggestion_id']}")
    kept = {path: crew.target.expect(200, "GET", path) for path in paths}
    aimed = ("--include-path-regex", r"_id\}", "--warnings", "off")
    run(town, crew.stranger, aimed_at, tmp_path, *aimed, phases="coverage,fuzzing", fail_on="[]")
    assert {path: crew.target.expect(200, "GET", path) for path in paths} == kept


def run(
    town: Town,
    person: Outsider,
    ids: dict[str, str],
    folder: Path,
    *more: str,
    phases: str = "coverage,fuzzing,stateful",
    fail_on: str = '["missing_auth", "missing_test_data"]',
) -> None:
    """Run it in a process of its own, with a token that is not about to end, and show what it found."""
    token = person.refresh()["access_token"]
    config = folder / "schemathesis.toml"
    config.write_text(_config(ids, fail_on))
    skipped = [word for name in LEFT_OUT for word in ("--exclude-name", name)]
    command = [
        str(Path(sys.executable).with_name("schemathesis")),
        "--config-file",
        str(config),
        "run",
        *skipped,
        *more,
    ]
    command += ["--checks", "all", "--seed", SEED, "--max-examples", EXAMPLES, "--phases", phases, "--max-time", "25"]
    command += ["--header", f"Authorization: Bearer {token}", "--no-color", f"{town.url}/openapi.json"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=150)
    (folder / "said.txt").write_text(done.stdout + done.stderr)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]


def _config(ids: dict[str, str], fail_on: str) -> str:
    lines = ["[parameters]", *(f"{name} = {json.dumps(value)}" for name, value in ids.items())]
    lines += ["[warnings]", f"fail-on = {fail_on}"]
    lines += ["[checks]", "negative_data_rejection.expected-statuses = " + json.dumps(REFUSED)]
    for kind in ("fuzzing", "coverage"):  # ids of what another test removed meanwhile prove nothing
        lines += [f"[phases.{kind}]", "extra-data-sources.responses = false"]
    for why, (names, statuses) in MEANT.items():
        lines += [f"[[operations]]  # {why}", f"include-name = {json.dumps(names)}"]
        lines += [f"checks.positive_data_acceptance.expected-statuses = {json.dumps([*USUAL, *statuses])}"]
    for method, names in UNTRIED.items():
        tried = [one for one in TRIED if one != method]
        lines += ["[[operations]]", f"include-name = {json.dumps(names)}"]
        lines += [f"phases.coverage.unexpected-methods = {json.dumps(tried)}"]
    return "\n".join(lines) + "\n"
