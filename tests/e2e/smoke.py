"""`make smoke`: the chain that must always work, tried from outside on a running city, then with many at once.

    python tests/e2e/smoke.py            the city at PIJNSTAD_URL (default http://localhost:8000)

First one person: register, sign in, write an entry, hear the notice, read the suggestion, rate it, read the item. Then 20
members and 500 entries: every entry that was answered 2xx must have been handled exactly once, and nobody may see another's.
Exit code 0 when all of it held, 1 with the reason when not.
"""

from __future__ import annotations

import os
import secrets
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
from outside import Outsider, Unexpected, wait_until

MEMBERS = int(os.environ.get("SMOKE_MEMBERS", "20"))
ENTRIES = int(os.environ.get("SMOKE_ENTRIES", "500"))
COLOUR = sys.stdout.isatty() and "NO_COLOR" not in os.environ
BAD_NIGHT = {"pain": [{"area": None, "intensity": 7}], "sleep": {"quality": 2}}


@dataclass
class Written:
    """Hold what one member wrote and was answered."""

    person: Outsider
    answered: list[str] = field(default_factory=list)
    refused: Counter[int] = field(default_factory=Counter)


def main() -> int:
    """Run both parts and say how it went."""
    base = os.environ.get("PIJNSTAD_URL", "http://localhost:8000")
    client = os.environ.get("PIJNSTAD_SMOKE_CLIENT", "pijnstad-demo")
    print(f"Smoke test of {base}")
    try:
        one_person(base, client)
        many_at_once(base, client)
    except Unexpected as error:
        print(_paint("31", f"FAILED: {error}"))
        return 1
    except Exception as error:
        print(_paint("31", f"FAILED: {type(error).__name__} (is the city up? try: make status)"))
        return 1
    print(_paint("32", f"All of it held. Next: open {base} and write an entry yourself."))
    return 0


def one_person(base: str, client: str) -> None:
    """Walk the chain once, a line with its time for each step."""
    person = Outsider(base, client)
    with step("register"):
        person.register()
    with step("sign in: code + PKCE"):
        person.sign_in()
    with step("consent to the diary and to suggestions"):
        person.consent("diary", "suggestions")
    with step("open the stream of notices"):
        stream = person.listen()
    with step("write a diary entry"):
        entry = person.expect(201, "POST", "/selfcare/v1/diary", BAD_NIGHT, {"Idempotency-Key": secrets.token_hex(8)})
    answered = time.perf_counter()
    with step("hear the notice") as note:
        heard, notice = stream.next()
        note(f"{(heard - answered) * 1000:.0f} ms after the entry was answered")
    with step("read the suggestion") as note:
        suggestion = person.expect(200, "GET", notice["href"])
        _must(suggestion["entry_id"] == entry["id"], "the suggestion belongs to another entry")
        _must(suggestion["reason"]["text"] and suggestion["source_line"], "the suggestion lacks its reason or source")
        note(f'"{suggestion["item"]["title"]}": {suggestion["reason"]["text"]}')
    with step("rate it"):
        person.expect(200, "PUT", f"/content/v1/suggestions/{suggestion['id']}/rating", {"rating": "helps"})
        again = person.expect(200, "GET", notice["href"])
        _must(again["rating"] == "helps", "the rating did not stay")
    with step("read the item") as note:
        item = person.expect(200, "GET", f"/content/v1/items/{suggestion['item']['slug']}")
        _must(bool(item["sources"]), "the item names no source")
        note(f"{item['sources'][0]['title']}, {item['sources'][0]['section']}")
    stream.close()
    the_door(base, client, person)


def the_door(base: str, client: str, person: Outsider) -> None:
    """Come in by a passkey, and end a session from another device."""
    with step("make a passkey and sign in with it"):
        person.add_passkey()
        person.sign_in_by_passkey()
    phone = Outsider(base, client)
    phone.email, phone.password = person.email, person.password
    with step("sign in on a second device and end that from the first") as note:
        phone.sign_in()
        phone.expect(200, "GET", "/identity/v1/me")
        newest = person.expect(200, "GET", "/identity/v1/sessions")["items"]
        for place in [one for one in newest if one["kind"] == "app"][:1]:
            person.expect(204, "DELETE", f"/identity/v1/sessions/{place['id']}")
        ended = time.perf_counter()
        wait_until(lambda: phone.request("GET", "/identity/v1/me").status == 401, "the token to die", timeout=12)
        note(f"its token died after {(time.perf_counter() - ended):.1f} s")


