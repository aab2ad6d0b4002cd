"""Passkeys in a real browser with a virtual authenticator, on a whole city: made, used, renamed, removed, refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest
from browser import Person
from passkeys import add_passkey, give_authenticator, sign_in_by_passkey

if TYPE_CHECKING:
    from conftest import City

pytestmark = [pytest.mark.city, pytest.mark.browser]


@pytest.fixture
def add_person(browser: Any, city: City) -> Iterator[Callable[..., Person]]:
    people: list[Person] = []

    def add(**wishes: Any) -> Person:
        people.append(Person(browser, city, **wishes))
        return people[-1]

    yield add
    for person in people:
        person.context.close()


def _sign_out(person: Person) -> None:
    person.go("/account/sign-out")
    person.submit()
    person.page.wait_for_selector("main a[href='/inloggen']")


def test_somebody_signs_in_with_a_passkey_renames_and_removes_it(add_person: Any) -> None:
    anna = add_person()
    anna.register()
    give_authenticator(anna)
    add_passkey(anna)
    _sign_out(anna)
    anna.go("/account/sign-in")
    sign_in_by_passkey(anna)
    assert anna.path() == "/account"

    page = anna.go("/account/passkeys")
    page.fill("main li input[name=name]", "Mijn telefoon")
    page.click("main li button[value=rename]")
    page.wait_for_url("**?gedaan=passkey_named")
    assert page.input_value("main li input[name=name]") == "Mijn telefoon"
    page.click("main li button[value=remove]")
    page.wait_for_url("**?gedaan=passkey_gone")
    assert page.locator("main li input[name=name]").count() == 0
    _sign_out(anna)
    anna.go("/account/sign-in")
    page.click("form[data-kind=use] button")
    page.wait_for_selector("[role=alert] >> text=lukte niet")
    assert anna.noted.complaints == []


def test_a_passkey_leads_on_to_where_one_was_going(add_person: Any) -> None:
    anna = add_person()
    anna.register()
    give_authenticator(anna)
    add_passkey(anna)
    anna.go("/")
    anna.sign_out()
    anna.go("/inloggen?verder=/zelfmanagement")
    sign_in_by_passkey(anna)
    anna.page.wait_for_url("**/zelfmanagement")


def test_a_passkey_is_its_own_second_step_and_an_answer_works_once(add_person: Any) -> None:
    anna = add_person()
    anna.register()
    give_authenticator(anna)
    add_passkey(anna)
    _sign_out(anna)
    page = anna.go("/account/sign-in")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.post_data or "") if request.method == "POST" else None)
    sign_in_by_passkey(anna)
    answer = page.request.post(
        f"{anna.city.url}/account/passkey",
        data=sent[0],
        headers={"Content-Type": "application/x-www-form-urlencoded"},
        max_redirects=0,
    )
    assert answer.status == 403  # the cookie it was made for is gone


def test_without_a_script_the_password_is_there_and_no_button_that_does_nothing(add_person: Any) -> None:
    page = add_person(java_script_enabled=False).go("/account/sign-in")
    assert page.locator("form[data-kind=use]").is_hidden()
    assert page.locator("#password").is_visible()


def test_a_device_that_says_no_changes_nothing_and_says_what_to_do(add_person: Any) -> None:
    anna = add_person()
    give_authenticator(anna)
    page = anna.go("/account/sign-in")
    page.click("form[data-kind=use] button")
    page.wait_for_selector("[data-trouble]:visible")
    assert "gebruik je wachtwoord" in page.inner_text("[data-trouble]")
