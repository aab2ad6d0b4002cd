"""What each kind of problem means and what to do about it, in Dutch and English: the texts behind /problems/<slug>."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """Explain a problem in one language."""

    title: str
    meaning: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Explained:
    """Explain a problem."""

    status: int
    nl: Text
    en: Text


_READ_AGAIN_NL = "Kijk in `detail` en `errors` wat er niet klopt. Pas dat aan en stuur het opnieuw."
_READ_AGAIN_EN = "Look in `detail` and `errors` for what does not fit. Change it and send it again."
_LATER_NL = "Wacht zo lang als `Retry-After` zegt en probeer het dan opnieuw."
_LATER_EN = "Wait as long as `Retry-After` says, then try again."


def _one(status: int, nl: tuple[str, str, str], en: tuple[str, str, str]) -> Explained:
    return Explained(status, Text(*nl), Text(*en))


PROBLEMS: dict[str, Explained] = {
    "bad-request": _one(
        400,
        (
            "Het verzoek is niet te lezen",
            "Het verzoek is geen geldige HTTP of JSON, of een kop staat er dubbel in.",
            _READ_AGAIN_NL,
        ),
        ("The request cannot be read", "The request is no valid HTTP or JSON, or repeats a header.", _READ_AGAIN_EN),
    ),
    "bad-path": _one(
        400,
        (
            "Dit adres kan niet",
            "In het pad staan tekens die twee programma's verschillend kunnen lezen: een gecodeerde schuine streep of punt, "
            "een lege stap, een backslash.",
            "Schrijf het pad zoals het in de documentatie staat.",
        ),
        (
            "This address cannot be used",
            "The path holds something that two programs may read differently: an encoded slash or dot, an empty segment, a "
            "backslash.",
            "Write the path as the documentation does.",
        ),
    ),
    "unauthenticated": _one(
        401,
        (
            "Log eerst in",
            "Er is geen toegangstoken, of het is verlopen of ingetrokken.",
            "Vernieuw het token of log opnieuw in.",
        ),
        (
            "Please sign in",
            "There is no access token, or it has expired or was revoked.",
            "Refresh the token or sign in again.",
        ),
    ),
    "forbidden": _one(
        403,
        (
            "Dat mag niet met deze aanmelding",
            "Het token is geldig, maar heeft hier niet het recht voor.",
            "Vraag bij het inloggen om de scope die in `scope` staat.",
        ),
        (
            "This is not allowed with this sign-in",
            "The token is valid, but lacks the right for this.",
            "Ask for the scope named in `scope` when signing in.",
        ),
    ),
    "consent-needed": _one(
        403,
        (
            "Hiervoor is jouw toestemming nodig",
            "Dit gebruikt gegevens over je gezondheid. Dat doen we alleen als jij het goedvindt.",
            "Geef toestemming voor het doel dat in `purpose` staat. Je kunt die altijd weer intrekken.",
        ),
        (
            "This needs your consent",
            "It uses data about your health, and we only do that when you agree.",
            "Give your consent for the purpose named in `purpose`. You can withdraw it at any time.",
        ),
    ),
    "not-found": _one(
        404,
        (
            "Dit is hier niet",
            "Er staat niets op dit adres, of het is niet van jou. Van buiten zie je het verschil niet.",
            "Controleer het adres.",
        ),
        (
            "This is not here",
            "There is nothing at this address, or it is not yours. From outside the two look the same.",
            "Check the address.",
        ),
    ),
    "method-not-allowed": _one(
        405,
        (
            "Deze methode hoort hier niet",
            "Het adres bestaat, maar niet met deze HTTP-methode.",
            "Kijk in de kop `Allow` wat wel kan.",
        ),
        (
            "This method is not used here",
            "The address exists, but not with this HTTP method.",
            "The `Allow` header says what can be used.",
        ),
    ),
    "request-timeout": _one(
        408,
        (
            "Het verzoek kwam te langzaam",
            "Het duurde te lang voor het hele verzoek er was.",
            "Stuur het opnieuw, in een keer.",
        ),
        (
            "The request came too slowly",
            "It took too long for the whole request to arrive.",
            "Send it again, in one go.",
        ),
    ),
    "conflict": _one(
        409,
        (
            "Dit is net door iemand anders veranderd",
            "Twee veranderingen kwamen tegelijk.",
            "Lees het opnieuw en verander het dan nog eens.",
        ),
        (
            "Somebody changed this at the same moment",
            "Two changes came at once.",
            "Read it again, then change it again.",
        ),
    ),
    "stale": _one(
        412,
        (
            "Dit is ondertussen veranderd",
            "De versie in `If-Match` is niet de nieuwste.",
            "Lees het opnieuw en verander de nieuwste versie.",
        ),
        (
            "This was changed in the meantime",
            "The version in `If-Match` is not the newest one.",
            "Read it again and change the newest version.",
        ),
    ),
    "too-large": _one(
        413,
        ("Dit is te groot", "De inhoud is groter dan hier kan. Meestal is dat 1 MB.", "Stuur minder in een keer."),
        (
            "This is too large",
            "The body is larger than this address takes. Usually that is 1 MB.",
            "Send less at once.",
        ),
    ),
    "url-too-long": _one(
        414,
        ("Het adres is te lang", "Het adres met zijn vraag is langer dan hier nodig is.", "Maak de zoekvraag korter."),
        (
            "The address is too long",
            "The address with its query is longer than anything here needs.",
            "Make the query shorter.",
        ),
    ),
    "unsupported-media-type": _one(
        415,
        (
            "Dit soort inhoud kan hier niet",
            "De inhoud heeft een type dat hier niet gelezen wordt.",
            "Stuur `application/json`.",
        ),
        (
            "The content type is not supported",
            "The body is of a type that is not read here.",
            "Send `application/json`.",
        ),
    ),
    "expectation-failed": _one(
        417,
        ("Dit kun je niet verwachten", "In de kop `Expect` staat iets anders dan `100-continue`.", "Laat de kop weg."),
        (
            "This cannot be expected",
            "The `Expect` header asks for something else than `100-continue`.",
            "Leave the header out.",
        ),
    ),
    "invalid": _one(
        422,
        (
            "Er klopt iets niet in wat je stuurde",
            "Het verzoek is te lezen, maar een of meer velden passen niet.",
            _READ_AGAIN_NL,
        ),
        (
            "Something in the request does not fit",
            "The request can be read, but some fields do not fit.",
            _READ_AGAIN_EN,
        ),
    ),
    "idempotency-key-reused": _one(
        422,
        (
            "Deze Idempotency-Key is al voor iets anders gebruikt",
            "Dezelfde sleutel kwam eerder met een andere inhoud.",
            "Gebruik voor elke nieuwe opdracht een nieuwe sleutel.",
        ),
        (
            "This Idempotency-Key was used for something else",
            "The same key came before with another body.",
            "Use a new key for every new command.",
        ),
    ),
    "precondition-required": _one(
        428,
        (
            "Zeg welke versie je verandert",
            "Bij een verandering hoort de kop `If-Match` met de versie die je las.",
            "Stuur de `ETag` van je laatste antwoord mee in `If-Match`.",
        ),
        (
            "Say which version you change",
            "A change needs the `If-Match` header with the version that you read.",
            "Send the `ETag` of your last answer in `If-Match`.",
        ),
    ),
    "too-many-requests": _one(
        429,
        ("Dat was veel in een keer", "Er kwamen meer verzoeken dan we in korte tijd aannemen.", _LATER_NL),
        ("That was a lot at once", "There were more requests than we take in a short time.", _LATER_EN),
    ),
    "headers-too-large": _one(
        431,
        (
            "De koppen zijn te groot",
            "Alle koppen samen mogen 16 kB zijn, en het mogen er 64 zijn.",
            "Stuur minder of kortere koppen.",
        ),
        (
            "The headers are too large",
            "All headers together may be 16 kB, and there may be 64 of them.",
            "Send fewer or shorter headers.",
        ),
    ),
    "first-party-only": _one(
        403,
        (
            "Dit kan alleen in de apps van Pijnstad zelf",
            "Een app van een ander probeerde iets wat alleen de stad zelf voor je mag doen.",
            "Doe dit op de website van Pijnstad.",
        ),
        (
            "Only Pijnstad's own apps may do this",
            "Somebody else's app tried what only the city itself may do for you.",
            "Do this on the website of Pijnstad.",
        ),
    ),
    "unknown-purpose": _one(
        404,
        (
            "Dat doel is er niet",
            "Voor een doel met deze naam vragen we geen toestemming.",
            "Kijk in de lijst met toestemmingen.",
        ),
        ("There is no such purpose", "We ask no consent for a purpose of this name.", "Look in the list of consents."),
    ),
    "entry-removed": _one(
        409,
        (
            "Deze notitie is verwijderd",
            "De opdracht die je herhaalt, maakte een notitie die daarna is verwijderd.",
            "Gebruik een nieuwe `Idempotency-Key` voor een nieuwe notitie.",
        ),
        (
            "This entry was removed",
            "The command that you repeat made an entry that was removed since.",
            "Use a new `Idempotency-Key` to write a new entry.",
        ),
    ),
    "consent-text-changed": _one(
        422,
        (
            "De tekst is veranderd sinds je hem las",
            "Je antwoordde op een oudere tekst. Toestemming geldt voor de tekst die je las.",
            "Lees de nieuwe tekst en antwoord daarna nog eens.",
        ),
        (
            "The text has changed since you read it",
            "You answered an older text. Consent is for the text that you read.",
            "Read the new text, then answer again.",
        ),
    ),
    "empty-entry": _one(
        422,
        (
            "De notitie is leeg",
            "Er is geen enkel onderdeel ingevuld.",
            "Vul er een in. Welk onderdeel mag je zelf kiezen.",
        ),
        ("The entry is empty", "Not a single part was filled in.", "Fill in one, whichever you like."),
    ),
    "impossible-times": _one(
        422,
        (
            "Deze tijden kunnen niet kloppen",
            "De tijden liggen in de toekomst, of het einde ligt voor het begin.",
            "Kijk in `errors` welke tijd het is en pas die aan.",
        ),
        (
            "These times cannot be right",
            "The times lie ahead, or the end lies before the start.",
            "See in `errors` which one it is, and change it.",
        ),
    ),
    "too-many-tries": _one(
        429,
        ("Dat is te vaak geprobeerd", "Om je account te beschermen wachten we even.", _LATER_NL),
        ("That was tried too often", "To protect your account we wait a moment.", _LATER_EN),
    ),
    "internal": _one(
        500,
        (
            "Er ging iets mis bij ons",
            "Dit hadden we niet voorzien. Het staat in ons logboek, onder het `request_id`.",
            "Probeer het later opnieuw. Meldt het zich weer, noem ons dan het `request_id`.",
        ),
        (
            "Something went wrong on our side",
            "We did not foresee this. It is in our log, under the `request_id`.",
            "Try again later. If it comes back, tell us the `request_id`.",
        ),
    ),
    "bad-gateway": _one(
        502,
        (
            "Een deel van de stad haakte af",
            "Een dienst brak zijn antwoord af. We weten niet of het verzoek is uitgevoerd.",
            "Herhaal het met dezelfde `Idempotency-Key`: dan gebeurt het hoogstens een keer.",
        ),
        (
            "A part of the city broke off",
            "A service broke off its answer. It is not known whether the request was carried out.",
            "Repeat it with the same `Idempotency-Key`: then it happens once at most.",
        ),
    ),
    "unavailable": _one(
        503,
        ("Dit lukt nu even niet", "Een deel van de stad is even weg. Er is niets bewaard.", _LATER_NL),
        ("We cannot do this right now", "A part of the city is away for a moment. Nothing was stored.", _LATER_EN),
    ),
    "upstream-timeout": _one(
        504,
        (
            "Een deel van de stad is te traag",
            "Een dienst antwoordde niet op tijd. We weten niet of het verzoek is uitgevoerd.",
            "Herhaal het met dezelfde `Idempotency-Key`: dan gebeurt het hoogstens een keer.",
        ),
        (
            "A part of the city is too slow",
            "A service did not answer in time. It is not known whether the request was carried out.",
            "Repeat it with the same `Idempotency-Key`: then it happens once at most.",
        ),
    ),
    "http-version-not-supported": _one(
        505,
        ("Deze versie van HTTP kan hier niet", "De gateway spreekt HTTP/1.1.", "Gebruik HTTP/1.1."),
        ("This version of HTTP is not spoken here", "The gateway speaks HTTP/1.1.", "Use HTTP/1.1."),
    ),
}