def many_at_once(base: str, client: str) -> None:
    """Let many write at once, then compare what was answered with what was done."""
    with ThreadPoolExecutor(max_workers=8) as pool:
        with step(f"register and sign in {MEMBERS} members"):
            written = list(pool.map(lambda _: Written(_arrive(base, client)), range(MEMBERS)))
        with step(f"write {ENTRIES} entries") as note:
            jobs = [pool.submit(_write, written[number % MEMBERS], number) for number in range(ENTRIES)]
            for job in jobs:
                job.result()
            note(f"{sum(len(one.answered) for one in written)} answered 2xx")
        with step("wait until each was handled, exactly once") as note:
            done = list(pool.map(_compare, written))
            note(f"LOST {sum(d[0] for d in done)}  DOUBLE {sum(d[1] for d in done)}  PHANTOM {sum(d[2] for d in done)}")
            _must(not any(sum(d) for d in done), "entries and their effects differ")
        with step("look for somebody else's entries and suggestions"):
            _nobody_sees_another(written)


def _arrive(base: str, client: str) -> Outsider:
    person = Outsider(base, client)
    person.register()
    person.sign_in()
    person.consent("diary", "suggestions")
    return person


def _write(one: Written, number: int) -> None:
    entry = {"pain": [{"area": None, "intensity": number % 11}], "note": f"entry {number}"}
    answer = one.person.request("POST", "/selfcare/v1/diary", entry, {"Idempotency-Key": f"{number}"})
    if answer.status == 201:
        one.answered.append(answer.json["id"])
    else:
        one.refused[answer.status] += 1


def _compare(one: Written) -> tuple[int, int, int]:
    """Return (lost, double, phantom) for one member, once things have settled."""
    expected = Counter(one.answered)
    handled: Counter[str] = Counter()

    def settled() -> bool:
        nonlocal handled
        handled = Counter(moment["entry_id"] for moment in _all(one.person, "/content/v1/moments"))
        return set(expected) <= set(handled)

    with suppress(Unexpected):  # what is missing is counted as lost
        wait_until(settled, "all entries to be handled", timeout=60)
    lost = len(set(expected) - set(handled))
    return lost, sum(number - 1 for number in handled.values()), len(set(handled) - set(expected))


def _nobody_sees_another(written: list[Written]) -> None:
    owner, other = written[0], written[1].person
    mine = {entry["id"] for entry in _all(owner.person, "/selfcare/v1/diary")}
    _must(mine == set(owner.answered), "the diary shows other entries than were written")
    for id in owner.answered[:5]:
        for method, body in (("GET", None), ("PATCH", {"fatigue": 3}), ("DELETE", None)):
            answer = other.request(method, f"/selfcare/v1/diary/{id}", body, {"If-Match": '"1"'})
            _must(answer.status == 404, f"{method} on somebody else's entry answered {answer.status}")
    for suggestion in _all(owner.person, "/content/v1/suggestions"):
        answer = other.request("GET", f"/content/v1/suggestions/{suggestion['id']}")
        _must(answer.status == 404, f"somebody else's suggestion answered {answer.status}")


def _all(person: Outsider, path: str) -> Iterator[dict[str, Any]]:
    cursor = ""
    while True:
        page = person.expect(200, "GET", f"{path}?limit=100{cursor}")
        yield from page["items"]
        if not page["next"]:
            return
        cursor = f"&cursor={page['next']}"


@contextmanager
def step(name: str) -> Iterator[Callable[[str], None]]:
    """Print a step with its time when it is done."""
    said: list[str] = []
    started = time.perf_counter()
    yield said.append
    print(
        f"  {_paint('32', '✓')} {name:<44} {(time.perf_counter() - started) * 1000:8.0f} ms  {' '.join(said)}",
        flush=True,
    )


def _must(held: bool, otherwise: str) -> None:
    if not held:
        raise Unexpected(otherwise)


def _paint(code: str, text: str) -> str:
    return f"\033[{code}m{text}\033[0m" if COLOUR else text


if __name__ == "__main__":
    raise SystemExit(main())
