"""Words of the frame around every page: header, footer, places, help."""

from __future__ import annotations

from web.texts.kind import Text

TEXTS = {
    "city.name": Text("Pijnstad", "Pijnstad"),
    "frame.skip": Text("Naar de inhoud", "Skip to the content"),
    "frame.districts": Text("Wijken", "Districts"),
    "frame.all_districts": Text("Alle wijken", "All districts"),
    "frame.to_districts": Text("Wijken", "Districts"),
    "frame.sign_in": Text("Inloggen", "Sign in"),
    "frame.sign_out": Text("Uitloggen", "Sign out"),
    "frame.about": Text("Over Pijnstad", "About Pijnstad"),
    "frame.small": Text(
        "Pijnstad is van de Landelijke Pijn Organisatie, een stichting van mensen met pijn. Pijnstad geeft "
        "informatie. Het stelt geen diagnose en vervangt je arts niet.",
        "Pijnstad belongs to the Landelijke Pijn Organisatie (Dutch Pain Organisation), a foundation of people in "
        "pain. Pijnstad informs. It makes no diagnosis and does not replace your doctor.",
    ),
    "frame.back": Text("Terug", "Back"),
    "help.line.question": Text("Kun je niet meer?", "Can’t go on?"),
    "help.line.answer": Text(
        "Er is dag en nacht iemand om mee te praten.",
        "There is someone to talk to, day and night.",
    ),
    "help.line.link": Text("Hulp nu", "Help now"),
    "place.townhall.name": Text("Stadhuis", "Stadhuis"),
    "place.townhall.sentence": Text("Wat Pijnstad is, en van wie", "What Pijnstad is, and whose"),
    "place.content.name": Text("Informatiecentrum", "Informatiecentrum"),
    "place.content.sentence": Text("Lees over pijn, in gewone taal", "Read about pain, in plain language"),
    "place.decision.name": Text("Keuzewijzer", "Keuzewijzer"),
    "place.decision.sentence": Text("Vind je weg langs behandelingen", "Find your way past the treatments"),
    "place.selfcare.name": Text("Zelfmanagement-plein", "Zelfmanagement-plein"),
    "place.selfcare.sentence": Text("Schrijf op hoe het gaat", "Write down how it goes"),
    "place.community.name": Text("Pijncommunity", "Pijncommunity"),
    "place.community.sentence": Text("Mensen die weten hoe het is", "People who know what it is like"),
    "place.gate.name": Text("De poort", "The gate"),
    "place.gate.sentence": Text("Log in of maak een account", "Sign in or make an account"),
}
