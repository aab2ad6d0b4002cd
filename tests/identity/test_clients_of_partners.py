"""Administering OAuth clients: what can be registered, what changes at once, and what is refused."""

from __future__ import annotations

import uuid

import pytest

PATH = "/identity/v1/admin/clients"


@pytest.fixture
def admin(door):
    """An administrator: id and browser."""
    from identity.usecases.roles import change_role_of_address

    email = door.email()
    browser = door.person(email)
    change_role_of_address(email, "admin", True, "command by test", door.ports)
    return door.member(email), browser


@pytest.fixture
def wanted(tools):
    return {
        "id": f"reuma-{uuid.uuid4().hex[:8]}",
        "name_nl": "de app van Reuma",
        "name_en": "the Reuma app",
        "owner": "reuma",
        "audience": ["content"],
        "scopes": ["openid", "content"],
        "redirect_uris": ["https://reuma.example/terug"],
    }


def _call(door, admin, method, path, body=None, roles=("admin",)):
    return door.api(method, path, admin[0], json=body, roles=list(roles))


def _register(door, admin, body):
    answer = _call(door, admin, "POST", PATH, body)
    assert answer.status_code == 201, answer.text
    return answer.get_json()


def _through(door, browser, client, secret, tools):
    """Let a person use the client; return its tokens."""
    code, verifier = door.code(
        browser, client_id=client["id"], redirect_uri=client["redirect_uris"][0], scope="openid content"
    )
    sent = {"grant_type": "authorization_code", "code": code, "code_verifier": verifier}
    headers = tools.basic(client["id"], secret)
    return door.token(headers, **sent, redirect_uri=client["redirect_uris"][0])


def test_a_registered_client_works_knows_members_by_another_name_and_its_secret_is_told_once(
    door, admin, wanted, tools
) -> None:
    told = _register(door, admin, wanted)
    assert told["client"]["subject_type"] == "pairwise"
    email = door.email()
    tokens = _through(door, door.person(email), wanted, told["secret"], tools).get_json()
    described = door.introspect(tokens["access_token"]).get_json()
    assert described["client_sub"] != door.member(email)
    listed = _call(door, admin, "GET", PATH)
    assert told["secret"] not in listed.text
    assert "secret_hash" not in listed.text


def test_a_role_stays_with_the_citys_own_clients(door, admin, wanted, tools) -> None:
    told = _register(door, admin, wanted)
    tokens = _through(door, admin[1], wanted, told["secret"], tools).get_json()
    assert door.introspect(tokens["access_token"]).get_json()["roles"] == []


def test_a_disabled_client_is_worth_nothing_at_the_next_question_and_comes_back(door, admin, wanted, tools) -> None:
    secret = _register(door, admin, wanted)["secret"]
    tokens = _through(door, door.person(), wanted, secret, tools).get_json()
    changed = _call(door, admin, "PATCH", f"{PATH}/{wanted['id']}", {"disabled": True}).get_json()
    assert changed["disabled"]
    assert not door.alive(tokens["access_token"])
    assert door.refresh(tokens["refresh_token"], tools.basic(wanted["id"], secret)).status_code == 401
    _call(door, admin, "PATCH", f"{PATH}/{wanted['id']}", {"disabled": False})
    assert door.alive(tokens["access_token"])


def test_redirect_uris_change_at_once_and_the_old_ones_are_refused(door, admin, wanted) -> None:
    _register(door, admin, wanted)
    new = ["https://reuma.example/nieuw"]
    _call(door, admin, "PATCH", f"{PATH}/{wanted['id']}", {"redirect_uris": new})
    browser = door.person()
    for uri, status in ((wanted["redirect_uris"][0], 400), (new[0], 200)):
        asked, _ = door.question(client_id=wanted["id"], redirect_uri=uri, scope="openid content")
        assert browser.get("/oauth/authorize", **asked).status_code == status


def test_a_new_secret_ends_the_old_one(door, admin, wanted, tools) -> None:
    old = _register(door, admin, wanted)["secret"]
    new = _call(door, admin, "POST", f"{PATH}/{wanted['id']}/secret").get_json()["secret"]
    assert new != old
    assert _through(door, door.person(), wanted, old, tools).status_code == 401
    assert _through(door, door.person(), wanted, new, tools).status_code == 200


