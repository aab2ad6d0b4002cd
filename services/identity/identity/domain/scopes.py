"""What a client may ask for, and the plain sentence a person reads about it on the consent page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from identity.domain.people import Language

# Scopes that OpenID clients send and that stand for nothing here: we hold neither address nor phone number, and a
# refresh token comes with every client that may refresh. Accepted, granted as nothing.
EMPTY = frozenset({"address", "phone", "offline_access"})

SENTENCES: Mapping[str, Mapping[Language, str]] = {
    "openid": {"nl": "weten dat jij het bent", "en": "know that it is you"},
    "profile": {
        "nl": "zien hoe je genoemd wilt worden en in welke taal",
        "en": "see what you like to be called, and your language",
    },
    "email": {"nl": "je e-mailadres zien", "en": "see your e-mail address"},
    "diary": {"nl": "je dagboek lezen en erin schrijven", "en": "read your diary and write in it"},
    "content": {
        "nl": "je tips uit de bibliotheek laten zien en bewaren wat je ervan vond",
        "en": "show your suggestions from the library and keep what you thought of them",
    },
    "decision": {"nl": "je keuzes in de Keuzewijzer bewaren", "en": "keep your choices in the Keuzewijzer"},
    "community": {"nl": "namens jou meedoen in de Pijncommunity", "en": "take part in the Pijncommunity for you"},
}
# What a client may do by itself, with no person behind it.
OWN = frozenset({"events:publish", "events:subscribe"})
ALL = (*SENTENCES, *sorted(EMPTY | OWN))


def asked(scope: str) -> list[str]:
    """Return the scopes of a space-separated list, once each, in the order they were written."""
    return list(dict.fromkeys(scope.split()))


def granted(scope: str, allowed: Iterable[str]) -> str | None:
    """Return what a client gets of what it asks, or None when it asks for nothing or for more than it may have."""
    wanted = asked(scope)
    if not set(wanted) <= {*allowed, *EMPTY}:
        return None
    return " ".join(name for name in wanted if name not in EMPTY) or None


def covers(given: Iterable[str], scope: str) -> bool:
    """Return whether what was agreed to before covers everything in `scope`."""
    return set(asked(scope)) <= set(given)


def sentences(scope: str, language: Language) -> list[str]:
    """Return what a client may do with these scopes, in words for a person."""
    return [SENTENCES[name][language] for name in asked(scope) if name in SENTENCES]
