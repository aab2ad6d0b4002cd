"""Words for when something goes wrong: what happened, that nothing was lost (if so), what to do now. Never a code first."""

from __future__ import annotations

from web.texts.kind import Text

TEXTS = {
    "trouble.away.title": Text("Dit lukt nu even niet", "This does not work just now"),
    "trouble.away.happened": Text("Een deel van de stad geeft geen antwoord.", "A part of the city does not answer."),
    "trouble.away.safe": Text(
        "Er is niets kwijt. Wat je eerder bewaarde, staat er nog.",
        "Nothing is lost. What you saved before is still there.",
    ),
    "trouble.away.now": Text("Wacht een minuut en probeer het nog eens.", "Wait a minute and try again."),
    "trouble.again": Text("Probeer het nog eens", "Try again"),
    "trouble.home": Text("Naar het begin", "To the start"),
    "trouble.missing.title": Text("Deze bladzijde is er niet", "This page is not here"),
    "trouble.missing.happened": Text(
        "Misschien is het adres niet goed overgenomen, of is de bladzijde weggehaald.",
        "Maybe the address was not copied well, or the page was taken away.",
    ),
    "trouble.missing.now": Text(
        "Zoek in het Informatiecentrum, of begin bij het begin.",
        "Search the Informatiecentrum, or start at the start.",
    ),
    "trouble.search": Text("Zoek in het Informatiecentrum", "Search the Informatiecentrum"),
    "trouble.form.title": Text("Dit formulier was te oud", "This form was too old"),
    "trouble.form.happened": Text(
        "Je stuurde een formulier dat lang openstond, of je was uitgelogd.",
        "You sent a form that was open for a long time, or you were signed out.",
    ),
    "trouble.form.safe": Text("Er is niets veranderd.", "Nothing was changed."),
    "trouble.form.now": Text(
        "Ga terug, laad de bladzijde opnieuw en probeer het nog eens.",
        "Go back, load the page again and try once more.",
    ),
    "trouble.sign_in.title": Text("Inloggen lukte niet", "Signing in did not work"),
    "trouble.sign_in.happened": Text(
        "Het inloggen duurde te lang, of werd afgebroken.",
        "Signing in took too long, or was broken off.",
    ),
    "trouble.sign_in.safe": Text("Er is niets kwijt.", "Nothing is lost."),
    "trouble.sign_in.now": Text("Probeer het nog eens.", "Try once more."),
    "trouble.sign_in.button": Text("Log opnieuw in", "Sign in again"),
    "trouble.busy.title": Text("Dat was veel in één keer", "That was a lot at once"),
    "trouble.busy.happened": Text(
        "Er kwamen in korte tijd veel verzoeken van jou.",
        "Many requests came from you in a short time.",
    ),
    "trouble.busy.now": Text("Wacht een minuut en probeer het nog eens.", "Wait a minute and try again."),
    "trouble.refused.title": Text("Dit kan hier niet", "This cannot be done here"),
    "trouble.refused.happened": Text("De stad nam dit verzoek niet aan.", "The city did not accept this request."),
    "trouble.refused.now": Text("Ga terug en probeer het op een andere manier.", "Go back and try it another way."),
    "trouble.ours.title": Text("Er ging iets mis bij ons", "Something went wrong on our side"),
    "trouble.ours.happened": Text("Het ligt niet aan jou.", "It is not your doing."),
    "trouble.ours.now": Text(
        "Probeer het nog eens. Blijft het misgaan, kom dan later terug.",
        "Try again. If it keeps failing, come back later.",
    ),
    "trouble.number": Text("Nummer voor wie je helpt: {id}", "Number for whoever helps you: {id}"),
}
