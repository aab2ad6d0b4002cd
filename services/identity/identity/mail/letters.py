"""What every mail of identity says, in Dutch (B1, je) and English: plain text, one link at most.

Each tells what to do if it was not you. A mail never says more than its reader already knows, and carries no password.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from typing import Literal, get_args

from identity.domain.people import Language
from identity.pages.wording import Text

Kind = Literal[
    "confirm_registration",
    "already_registered",
    "recover",
    "password_changed",
    "confirm_address",
    "address_taken",
    "address_changed",
    "second_step_changed",
    "passkey_changed",
    "account_closed",
    "parent_asked",
    "share_asked",
]
KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True, slots=True)
class Letter:
    """Hold the words of one kind of mail."""

    subject: Text
    body: Text


_GREETING = Text("Groet van Pijnstad", "Kind regards from Pijnstad")
_WHO = Text(
    "Pijnstad is van de Landelijke Pijn Organisatie, een stichting van mensen met pijn.",
    "Pijnstad belongs to the Landelijke Pijn Organisatie (Dutch Pain Organisation), a foundation of people in pain.",
)

LETTERS: Mapping[Kind, Letter] = {
    "confirm_registration": Letter(
        Text("Bevestig je e-mailadres voor Pijnstad", "Confirm your e-mail address for Pijnstad"),
        Text(
            "Dag {name},\n\nFijn dat je komt. Open deze link en je account is klaar:\n\n{link}\n\n"
            "De link werkt een dag lang, en één keer.\n\n"
            "Heb jij geen account gevraagd? Dan hoef je niets te doen. Er komt dan geen account.",
            "Hello {name},\n\nGood that you are coming. Open this link and your account is ready:\n\n{link}\n\n"
            "The link works for a day, and once.\n\n"
            "Did you not ask for an account? Then you need not do anything. No account will be made.",
        ),
    ),
    "already_registered": Letter(
        Text("Je hebt al een account bij Pijnstad", "You already have an account at Pijnstad"),
        Text(
            "Dag,\n\nIemand wilde met dit e-mailadres een account maken bij Pijnstad. Je hebt er al een. Er is niets "
            "veranderd.\n\nWas jij het? Log dan in:\n\n{link}\n\n"
            "Weet je je wachtwoord niet meer? Op die pagina kun je een nieuw kiezen.\n\n"
            "Was jij het niet? Dan hoef je niets te doen.",
            "Hello,\n\nSomebody wanted to make an account at Pijnstad with this e-mail address. You already have one. "
            "Nothing has changed.\n\nWas it you? Then sign in:\n\n{link}\n\n"
            "Do you no longer know your password? On that page you can choose a new one.\n\n"
            "Was it not you? Then you need not do anything.",
        ),
    ),
    "recover": Letter(
        Text("Kies een nieuw wachtwoord voor Pijnstad", "Choose a new password for Pijnstad"),
        Text(
            "Dag {name},\n\nMet deze link kies je een nieuw wachtwoord:\n\n{link}\n\n"
            "De link werkt een half uur lang, en één keer.\n\n"
            "Heb jij dit niet gevraagd? Dan hoef je niets te doen. Je wachtwoord blijft zoals het is.",
            "Hello {name},\n\nWith this link you choose a new password:\n\n{link}\n\n"
            "The link works for half an hour, and once.\n\n"
            "Did you not ask for this? Then you need not do anything. Your password stays as it is.",
        ),
    ),
    "password_changed": Letter(
        Text("Je wachtwoord is veranderd", "Your password was changed"),
        Text(
            "Dag {name},\n\nHet wachtwoord van je account bij Pijnstad is net veranderd. Overal waar je nog "
            "ingelogd was, "
            "ben je nu uitgelogd.\n\nWas jij het niet? Kies dan meteen een nieuw wachtwoord:\n\n{link}",
            "Hello {name},\n\nThe password of your account at Pijnstad was just changed. Wherever you were still "
            "signed in, "
            "you are signed out now.\n\nWas it not you? Then choose a new password at once:\n\n{link}",
        ),
    ),
    "confirm_address": Letter(
        Text("Bevestig je nieuwe e-mailadres", "Confirm your new e-mail address"),
        Text(
            "Dag {name},\n\nJe wilt dit e-mailadres gebruiken voor Pijnstad. Open deze link, dan is het "
            "geregeld:\n\n{link}"
            "\n\nDe link werkt een uur lang, en één keer.\n\nHeb jij dit niet gevraagd? Dan hoef je niets te doen.",
            "Hello {name},\n\nYou want to use this e-mail address for Pijnstad. Open this link and it is "
            "done:\n\n{link}"
            "\n\nThe link works for an hour, and once.\n\nDid you not ask for this? Then you need not do anything.",
        ),
    ),
    "address_taken": Letter(
        Text("Dit e-mailadres heeft al een account", "This e-mail address already has an account"),
        Text(
            "Dag,\n\nIemand wilde dit e-mailadres aan een ander account van Pijnstad geven. Dat kan niet: er is al een "
            "account met dit adres. Er is niets veranderd.\n\nWas jij het? Log dan in met dit adres:\n\n{link}",
            "Hello,\n\nSomebody wanted to give this e-mail address to another account of Pijnstad. That is not "
            "possible: "
            "there already is an account with this address. Nothing has changed.\n\n"
            "Was it you? Then sign in with this address:\n\n{link}",
        ),
    ),
    "address_changed": Letter(
        Text("Je e-mailadres is veranderd", "Your e-mail address was changed"),
        Text(
            "Dag {name},\n\nVoor je account bij Pijnstad gebruik je vanaf nu een ander e-mailadres. Naar dit adres "
            "sturen we "
            "niets meer.\n\nWas jij het niet? Antwoord dan op deze mail, dan kijken we er samen naar.",
            "Hello {name},\n\nFrom now on you use another e-mail address for your account at Pijnstad. We send "
            "nothing to "
            "this address any more.\n\nWas it not you? Then answer this mail and we will look at it together.",
        ),
    ),
    "second_step_changed": Letter(
        Text("Inloggen in twee stappen is veranderd", "Signing in with two steps was changed"),
        Text(
            "Dag {name},\n\nInloggen in twee stappen is net aangezet, uitgezet of vernieuwd voor je account bij "
            "Pijnstad."
            "\n\nWas jij het niet? Kies dan meteen een nieuw wachtwoord:\n\n{link}",
            "Hello {name},\n\nSigning in with two steps was just turned on, turned off or renewed for your account at "
            "Pijnstad.\n\nWas it not you? Then choose a new password at once:\n\n{link}",
        ),
    ),
    "passkey_changed": Letter(
        Text("Er is een passkey veranderd", "A passkey was changed"),
        Text(
            "Dag {name},\n\nEr is net een passkey toegevoegd aan je account bij Pijnstad, of weggehaald. Met een "
            "passkey log "
            "je in zonder wachtwoord.\n\nWas jij het niet? Kies dan meteen een nieuw wachtwoord. "
            "Kijk daarna welke passkeys er zijn:\n\n{link}",
            "Hello {name},\n\nA passkey was just added to your account at Pijnstad, or removed. With a passkey you "
            "sign in "
            "without a password.\n\nWas it not you? Then choose a new password at once. "
            "After that, look which passkeys there are:\n\n{link}",
        ),
    ),
    "account_closed": Letter(
        Text("Je account is gesloten", "Your account is closed"),
        Text(
            "Dag {name},\n\nJe account bij Pijnstad is gesloten. Inloggen kan niet meer. Dit is de laatste mail die "
            "je van ons "
            "krijgt.\n\nWas jij het niet? Antwoord dan op deze mail.\n\nHet ga je goed.",
            "Hello {name},\n\nYour account at Pijnstad is closed. Signing in is no longer possible. This is the "
            "last mail you "
            "get from us.\n\nWas it not you? Then answer this mail.\n\nWe wish you well.",
        ),
    ),
    "share_asked": Letter(
        Text("{name} wil iets met je delen in Pijnstad", "{name} wants to share something with you in Pijnstad"),
        Text(
            "Dag,\n\n{name} wil je iets laten zien in Pijnstad. Open deze link om te lezen wat, en zeg ja of "
            "nee:\n\n{link}"
            "\n\nDe link werkt een week lang, en één keer. Je hebt er een account voor nodig; dat kost niets.\n\n"
            "Ken je {name} niet? Dan hoef je niets te doen.",
            "Hello,\n\n{name} wants to let you see something in Pijnstad. Open this link to read what, and say yes "
            "or no:"
            "\n\n{link}\n\nThe link works for a week, and once. You need an account for it, which is free.\n\n"
            "Do you not know {name}? Then you need not do anything.",
        ),
    ),
    "parent_asked": Letter(
        Text("Vraag van {name}: mag ik een dagboek in Pijnstad?", "{name} asks: may I keep a diary in Pijnstad?"),
        Text(
            "Dag,\n\n{name} heeft een account bij Pijnstad, is jonger dan 16 en gaf jouw e-mailadres, als ouder of "
            "voogd. "
            "{name} wil een dagboek bijhouden.\n\nOp deze pagina lees je wat dat is. Daar zeg je ja of "
            "nee:\n\n{link}\n\n"
            "Bewaar deze mail: met dezelfde link kun je je ja later weer intrekken.\n\n"
            "Wat {name} in Pijnstad leest en schrijft, krijg je niet te zien. Dat is van {name}.",
            "Hello,\n\n{name} has an account at Pijnstad, is younger than 16 and gave your e-mail address, as "
            "parent or "
            "guardian. {name} would like to keep a diary.\n\nOn this page you read what that is. There you say yes or "
            "no:\n\n{link}\n\nKeep this mail: with the same link you can take your yes back later.\n\n"
            "You do not get to see what {name} reads and writes in Pijnstad. That belongs to {name}.",
        ),
    ),
}


def written(
    kind: Kind, language: Language, to: str, values: Mapping[str, str], *, sender: str, id: str
) -> EmailMessage:
    """Return a mail. Its Message-ID is that of the delivery: sent twice, it is recognised as one."""
    letter, place = LETTERS[kind], 0 if language == "nl" else 1
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"] = to
    message["Subject"] = letter.subject[place].format_map(values)
    message["Message-ID"] = f"<{id}@pijnstad>"
    message["Auto-Submitted"] = "auto-generated"
    body = f"{letter.body[place].format_map(values)}\n\n{_GREETING[place]}\n\n-- \n{_WHO[place]}\n"
    message.set_content(body, cte="quoted-printable")
    message["Content-Language"] = language  # after the content, which clears such headers
    return message
