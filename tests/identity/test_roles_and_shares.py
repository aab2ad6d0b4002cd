"""Roles given and taken with a trail that only grows; shares that begin with a yes and end at once."""

from __future__ import annotations

import re
from typing import get_args

import pytest

from pijnstad_contracts import identity as contract
from pijnstad_contracts.envelope import decode
from pijnstad_contracts.registry import event_types


def _row(door, member):
    return door.ports.accounts._store.collection.find_one({"_id": member})


def _events(door, member):
    return [decode(bytes(entry["body"]), event_types()) for entry in _row(door, member)["outbox"]]


def _names(door, member) -> list[str]:
    return [type(event.data).__name__ for event in _events(door, member)]


@pytest.fixture
def member(door):
    """A fresh member: id and browser."""
    email = door.email()
    browser = door.person(email)
    return door.member(email), browser, email


@pytest.fixture
def admin(door, member):
    """An administrator, made as the command makes one."""
    from identity.usecases.roles import change_role_of_address

    id, browser, email = member
    change_role_of_address(email, "admin", True, "command by test", door.ports)
    return id, browser


def _role(door, admin, member, role, granted=True, roles=("admin",), **more):
    return door.api(
        "PUT",
        f"/identity/v1/admin/members/{member}/roles/{role}",
        admin,
        json={"granted": granted, **more},
        roles=list(roles),
    )


def test_the_roles_of_the_command_are_those_of_the_contract() -> None:
    from identity.domain.roles import PROFESSIONS, ROLES

    assert get_args(contract.Role) == ROLES
    assert get_args(contract.Profession) == PROFESSIONS


def test_a_role_is_given_and_taken_with_events_and_a_trail(door, admin) -> None:
    email = door.email()
    grant = door.grant(door.person(email))
    other = door.member(email)
    assert _role(door, admin[0], other, "moderator").get_json()["roles"] == ["moderator"]
    assert door.introspect(grant.access).get_json()["roles"] == ["moderator"]
    assert _role(door, admin[0], other, "moderator", False).get_json()["roles"] == []
    assert _names(door, other)[-2:] == ["RoleGranted", "RoleRevoked"]
    trail = [(one["role"], one["granted"], one["by"]) for one in _row(door, other)["role_changes"]]
    assert trail == [("moderator", True, admin[0]), ("moderator", False, admin[0])]
    told = door.api("GET", "/identity/v1/admin/role-changes", admin[0], roles=["admin"]).get_json()["items"]
    assert [one["granted"] for one in told if one["member"] == other] == [False, True]


def test_giving_a_role_twice_is_noted_once(door, admin, member) -> None:
    for _ in range(3):
        assert _role(door, admin[0], admin[0], "ops").status_code == 200
    assert _names(door, admin[0]).count("RoleGranted") == 2  # admin, ops


def test_a_validator_has_a_named_profession(door, admin) -> None:
    email = door.email()
    door.person(email)
    other = door.member(email)
    refused = _role(door, admin[0], other, "validator")
    assert (refused.status_code, refused.get_json()["type"].rsplit("/", 1)[1]) == (422, "profession-missing")
    told = _role(door, admin[0], other, "validator", profession="physiotherapist").get_json()
    assert (told["roles"], told["profession"]) == (["validator"], "physiotherapist")
    assert _events(door, other)[-1].data.profession == "physiotherapist"


def test_an_administrator_does_not_lock_themselves_out(door, admin) -> None:
    refused = _role(door, admin[0], admin[0], "admin", False)
    assert (refused.status_code, refused.get_json()["type"].rsplit("/", 1)[1]) == (403, "not-yourself")


@pytest.mark.parametrize("roles", [(), ("ops",), ("moderator", "editor", "validator", "partner_admin")])
def test_for_everybody_else_the_administration_is_not_there(door, member, roles) -> None:
    id, browser, email = member
    assert _role(door, id, id, "admin", roles=roles).status_code == 404
    for path in (f"/identity/v1/admin/members?email={email}", "/identity/v1/admin/role-changes"):
        assert door.api("GET", path, id, roles=list(roles)).status_code == 404
    assert browser.get("/account/admin/roles").status_code == 404
    assert _row(door, id)["roles"] == []


def test_an_administrator_finds_a_member_by_address_and_changes_roles_on_a_page(door, admin) -> None:
    email = door.email()
    door.person(email)
    _, browser = admin
    page = browser.get("/account/admin/roles", email=email.upper())
    assert "Rollen van Sanne" in page.text
    done = browser.submit(page, "/account/admin/roles", email=email, role="editor", do="give")
    assert "redacteur" in done.text
    assert door.ports.accounts.by_address(email).roles == ("editor",)
    assert "geen account" in browser.get("/account/admin/roles", email=door.email()).text
    sent = {"csrf": "0" * 64, "email": email, "role": "admin", "do": "give"}
    assert browser.client.post("/account/admin/roles", data=sent).status_code == 403
    assert door.ports.accounts.by_address(email).roles == ("editor",)


# Shares


def _ask(door, browser, to, **changed):
    fields = {"do": "ask", "email": to, "name": "Mijn zus", "part-diary": "yes", "days": "31"} | changed
    return browser.submit(browser.get("/account/shares"), "/account/shares", **fields)


def _answer(browser, link, agreed="yes"):
    page = browser.client.get(link)
    return browser.submit(page, "/account/share", token=link.partition("token=")[2], agreed=agreed)


