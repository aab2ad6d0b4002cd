"""Every page a person can meet, in the order they would: the streets, the gate, the diary, the tips, the way out.

A page added to the city gets its line here; then it is seen by axe, measured, weighed and photographed like all others.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from urllib.parse import urlencode

from browser import DAYS, DIARY, SAVED, Person, suggestions_held
from outside import REDIRECT

WORD = {"nl": "slapen", "en": "sleep"}
CRISIS = {"nl": "Ik wil niet meer leven.", "en": "I do not want to live anymore."}
RED_FLAG = {"nl": "Ik kan ineens mijn plas niet meer ophouden.", "en": "I suddenly cannot hold my urine."}
STREETS = {
    "stadhuis": "/",
    "over-pijnstad": "/stadhuis/over",
    "informatiecentrum": "/informatiecentrum",
    "zijde-van-het-leven": "/informatiecentrum?dimension=mental_wellbeing",
    "niets-gevonden": "/informatiecentrum?q=xqzwv",
    "keuzewijzer": "/keuzewijzer",
    "pijncommunity": "/pijncommunity",
    "zelfmanagement-plein": "/zelfmanagement",
    "dagboek-uitnodiging": DIARY,
    "hulp-nu": "/hulp-nu",
    "fout-bestaat-niet": "/nergens",
    "fout-inloggen": "/signed-in?code=x&state=y",
    "fout-verzoek": "/oauth/authorize?client_id=nobody",
    "uitgelogd": "/account/sign-out",
    "problemen": "/problems",
    "probleem": "/problems/consent-needed",
}


def tour(person: Person) -> Iterator[str]:
    """Go everywhere with a person who is new; yield the name of each page when it is open."""
    for name, path in STREETS.items():
        person.go(f"{path}{'&' if '?' in path else '?'}language={person.language}" if "problem" in path else path)
        yield name
    person.go(f"/informatiecentrum?q={WORD[person.language]}")
    yield "gevonden"
    person.page.locator(".rows h3 a").first.click()
    person.page.wait_for_selector(".in-one-minute")
    yield "stuk"
    yield from _gate(person)
    yield from _consent(person)
    yield from _writing(person)
    yield from _suggestion(person)
    yield from _days(person)
    yield from _words_of_need(person)
    yield from _no_suggestions(person)
    yield from _account(person)


def _gate(person: Person) -> Iterator[str]:
    page = person.page
    person.go(f"/inloggen?verder={DIARY}")
    yield "poort-inloggen"
    person.sign_in()
    page.wait_for_selector("[role=alert]")
    yield "poort-inloggen-fout"
    page.click("main a[href^='/account/register']")
    page.wait_for_selector("#age")
    yield "poort-account"
    page.evaluate("document.querySelector('main form').noValidate = true")
    page.fill("#password", "kort")
    person.submit()
    page.wait_for_selector("[role=alert]")
    yield "poort-account-fout"
    person.fill_in_registration()
    person.submit()
    page.wait_for_url("**/account/mail-sent")
    yield "poort-mail"
    page.goto(person.link_in_the_mail("/account/confirm"))
    yield "poort-bevestigen"
    person.submit()
    page.wait_for_selector("button[name=agreed]")
    yield "poort-toestemming"
    person.allow()


def _consent(person: Person) -> Iterator[str]:
    page = person.page
    page.wait_for_url(f"**{DIARY}/toestemming")
    yield "toestemming-eerst"
    page.evaluate("document.querySelector('main form').noValidate = true")
    person.submit()
    page.wait_for_selector("#error")
    yield "toestemming-fout"
    person.agree()
    page.wait_for_url(f"**{DIARY}")


def _writing(person: Person) -> Iterator[str]:
    page = person.page
    yield "dagboek"
    person.unfold()
    yield "dagboek-alles"
    page.fill("#sleep_hours", "30")
    page.fill("#note", {"nl": "Weer wakker om vier uur.", "en": "Awake again at four."}[person.language])
    person.submit()
    page.wait_for_selector("#error")
    yield "dagboek-fout"
    page.fill("#sleep_hours", "5")


def _suggestion(person: Person) -> Iterator[str]:
    page = person.page
    with suggestions_held(person.city) as held:
        person.save()
        if held:
            yield "bewaard-wachten"
    page.wait_for_selector(".suggestion")
    yield "bewaard-tip"
    person.go("/")
    yield "stadhuis-met-licht"
    person.go("/informatiecentrum/tips")
    page.wait_for_selector(".suggestion")
    yield "tips"
    page.click("button[value=helps]")
    page.wait_for_selector(".suggestion [role=status]")
    yield "tips-beoordeeld"


def _days(person: Person) -> Iterator[str]:
    page = person.page
    person.go(DAYS)
    page.wait_for_selector(".rows li")
    yield "dagen"
    page.click(".day-actions a[href$='/weg']")
    page.wait_for_selector("main form[action$='/weg']")
    yield "dag-weghalen"
    person.go(DAYS)
    page.wait_for_selector(".rows li")
    page.click(".rows .day-actions a:not([href$='/weg'])")
    page.wait_for_selector("form.diary")
    yield "dag-veranderen"
    person.save()
    yield "dag-veranderd"


def _words_of_need(person: Person) -> Iterator[str]:
    for name, words in (("crisis", CRISIS), ("rode-vlag", RED_FLAG)):
        person.go(DIARY)
        person.say(words[person.language])
        person.page.wait_for_selector(".card .ways")
        yield f"bewaard-{name}"


def _no_suggestions(person: Person) -> Iterator[str]:
    person.go(f"{DIARY}/toestemming")
    yield "toestemming-later"
    person.agree(suggestions="no")
    person.page.wait_for_selector("[role=status]")
    yield "toestemming-bewaard"
    person.go(DIARY)
    person.page.locator(".scale label").nth(2).click()
    person.submit()
    person.page.wait_for_url(SAVED)
    yield "bewaard-zonder-tips"


def _account(person: Person) -> Iterator[str]:
    person.go("/account")
    yield "account"
    for page in ("password", "address", "places", "two-steps", "passkeys", "about-me", "consents", "shares", "close"):
        person.go(f"/account/{page}")
        yield f"account-{page}"
    for page in ("recover", "mail-sent", "mails"):
        person.go(f"/account/{page}")
        yield f"poort-{page}"
    person.go("/account/sign-out")
    yield "account-uitloggen"
    person.go("/oauth/authorize?" + urlencode(_another_app()))
    person.page.wait_for_selector("button[name=agreed]")
    yield "toestemming-app"


def _another_app() -> dict[str, str]:
    challenge = base64.urlsafe_b64encode(hashlib.sha256(b"v" * 43).digest()).rstrip(b"=").decode()
    return {
        "response_type": "code", "client_id": "pijnstad-demo", "redirect_uri": REDIRECT, "state": "s", "nonce": "n",
        "scope": "openid profile email diary content", "code_challenge": challenge, "code_challenge_method": "S256",
    }  # fmt: skip
