"""Every word a person reads on identity's pages, in Dutch (B1, je) and English: no text without its twin."""

from __future__ import annotations

from collections.abc import Mapping

from identity.domain.people import Language
from identity.pages import account_texts, myself_texts, sharing_texts
from identity.pages.wording import Text

FRAME = {
    "city.name": Text("Pijnstad", "Pijnstad"),
    "frame.skip": Text("Naar de inhoud", "Skip to the content"),
    "frame.districts": Text("Wijken", "Districts"),
    "frame.all_districts": Text("Alle wijken", "All districts"),
    "frame.about": Text("Over Pijnstad", "About Pijnstad"),
    "frame.back": Text("Stadhuis", "Stadhuis"),
    "frame.error": Text("Fout", "Error"),
    "frame.language": Text("English", "Nederlands"),
    "frame.small": Text(
        "Pijnstad is van de Landelijke Pijn Organisatie, een stichting van mensen met pijn. "
        "Pijnstad geeft informatie. Het stelt geen diagnose en vervangt je arts niet.",
        "Pijnstad belongs to the Landelijke Pijn Organisatie (Dutch Pain Organisation), a foundation of people in pain. "
        "Pijnstad informs. It makes no diagnosis and does not replace your doctor.",
    ),
    "help.question": Text("Kun je niet meer?", "Can’t go on?"),
    "help.answer": Text("Er is dag en nacht iemand om mee te praten.", "There is someone to talk to, day and night."),
    "help.link": Text("Hulp nu", "Help now"),
}
FORM = {
    "form.problem": Text("Er klopt nog iets niet", "Something is not right yet"),
    "form.email": Text("E-mailadres", "E-mail address"),
    "form.password": Text("Wachtwoord", "Password"),
    "form.stale": Text(
        "Deze pagina stond te lang open, of je browser bewaart geen cookies. Er is niets bewaard. Probeer het nog eens.",
        "This page was open for too long, or your browser keeps no cookies. Nothing was stored. Please try again.",
    ),
    "form.wait": Text(
        "Dit is een paar keer te snel achter elkaar geprobeerd. Wacht {seconds} seconden en probeer het dan nog eens.",
        "This was tried a few times too quickly. Wait {seconds} seconds, then try again.",
    ),
    "form.email.wrong": Text(
        "Dit is geen e-mailadres. Kijk het nog eens na: er hoort een @ en een punt in, zoals naam@voorbeeld.nl.",
        "This is not an e-mail address. Please check it: it needs an @ and a dot, like name@example.com.",
    ),
}
SIGN_IN = {
    "sign_in.title": Text("Inloggen", "Sign in"),
    "sign_in.lead": Text("Fijn dat je er bent.", "Good to see you."),
    "sign_in.for": Text("Log in om verder te gaan met {client}.", "Sign in to go on with {client}."),
    "sign_in.button": Text("Log in", "Sign in"),
    "sign_in.wrong": Text(
        "Dit e-mailadres en dit wachtwoord horen niet bij elkaar. Kijk ze allebei nog eens na.",
        "This e-mail address and this password do not belong together. Please check both.",
    ),
    "sign_in.no_account": Text("Nog geen account?", "No account yet?"),
    "sign_in.register": Text("Maak een account", "Make an account"),
}
REGISTER = {
    "register.title": Text("Maak een account", "Make an account"),
    "register.lead": Text(
        "Met een account kun je een dagboek bijhouden. Rondkijken kan altijd zonder.",
        "With an account you can keep a diary. You can always look around without one.",
    ),
    "register.email.hint": Text(
        "Hiermee log je in. We sturen je een mail om het te bevestigen, en geen reclame.",
        "You sign in with this. We send a mail to confirm it, and no advertising.",
    ),
    "register.password.hint": Text(
        "Minstens 10 tekens. Een zin van vier losse woorden is sterk en goed te onthouden. Plakken mag.",
        "At least 10 characters. Four unrelated words make a strong password that is easy to remember. You may paste.",
    ),
    "register.name": Text("Hoe wil je genoemd worden?", "What shall we call you?"),
    "register.name.hint": Text("Een voornaam of een bijnaam is genoeg.", "A first name or a nickname is enough."),
    "register.audience": Text("Wie ben je?", "Who are you?"),
    "register.audience.hint": Text("Dan laten we zien wat bij je past.", "So that we show what fits you."),
    "register.language": Text(
        "In welke taal wil je Pijnstad lezen?", "In which language do you want to read Pijnstad?"
    ),
    "register.age": Text("Hoe oud ben je?", "How old are you?"),
    "register.age.hint": Text(
        "Ben je jonger dan 18? Dan is Pijnstad er voor je als iemand om je heen pijn heeft.",
        "Are you younger than 18? Then Pijnstad is there for you when somebody near you is in pain.",
    ),
    "age.18": Text("18 of ouder", "18 or older"),
    "age.16": Text("16 of 17", "16 or 17"),
    "age.12": Text("12 tot en met 15", "12 to 15"),
    "age.under": Text("Jonger dan 12", "Younger than 12"),
    "register.age.wrong": Text("Kies hoe oud je bent.", "Choose how old you are."),
    "register.age.young": Text(
        "Een account kan vanaf 12 jaar. Rondkijken kan nu al. Wil je praten? De Kindertelefoon luistert: 0800-0432.",
        "You can have an account from 12 years on. You can look around already. "
        "Do you want to talk? De Kindertelefoon listens: 0800-0432.",
    ),
    "register.audience.young": Text(
        "Onder de 18 is een account er voor wie iemand met pijn in de buurt heeft. Kies wat daar het dichtst bij komt.",
        "Under 18 an account is for who has somebody in pain nearby. Choose what comes closest.",
    ),
    "register.button": Text("Maak account", "Make account"),
    "register.have_account": Text("Heb je al een account?", "Do you have an account already?"),
    "register.sign_in": Text("Log in", "Sign in"),
    "register.name.wrong": Text(
        "Vul in hoe je genoemd wilt worden, met hooguit 60 tekens.",
        "Fill in what we may call you, in at most 60 characters.",
    ),
    "register.audience.wrong": Text(
        "Kies wie je bent. Het dichtst erbij is goed genoeg.", "Choose who you are. The closest one is good enough."
    ),
    "register.language.wrong": Text("Kies een taal.", "Choose a language."),
    "password.too_short": Text(
        "Dit wachtwoord is te kort. Neem minstens 10 tekens.", "This password is too short. Use at least 10 characters."
    ),
    "password.too_long": Text(
        "Dit wachtwoord is te lang. Neem hooguit 200 tekens.", "This password is too long. Use at most 200 characters."
    ),
    "password.too_easy": Text(
        "Dit wachtwoord is makkelijk te raden. Neem er een paar losse woorden bij, zonder je naam of adres.",
        "This password is easy to guess. Add a few unrelated words, without your name or address.",
    ),
}
AUDIENCES = {
    "audience.person_in_pain": Text("Ik heb zelf pijn", "I live with pain myself"),
    "audience.partner": Text("Mijn partner heeft pijn", "My partner is in pain"),
    "audience.child": Text("Mijn vader of moeder heeft pijn", "My father or mother is in pain"),
    "audience.parent": Text("Mijn kind heeft pijn", "My child is in pain"),
    "audience.sibling": Text("Mijn broer of zus heeft pijn", "My brother or sister is in pain"),
    "audience.friend": Text("Iemand om wie ik geef heeft pijn", "Somebody I care about is in pain"),
    "audience.colleague_or_employer": Text(
        "Een collega of medewerker heeft pijn", "A colleague or employee is in pain"
    ),
    "audience.professional": Text("Ik werk in de zorg", "I work in health care"),
}
LANGUAGES = {"language.nl": Text("Nederlands", "Nederlands"), "language.en": Text("English", "English")}
CONSENT = {
    "consent.title": Text("Mag {client} dit?", "May {client} do this?"),
    "consent.lead": Text(
        "Je bent ingelogd als {name}. {client} vraagt of dit mag:",
        "You are signed in as {name}. {client} asks whether it may:",
    ),
    "consent.note": Text(
        "Zeg je nee, dan gebeurt er niets. Zeg je ja, dan vragen we dit niet elke keer opnieuw.",
        "If you say no, nothing happens. If you say yes, we do not ask this every time.",
    ),
    "consent.yes": Text("Ja, dat mag", "Yes, that is fine"),
    "consent.no": Text("Nee", "No"),
    "consent.not_you": Text("Ben jij dit niet?", "Is this not you?"),
    "consent.other": Text("Log in als iemand anders", "Sign in as somebody else"),
}
ACCOUNT = {
    "account.title": Text("Je account", "Your account"),
    "account.lead": Text("Dag {name}. Je bent ingelogd met {email}.", "Hello {name}. You are signed in with {email}."),
    "account.onward": Text("Verder naar de stad", "On to the city"),
    "sign_out.title": Text("Uitloggen", "Sign out"),
    "sign_out.lead": Text("Wil je uitloggen, {name}?", "Do you want to sign out, {name}?"),
    "sign_out.button": Text("Log uit", "Sign out"),
    "sign_out.stay": Text("Blijf ingelogd", "Stay signed in"),
    "signed_out.title": Text("Je bent uitgelogd", "You are signed out"),
    "signed_out.lead": Text(
        "In deze browser ben je uitgelogd. Gebruik je ook een app? Log daar dan apart uit. Tot de volgende keer.",
        "You are signed out in this browser. Do you use an app as well? Sign out there too. Until next time.",
    ),
    "signed_out.again": Text("Log weer in", "Sign in again"),
}
TROUBLE = {
    "trouble.request.title": Text("Dit verzoek klopt niet", "This request is not right"),
    "trouble.request.text": Text(
        "De app of website die je hierheen stuurde, deed dat op een manier die we niet vertrouwen, of het duurde te lang. "
        "Er is niets gedeeld. Ga terug naar waar je vandaan kwam en begin opnieuw.",
        "The app or website that sent you here did so in a way we do not trust, or it took too long. "
        "Nothing was shared. Go back to where you came from and start again.",
    ),
    "trouble.away.title": Text("Dit lukt nu even niet", "This does not work right now"),
    "trouble.away.text": Text(
        "Het ligt aan ons, niet aan jou. Er is niets bewaard. Wacht even en probeer het dan nog eens.",
        "It is us, not you. Nothing was stored. Wait a moment, then try again.",
    ),
    "trouble.home": Text("Naar het Stadhuis", "To the Stadhuis"),
}
_GROUPS = (
    FRAME,
    FORM,
    SIGN_IN,
    REGISTER,
    AUDIENCES,
    LANGUAGES,
    CONSENT,
    ACCOUNT,
    TROUBLE,
    *account_texts.GROUPS,
    *sharing_texts.GROUPS,
    *myself_texts.GROUPS,
)
CATALOGUE: Mapping[str, Text] = {key: text for group in _GROUPS for key, text in group.items()}


def text(key: str, language: Language, values: Mapping[str, object] | None = None) -> str:
    """Return a text in a language, with values filled in. Errors: KeyError."""
    words = CATALOGUE[key]
    chosen = words.nl if language == "nl" else words.en
    return chosen.format_map(values) if values else chosen