def test_every_change_is_noted_with_who_did_it(door, admin, wanted) -> None:
    _register(door, admin, wanted)
    _call(door, admin, "PATCH", f"{PATH}/{wanted['id']}", {"disabled": True})
    _call(door, admin, "PATCH", f"{PATH}/{wanted['id']}", {"disabled": True})
    told = next(one for one in _call(door, admin, "GET", PATH).get_json()["items"] if one["id"] == wanted["id"])
    assert [(one["what"], one["by"]) for one in told["changes"]] == [("registered", admin[0]), ("disabled", admin[0])]


@pytest.mark.parametrize(
    "changed",
    [
        {"id": "pijnstad-evil"},
        {"id": "A"},
        {"id": {"$ne": None}},
        {"owner": "lpo"},
        {"scopes": ["everything"]},
        {"scopes": []},
        {"audience": ["gateway"]},
        {"redirect_uris": []},
        {"redirect_uris": ["http://reuma.example/terug"]},
        {"redirect_uris": ["https://*.reuma.example/"]},
        {"redirect_uris": ["https://reuma.example/#x"]},
        {"redirect_uris": ["javascript:alert(1)"]},
        {"redirect_uris": ["https://169.254.169.254@reuma.example/"]},
        {"may_introspect": True},
        {"disabled": False},
    ],
    ids=str,
)
def test_what_must_not_be_registered_is_refused(door, admin, wanted, changed) -> None:
    assert _call(door, admin, "POST", PATH, wanted | changed).status_code == 422
    assert door.ports.clients.get(wanted["id"]) is None


def test_an_id_is_taken_once_and_the_citys_own_clients_are_left_alone(door, admin, wanted) -> None:
    _register(door, admin, wanted)
    assert _call(door, admin, "POST", PATH, wanted | {"owner": "anders"}).status_code == 409
    assert door.ports.clients.get(wanted["id"]).owner == "reuma"
    for own in ("pijnstad-web", "pijnstad-gateway", "pijnstad-demo"):
        assert _call(door, admin, "PATCH", f"{PATH}/{own}", {"disabled": True}).status_code == 422
        assert _call(door, admin, "POST", f"{PATH}/{own}/secret").status_code == 422
    assert _call(door, admin, "PATCH", f"{PATH}/nobody", {"disabled": True}).status_code == 404


@pytest.mark.parametrize("roles", [(), ("ops", "moderator", "editor", "partner_admin")])
def test_for_everybody_else_it_is_not_there(door, wanted, roles) -> None:
    email = door.email()
    browser = door.person(email)
    somebody = (door.member(email), browser)
    assert _call(door, somebody, "GET", PATH, roles=roles).status_code == 404
    assert _call(door, somebody, "POST", PATH, wanted, roles=roles).status_code == 404
    assert browser.get("/account/admin/clients").status_code == 404
    assert door.ports.clients.get(wanted["id"]) is None


def test_the_page_registers_changes_and_disables(door, admin, wanted) -> None:
    _, browser = admin
    fields = {"do": "register", "id": wanted["id"], "owner": "reuma", "name_nl": "a", "name_en": "b"}
    fields |= {"redirect_uris": "https://reuma.example/terug", "scope-openid": "yes", "audience-content": "yes"}
    page = browser.get("/account/admin/clients")
    refused = browser.submit(page, "/account/admin/clients", **(fields | {"redirect_uris": "http://x.example/"}))
    assert refused.status_code == 400
    assert "Dit kan zo niet" in refused.text
    made = browser.submit(page, "/account/admin/clients", **fields)
    assert 'class="secret">pjs_' in made.text
    browser.submit(page, "/account/admin/clients", client=wanted["id"], do="uris", redirect_uris="https://r.example/n")
    assert door.ports.clients.get(wanted["id"]).redirect_uris == ("https://r.example/n",)
    browser.submit(page, "/account/admin/clients", client=wanted["id"], do="disable")
    assert door.ports.clients.get(wanted["id"]) is None
