"""Words of the Informatiecentrum: search, items, suggestions."""

from __future__ import annotations

from web.texts.kind import Text

TEXTS = {
    "library.title": Text("Informatiecentrum", "Informatiecentrum"),
    "library.lead": Text(
        "Lees wat klopt over pijn, in gewone taal. Bij elk stuk staat waar het vandaan komt.",
        "Reliable information on pain, in plain language. Every piece says where it comes from.",
    ),
    "library.search": Text("Waar wil je over lezen?", "What would you like to read about?"),
    "library.search.button": Text("Zoek", "Search"),
    "library.themes": Text("Of kies een kant van het leven", "Or choose a side of life"),
    "library.all": Text("Alles", "Everything"),
    "library.found": Text("{count} gevonden voor “{q}”", "{count} found for “{q}”"),
    "library.found.more": Text("De eerste {count} voor “{q}”", "The first {count} for “{q}”"),
    "library.items": Text("Om te lezen", "To read"),
    "library.none": Text("Niets gevonden voor “{q}”", "Nothing found for “{q}”"),
    "library.none.try": Text(
        "Probeer een ander woord, of één woord in plaats van meer. Bijvoorbeeld: slapen, bewegen, werk, stress.",
        "Try another word, or one word instead of several. For example: sleep, moving, work, stress.",
    ),
    "library.none.ask": Text(
        "Gaat je vraag over je eigen gezondheid, vraag het dan aan je huisarts of apotheker.",
        "Is your question about your own health? Ask your GP or pharmacist.",
    ),
    "library.none.all": Text("Bekijk alles", "See everything"),
    "library.empty": Text("Hier staat nog niets.", "There is nothing here yet."),
    "library.more": Text("Meer", "More"),
    "library.for_you": Text("Tips voor jou", "Suggestions for you"),
    "library.minutes": Text("{minutes} min lezen", "{minutes} min to read"),
    "library.other_language": Text("Dit stuk is er alleen in het {name}.", "This piece exists only in {name}."),
    "language.nl": Text("Nederlands", "Dutch"),
    "language.en": Text("Engels", "English"),
    "dimension.bodily_functions": Text("Lichaamsfuncties", "Bodily functions"),
    "dimension.mental_wellbeing": Text("Mentaal welbevinden", "Mental wellbeing"),
    "dimension.meaningfulness": Text("Zingeving", "Meaningfulness"),
    "dimension.quality_of_life": Text("Kwaliteit van leven", "Quality of life"),
    "dimension.participation": Text("Meedoen", "Participation"),
    "dimension.daily_functioning": Text("Dagelijks functioneren", "Daily functioning"),
    "provenance.validated": Text("Nagekeken door een deskundige", "Validated by a professional"),
    "provenance.sourced": Text("Op basis van een bron, nog niet nagekeken", "Based on a source, not yet validated"),
    "provenance.experience": Text("Ervaring van iemand met pijn", "Experience of a person"),
    "provenance.partner": Text("Van een partner", "From a partner"),
    "item.minute": Text("In één minuut", "In one minute"),
    "item.from": Text("Waar dit vandaan komt", "Where this comes from"),
    "item.checked": Text("Hoe nagekeken", "How checked"),
    "item.checked_by": Text("Door {who}", "By {who}"),
    "item.updated": Text("Bijgewerkt", "Updated"),
    "item.sources": Text("Bronnen", "Sources"),
    "item.section": Text("deel {section}", "section {section}"),
    "item.level": Text("Taalniveau", "Reading level"),
    "item.print": Text("Je kunt deze bladzijde printen.", "You can print this page."),
    "item.doctor": Text(
        "Dit is algemene informatie. Twijfel je over jezelf, vraag het je arts.",
        "This is general information. In doubt about yourself, ask your doctor.",
    ),
    "suggestion.title": Text("Misschien helpt dit", "Maybe this helps"),
    "suggestion.why": Text("Waarom je dit ziet", "Why you see this"),
    "suggestion.read": Text("Lees het", "Read it"),
    "suggestion.rate": Text("Wat vind je van deze tip?", "What do you think of this suggestion?"),
    "suggestion.helps": Text("Dit helpt", "This helps"),
    "suggestion.less_of_this": Text("Minder hiervan", "Less of this"),
    "suggestion.not_for_me": Text("Niet voor mij", "Not for me"),
    "suggestion.rated.helps": Text("Je zei: dit helpt. Dank je.", "You said: this helps. Thank you."),
    "suggestion.rated.less_of_this": Text(
        "Je zei: minder hiervan. Daar letten we op.", "You said: less of this. We will mind that."
    ),
    "suggestion.rated.not_for_me": Text(
        "Je zei: niet voor mij. Je krijgt dit niet meer.", "You said: not for me. You will not get this again."
    ),
    "suggestion.change": Text("Toch iets anders?", "Something else after all?"),
    "for_you.title": Text("Tips voor jou", "Suggestions for you"),
    "for_you.lead": Text(
        "Tips die bij je dagboek passen, de nieuwste eerst. Hooguit drie op een dag.",
        "Suggestions that fit your diary, newest first. At most three a day.",
    ),
    "for_you.none": Text("Er zijn nog geen tips. Ze komen als je iets in je dagboek schrijft.", "There are none yet. They come when you write in your diary."),
    "for_you.no_consent": Text("Je wilde geen tips uit je dagboek. Dat is goed.", "You did not want suggestions from your diary. That is fine."),
}
