"""Registering with a confirmed address: what the answer gives away (nothing), what the mail says, who may confirm."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor

import pytest

ABROAD = "for=203.0.113.40"


def _page(answer) -> tuple[int, str, str]:
    return answer.status_code, answer.headers["Location"], answer.text


def test_the_answer_is_the_same_for_a_new_and_for_a_taken_address(door) -> None:
    taken = door.email()
    door.person(taken)
    assert _page(door.browser().ask_to_register(taken)) == _page(door.browser().ask_to_register(door.email()))


def test_a_taken_address_is_told_by_mail_only_and_the_account_is_left_alone(door) -> None:
    email = door.email()
    door.person(email)
    before = door.ports.accounts.by_address(email)
    door.mails.new()
    door.browser().ask_to_register(email, password="heel ander wachtwoord 88 zon", name="Iemand anders")
    (mail,) = door.mails.new()
    assert mail["To"] == email
    assert "al een account" in mail["Subject"]
    assert "Iemand anders" not in mail.get_content()
    assert "token=" not in mail.get_content()
    assert door.ports.accounts.by_address(email) == before


def test_both_answers_take_the_same_work(door, monkeypatch) -> None:
    import identity.hashing as hashing

    done: list[str] = []
    real = hashing._HASHER

    class Counting:
        def hash(self, password: str) -> str:
            done.append("hash")
            return real.hash(password)

        def __getattr__(self, name: str):
            return getattr(real, name)

    monkeypatch.setattr(hashing, "_HASHER", Counting())
    for store in ("proofs", "deliveries"):
        original = getattr(door.ports, store).__class__
        name = "make" if store == "proofs" else "add"
        method = getattr(original, name)
        monkeypatch.setattr(
            original, name, lambda *a, _m=method, _s=store, **k: (done.append(_s), _m(*a, **k))[1], raising=True
        )
    taken = door.email()
    door.person(taken)
    work = []
    for email in (taken, door.email()):
        done.clear()
        door.browser().ask_to_register(email)
        work.append(list(done))
    assert work[0] == work[1] == ["hash", "proofs", "deliveries"]


def test_no_account_exists_before_its_address_is_confirmed(door) -> None:
    email, browser = door.email(), door.browser()
    browser.ask_to_register(email)
    assert door.ports.accounts.by_address(email) is None
    assert door.browser().sign_in(email).status_code == 400
    answer = browser.confirm(door.mails.link("confirm"))
    assert (answer.status_code, answer.headers["Location"]) == (303, "/account")
    assert door.ports.accounts.by_address(email).email_verified


def test_looking_at_the_link_confirms_nothing(door) -> None:
    email, browser = door.email(), door.browser()
    browser.ask_to_register(email)
    link = door.mails.link("confirm")
    for _ in range(3):
        assert browser.client.get(link).status_code == 200
    assert door.ports.accounts.by_address(email) is None


def test_another_browser_confirms_with_the_password_only(door, tools) -> None:
    email = door.email()
    door.browser().ask_to_register(email)
    link = door.mails.link("confirm")
    phone = door.browser()
    assert "andere browser" in phone.client.get(link).text
    refused = phone.confirm(link)
    assert refused.status_code == 400
    assert "niet het wachtwoord" in refused.text
    assert door.ports.accounts.by_address(email) is None
    assert phone.confirm(link, password=tools.password).status_code == 303


@pytest.mark.usefixtures("long_minute")
def test_the_password_of_a_link_cannot_be_guessed_without_end(door, tools) -> None:
    door.browser().ask_to_register(door.email())
    link, stranger = door.mails.link("confirm"), door.browser()
    assert [stranger.confirm(link, password=f"gok {n}").status_code for n in range(6)] == [400] * 5 + [429]


def test_a_link_works_once(door) -> None:
    email, browser = door.email(), door.browser()
    browser.ask_to_register(email)
    link = door.mails.link("confirm")
    assert browser.confirm(link).status_code == 303
    again = door.browser().client.get(link)
    assert again.status_code == 400
    assert "werkt niet meer" in again.text


@pytest.mark.parametrize("token", ["", "x", "x" * 3000, '{"$ne": null}', "\x00"])
def test_a_token_that_nobody_was_sent_confirms_nothing(door, token) -> None:
    assert door.browser().get("/account/confirm", token=token).status_code == 400


def test_a_link_is_too_old_after_a_day(door, monkeypatch) -> None:
    from datetime import timedelta

    from identity.store import proofs

    browser = door.browser()
    browser.ask_to_register(door.email())
    link, real = door.mails.link("confirm"), proofs.now
    monkeypatch.setattr(proofs, "now", lambda: real() + timedelta(hours=23, minutes=59))
    assert browser.client.get(link).status_code == 200
    monkeypatch.setattr(proofs, "now", lambda: real() + timedelta(hours=24, minutes=1))
    assert browser.client.get(link).status_code == 400


def test_two_registrations_of_one_address_make_one_account_for_who_confirms_first(door) -> None:
    email, asked = door.email(), []
    for number in range(3):
        browser = door.browser()
        browser.ask_to_register(email, password=f"tulp fiets wolkenlucht {number} anker")
        asked.append((browser, door.mails.link("confirm")))
    with ThreadPoolExecutor(3) as pool:
        answers = list(pool.map(lambda one: one[0].confirm(one[1]).status_code, asked))
    assert sorted(answers) == [303, 400, 400]
    assert door.ports.accounts._store.collection.count_documents({"email_key": email}) == 1


@pytest.mark.usefixtures("long_minute")
def test_one_address_gets_five_such_mails_an_hour_whether_it_has_an_account_or_not(door) -> None:
    for email in (door.email(), door.email()):
        answers = [door.browser().ask_to_register(email).status_code for _ in range(6)]
        assert answers == [303] * 5 + [429]


def test_a_mail_speaks_the_language_that_was_chosen(door) -> None:
    door.mails.new()
    door.browser().ask_to_register(door.email(), language="en")
    (mail,) = door.mails.new()
    assert mail["Subject"] == "Confirm your e-mail address for Pijnstad"
    assert mail["Content-Language"] == "en"


def test_the_sealed_documents_show_neither_name_nor_address_nor_password(door, tools) -> None:
    from identity.store.deliveries import DeliveryDocument
    from identity.store.proofs import ProofDocument

    email = door.email()
    door.browser().ask_to_register(email, name="Zeldzamenaam")
    for document in (DeliveryDocument, ProofDocument):
        raw = str(list(document._get_collection().find({})))
        assert raw != "[]"
        for secret in (email, "Zeldzamenaam", tools.password, "argon2"):
            assert secret not in raw
    door.mails.new()
    assert DeliveryDocument._get_collection().count_documents({"sealed": {"$ne": None}}) == 0


def test_every_letter_stands_in_both_languages_and_takes_the_same_values() -> None:
    from string import Formatter

    from identity.mail.letters import KINDS, LETTERS

    assert set(LETTERS) == set(KINDS)
    for kind, letter in LETTERS.items():
        for words in (letter.subject, letter.body):
            names = [{name for _, name, _, _ in Formatter().parse(text) if name} for text in words]
            assert names[0] == names[1], kind
            assert len(re.findall(r"\{link\}", words.nl)) <= 1, kind
