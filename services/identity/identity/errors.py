"""What can go wrong in identity, as problems with a status and a stable slug."""

from __future__ import annotations

from pijnstad_kit.problems import Forbidden, Invalid, NotFound, TooManyRequests


class UnknownPurpose(NotFound):
    """There is no such purpose to agree to."""

    slug = "unknown-purpose"
    title, title_nl = "There is no such purpose", "Dat doel is er niet"


class TextChanged(Invalid):
    """The text that was read is not the current one."""

    slug = "consent-text-changed"
    title, title_nl = "The text has changed since you read it", "De tekst is veranderd sinds je hem las"


class OnlyFirstParty(Forbidden):
    """A partner's client tried what only the city's own clients may do for a member."""

    slug = "first-party-only"
    title, title_nl = "Only Pijnstad's own apps may do this", "Dit kan alleen in de apps van Pijnstad zelf"


class NotYourself(Forbidden):
    """An administrator tried to take their own admin role."""

    slug = "not-yourself"
    title, title_nl = "You cannot do this to yourself", "Dit kun je niet bij jezelf doen"


class ClientRefused(Invalid):
    """A client cannot be registered or changed like this."""

    slug = "client-refused"
    title, title_nl = "The client cannot be like this", "Zo kan deze client niet zijn"


class ProfessionMissing(Invalid):
    """A validator has a named profession."""

    slug = "profession-missing"
    title, title_nl = "A validator has a profession", "Een validator heeft een beroep"


class ParentNeeded(Forbidden):
    """Somebody under 16 agrees to this once a parent or guardian did."""

    slug = "parent-needed"
    title, title_nl = "A parent or guardian agrees first", "Een ouder of voogd zegt eerst ja"


class TooManyTries(TooManyRequests):
    """Somebody, or something, tries too often."""

    slug = "too-many-tries"
    title, title_nl = "That was tried too often", "Dat is te vaak geprobeerd"


class AddressTaken(Exception):
    """Say that an account with this address exists."""


class LinkSpent(Exception):
    """Say that a link from a mail was used before, or is too old."""


class WrongSignIn(Exception):
    """Say that address and password do not belong together. Which of the two is wrong is not told."""


class WrongCode(Exception):
    """Say that a code of the second step does not fit, or was used before."""


class WrongPasskey(Exception):
    """Say that what a browser sent is no passkey of this account, or no answer to our question."""


class NoSuchAccount(Exception):
    """Say that a command names an account that is not there."""
