"""A person with a passkey: Chromium's own virtual authenticator stands in for a finger."""

from __future__ import annotations

from browser import Person

OPTIONS = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def give_authenticator(person: Person) -> str:
    """Plug an authenticator into the person's page; return its id."""
    session = person.context.new_cdp_session(person.page)
    session.send("WebAuthn.enable")
    person.cdp = session  # type: ignore[attr-defined] # it works as long as the session lives
    return str(session.send("WebAuthn.addVirtualAuthenticator", {"options": OPTIONS})["authenticatorId"])


def add_passkey(person: Person) -> None:
    """Add a passkey on the account's page."""
    person.go("/account/passkeys")
    person.page.fill("form[data-kind=add] input[name=current_password]", person.password)
    person.page.click("form[data-kind=add] button")
    person.page.wait_for_url("**/account/passkeys?gedaan=passkey")


def sign_in_by_passkey(person: Person) -> None:
    """Sign in on the page that is open, without typing anything."""
    person.page.click("form[data-kind=use] button")
    person.page.wait_for_url(lambda url: "/account/sign-in" not in url and "/account/passkey" not in url)