@pytest.fixture
def shared(door, member):
    """A share that began: owner, reader, and their browsers."""
    owner, browser, _ = member
    email = door.email()
    reading = door.person(email)
    door.mails.new()
    _ask(door, browser, email)
    assert _answer(reading, door.mails.link("share")).headers["Location"].endswith("gedaan=share")
    return owner, browser, door.member(email), reading


def test_a_share_begins_with_the_readers_yes_and_is_told_to_the_districts(door, shared) -> None:
    owner, browser, reader, reading = shared
    event = _events(door, owner)[-1]
    assert (type(event.data).__name__, event.subject, event.member) == ("ShareGranted", owner, owner)
    assert (event.data.owner, event.data.reader, event.data.parts) == (owner, reader, ["diary"])
    assert "Mijn zus" in browser.get("/account/shares").text
    assert "Wat anderen jou laten zien" in reading.get("/account/shares").text
    mine = door.api("GET", "/identity/v1/shares", owner).get_json()["items"]
    theirs = door.api("GET", "/identity/v1/shares/received", reader).get_json()["items"]
    assert [(one["id"], one["name"]) for one in mine] == [(theirs[0]["id"], "Mijn zus")]
    assert theirs[0]["name"] == "Sanne"
    assert "Mijn zus" not in str(bytes(_row(door, owner)["outbox"][-1]["body"]))


def test_asking_tells_the_same_for_known_and_unknown_addresses_and_shares_nothing_yet(door, member) -> None:
    owner, browser, _ = member
    known = door.email()
    door.person(known)
    answers = [_ask(door, browser, to).headers["Location"] for to in (known, door.email())]
    assert answers[0] == answers[1]
    assert "ShareGranted" not in _names(door, owner)


def test_a_no_shares_nothing_and_uses_the_link_up(door, member) -> None:
    owner, browser, _ = member
    other = door.person()
    door.mails.new()
    _ask(door, browser, door.email())
    link = door.mails.link("share")
    _answer(other, link, "no")
    assert other.client.get(link).status_code == 400
    assert "ShareGranted" not in _names(door, owner)


def test_one_link_lets_one_reader_in_and_never_the_owner(door, member) -> None:
    _, browser, _ = member
    door.mails.new()
    _ask(door, browser, door.email())
    link = door.mails.link("share")
    assert browser.client.get(link).status_code == 400
    assert _answer(door.person(), link).status_code == 303
    assert door.person().client.get(link).status_code == 400


@pytest.mark.parametrize("who", ["owner", "reader"])
def test_both_sides_can_end_it_at_once(door, shared, who) -> None:
    owner, browser, reader, reading = shared
    acting, do = (browser, "end") if who == "owner" else (reading, "leave")
    page = acting.get("/account/shares")
    acting.submit(page, "/account/shares", do=do, share=re.search(r'name="share" value="([^"]+)"', page.text)[1])
    assert _names(door, owner)[-1] == "ShareRevoked"
    assert door.api("GET", "/identity/v1/shares", owner).get_json()["items"] == []
    assert door.api("GET", "/identity/v1/shares/received", reader).get_json()["items"] == []


def test_nobody_ends_or_sees_the_share_of_others(door, shared) -> None:
    owner, _, _, _ = shared
    share = door.api("GET", "/identity/v1/shares", owner).get_json()["items"][0]["id"]
    email = door.email()
    door.person(email)
    stranger = door.member(email)
    for path in (f"/identity/v1/shares/{share}", f"/identity/v1/shares/received/{share}"):
        assert door.api("DELETE", path, stranger).status_code == 404
    assert door.api("GET", "/identity/v1/shares/received", stranger).get_json()["items"] == []


def test_a_share_that_has_run_out_is_gone_by_itself(door, shared, monkeypatch) -> None:
    from datetime import timedelta

    from identity.usecases import shares

    owner, _, reader, _ = shared
    real = shares.now
    monkeypatch.setattr(shares, "now", lambda: real() + timedelta(days=32))
    assert door.api("GET", "/identity/v1/shares/received", reader).get_json()["items"] == []
    assert door.api("GET", "/identity/v1/shares", owner).get_json()["items"] == []


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"email": "x"}, "geen e-mailadres"),
        ({"part-diary": ""}, "Kies wat je laat zien"),
        ({"days": "9999"}, "Kies hoe lang"),
        ({"name": " "}, "hoe je deze persoon noemt"),
    ],
)
def test_a_wish_that_does_not_fit_says_what_to_do(door, member, changed, words) -> None:
    answer = _ask(
        door,
        member[1],
        **({"to": door.email()} | ({"to": changed.pop("email")} if "email" in changed else {})),
        **changed,
    )
    assert answer.status_code == 400
    assert words in answer.text


def test_the_api_asks_and_ends_as_the_page_does(door, member) -> None:
    owner, _, _ = member
    reading = door.person()
    body = {"email": "zus@voorbeeld.example", "name": "Zus", "parts": ["diary", "goals"], "days": 7}
    door.mails.new()
    assert door.api("POST", "/identity/v1/shares", owner, json=body).status_code == 202
    _answer(reading, door.mails.link("share"))
    (one,) = door.api("GET", "/identity/v1/shares", owner).get_json()["items"]
    assert one["parts"] == ["diary", "goals"]
    for _ in range(2):
        assert door.api("DELETE", f"/identity/v1/shares/{one['id']}", owner).status_code == 204
    assert _names(door, owner).count("ShareRevoked") == 1
    assert door.api("POST", "/identity/v1/shares", owner, json=body | {"parts": ["everything"]}).status_code == 422
    assert door.api("POST", "/identity/v1/shares", owner, json=body | {"email": {"$ne": None}}).status_code == 422
