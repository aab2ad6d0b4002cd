"""Schemathesis with all its checks on the whole API through the door: what is documented is what happens.

Its warnings (operations that only ever answered 401, 403 or 404) count as failures. Two people: one with an entry and a
suggestion of their own, so that the tests reach the code behind the ids; one who aims at the first one's ids.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from outside import wait_until
from town import People, Town

pytestmark = [pytest.mark.city, pytest.mark.timeout(300)]

SEED = "20261124"
EXAMPLES = "20"
# Left out everywhere, with the reason: a stream that never ends, and what ends the sign-in the tests themselves use.
LEFT_OUT = {
    "GET /v1/stream": "never ends",
    "DELETE /identity/v1/sessions": "ends its own sign-in",
    "DELETE /identity/v1/sessions/{id}": "does, too: the list of sessions gives it the id",
}
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
}
# The door refuses a GET with a body before it looks whose path it is.
WITH_BODY = ["PUT /content/v1/suggestions/{suggestion_id}/rating", ANSWER_CONSENT]


@pytest.fixture(scope="module")
def ids(people: People) -> dict[str, str]:
    """What the owner has."""
    entry = people.owner.expect(201, "POST", "/selfcare/v1/diary", {"sleep": {"quality": 2}, "note": "slecht geslapen"})

    def suggested() -> Any:
        return people.owner.expect(200, "GET", "/content/v1/suggestions")["items"]

    suggestion = wait_until(suggested, "a suggestion")[0]
    library = people.owner.expect(200, "GET", "/content/v1/items")["items"]
    return {"entry_id": entry["id"], "suggestion_id": suggestion["id"], "slug": library[0]["slug"]}


def test_every_documented_route_does_what_it_documents(
    town: Town, people: People, ids: dict[str, str], tmp_path: Path
) -> None:
    own = {
        name: value for name, value in ids.items() if name != "entry_id"
    }  # an entry is written, read and removed on the way
    run(town, people.owner.tokens["access_token"], own, tmp_path, "--exclude-name", ANSWER_CONSENT)


def test_answering_a_consent_does_what_it_documents(town: Town, people: People, tmp_path: Path) -> None:
    run(town, people.reader.tokens["access_token"], {}, tmp_path, "--include-name", ANSWER_CONSENT)


def test_somebody_elses_ids_lead_to_nothing_whatever_is_sent(
    town: Town, people: People, ids: dict[str, str], tmp_path: Path
) -> None:
    paths = (f"/selfcare/v1/diary/{ids['entry_id']}", f"/content/v1/suggestions/{ids['suggestion_id']}")
    kept = {path: people.owner.expect(200, "GET", path) for path in paths}
    aimed = ("--include-path-regex", r"_id\}", "--warnings", "off")
    run(town, people.other.tokens["access_token"], ids, tmp_path, *aimed, phases="coverage,fuzzing", fail_on="[]")
    assert {path: people.owner.expect(200, "GET", path) for path in paths} == kept


def run(
    town: Town,
    token: str,
    ids: dict[str, str],
    folder: Path,
    *more: str,
    phases: str = "coverage,fuzzing,stateful",
    fail_on: str = '["missing_auth", "missing_test_data"]',
) -> None:
    """Run it in a process of its own, and show what it found."""
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
    command += ["--checks", "all", "--seed", SEED, "--max-examples", EXAMPLES, "--phases", phases, "--max-time", "40"]
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
    lines += ["[[operations]]", f"include-name = {json.dumps(WITH_BODY)}"]
    lines += ['phases.coverage.unexpected-methods = ["POST", "DELETE", "PATCH", "TRACE", "OPTIONS", "QUERY"]']
    return "\n".join(lines) + "\n"
