"""Words of the Stadhuis: the front page and what the city is. Facts come from the LPO's own texts and name them."""

from __future__ import annotations

from web.texts.kind import Text

TEXTS = {
    "home.title": Text("Pijnstad: één plek voor wie leeft met pijn", "Pijnstad: one place for living with pain"),
    "home.heading": Text("Welkom in Pijnstad", "Welcome to Pijnstad"),
    "home.lead": Text(
        "Eén plek voor wie leeft met pijn, en voor wie van iemand met pijn houdt. Kijk rustig rond. Je hoeft niets.",
        "One place for people who live with pain, and for those who love them. Look around at your own pace.",
    ),
    "home.town": Text("De stad", "The city"),
    "home.town.describe": Text(
        "Tekening van Pijnstad in ochtendlicht: het stadhuis in het midden, vier wijken eromheen, een tram, bomen "
        "en een bankje in de zon. Elk gebouw is een link. Dezelfde links staan in de lijst.",
        "Drawing of Pijnstad in morning light: the town hall in the middle, four districts around it, a tram, trees "
        "and a bench in the sun. Each building is a link. The same links are in the list.",
    ),
    "home.list": Text("Waar wil je heen?", "Where would you like to go?"),
    "home.waiting": Text(
        "Hier brandt licht: er ligt iets voor je klaar",
        "A light is on: something is waiting for you",
    ),
    "home.start": Text("Schrijf op hoe het gaat", "Write down how it goes"),
    "home.start.hint": Text("Twee tikken is genoeg.", "Two taps are enough."),
    "home.short.title": Text("Wat je hier vindt", "What you find here"),
    "home.short.1": Text(
        "Eén op de vijf mensen in Nederland heeft elke dag te maken met pijn die blijft. Toch moet bijna iedereen "
        "zelf de weg zoeken. In Pijnstad staat alles bij elkaar: informatie die klopt, hulp bij kiezen, wat je zelf "
        "kunt doen, en mensen die weten hoe het is.",
        "One in five people in the Netherlands lives with pain that stays. Yet almost everyone has to find the way "
        "alone. Pijnstad brings it together: information you can trust, help with choosing, what you can do "
        "yourself, and people who know what it is like.",
    ),
    "home.short.source": Text(
        "Bron: Landelijke Pijn Organisatie, missie en visie.",
        "Source: Landelijke Pijn Organisatie, mission and vision.",
    ),
    "home.short.more": Text(
        "Over Pijnstad: van wie het is en wie het betaalt",
        "About Pijnstad: whose it is and who pays for it",
    ),
    "about.title": Text("Over Pijnstad", "About Pijnstad"),
    "about.lead": Text(
        "Wat het is, voor wie, van wie, wie het betaalt en hoe het onafhankelijk blijft.",
        "What it is, for whom, by whom, who pays, and how it stays independent.",
    ),
    "about.what.title": Text("Wat is Pijnstad?", "What is Pijnstad?"),
    "about.what.1": Text(
        "Pijnstad is een stad op internet. Alles over leven met pijn komt er bij elkaar. Elke wijk heeft een eigen "
        "taak.",
        "Pijnstad, Pain City, is a town on the internet. Everything about living with pain comes together there. "
        "Each district has a task.",
    ),
    "about.what.content": Text(
        "In het Informatiecentrum staat informatie over pijn bij elkaar die nu overal verspreid is.",
        "The Informatiecentrum (information centre) gathers what is now scattered all over the internet.",
    ),
    "about.what.decision": Text(
        "De Keuzewijzer helpt je de weg te vinden tussen alle behandelingen.",
        "The Keuzewijzer (choice guide) helps you find your way among all the treatments.",
    ),
    "about.what.selfcare": Text(
        "Op het Zelfmanagement-plein vind je wat je zelf kunt doen om beter te leven met pijn.",
        "The Zelfmanagement-plein (self-care square) is for what you can do yourself to live better with pain.",
    ),
    "about.what.community": Text(
        "In de Pijncommunity ontmoeten mensen elkaar die weten hoe het is. Ook partners en kinderen hebben er een "
        "plek.",
        "In the Pijncommunity (a park) people meet who know what it is like. Partners and children have a place "
        "there too.",
    ),
    "about.what.2": Text(
        "We kijken naar je hele leven, niet alleen naar je klachten. Daarvoor gebruiken we twee manieren van "
        "kijken: Positieve Gezondheid, met zes kanten van het leven, en het bio-psycho-sociale model. Dat zegt: "
        "pijn heeft te maken met je lichaam, met wat je denkt en voelt, en met de mensen om je heen.",
        "We look at your whole life, not only at complaints. Two ways of looking help with that: Positive Health, "
        "with six sides of life, and the bio-psycho-social model, which says that pain has to do with your body, "
        "with what you think and feel, and with the people around you.",
    ),
    "about.whom.title": Text("Voor wie is het?", "Who is it for?"),
    "about.whom.1": Text(
        "Voor alle volwassenen die leven met pijn. Welke diagnose je hebt, of je er een hebt, hoe oud je bent en "
        "hoe lang het al duurt: het maakt niet uit. Je hoeft hier niets te bewijzen.",
        "For every adult who lives with pain. Which diagnosis you have, whether you have one, how old you are and "
        "how long it has lasted: it makes no difference. You have nothing to prove here.",
    ),
    "about.whom.2": Text(
        "Ook voor wie naast iemand met pijn leeft: partner, kind, ouder, broer of zus, vriend, collega. En voor "
        "zorgverleners, die hun patiënten hierheen kunnen verwijzen.",
        "Also for those beside someone in pain: partner, child, parent, brother or sister, friend, colleague. And "
        "for professionals, who can send their patients here.",
    ),
    "about.by.title": Text("Van wie is het?", "Whose is it?"),
    "about.by.1": Text(
        "Van de Landelijke Pijn Organisatie (LPO), een stichting van mensen met pijn. In 2020 vroegen een paar van "
        "hen aan 200 anderen wat zij misten. Ze spraken ook met verenigingen, pijnartsen en andere deskundigen. In "
        "2021 ontstond de LPO.",
        "It belongs to the Landelijke Pijn Organisatie (LPO), a foundation of people in pain. In 2020 a few of them "
        "asked 200 others what they missed. They also talked with associations, pain doctors and other experts. In "
        "2021 the LPO came into being.",
    ),
    "about.by.2": Text(
        "Een groep deskundigen denkt mee. De LPO wil niet concurreren met wat er al is, zoals PA!N en Pijnpatiënten "
        "naar één stem, maar aanvullen wat ontbreekt: hulp bij het gewone leven met pijn.",
        "A sounding board of experts thinks along. The LPO does not want to compete with what exists, such as PA!N "
        "and Pijnpatiënten naar één stem, but to add what is missing: help with daily life in pain.",
    ),
    "about.pays.title": Text("Wie betaalt het?", "Who pays?"),
    "about.pays.1": Text(
        "De LPO is nog aan het opstarten en zoekt geld uit zo veel mogelijk verschillende hoeken. De stichting "
        "heeft de ANBI-status: de overheid ziet haar als goed doel.",
        "The LPO is still starting up and looks for money from as many different sides as it can. The foundation "
        "has ANBI status: the Dutch state sees it as a charity.",
    ),
    "about.pays.2": Text(
        "Wie er nu geld geeft, en hoeveel, staat niet in de stukken die wij hebben. Dat zetten we hier zodra we het "
        "weten.",
        "Who gives money now, and how much, is not in the documents we have. We will put it here as soon as we know.",
    ),
    "about.pays.3": Text(
        "In Pijnstad staan geen advertenties en geen gesponsorde stukken. Er zijn geen verborgen kosten.",
        "There are no advertisements and no sponsored pieces in Pijnstad. There are no hidden costs.",
    ),
    "about.free.title": Text("Hoe blijft het onafhankelijk?", "How does it stay independent?"),
    "about.free.1": Text(
        "De LPO wil altijd vrij kunnen zeggen wat zij vindt. Dat is een voorwaarde als iemand geld wil geven, "
        "bijvoorbeeld een sponsor. Hoe dat op papier geregeld is en wie erop toeziet, staat niet in de stukken die "
        "wij hebben.",
        "The LPO always wants to be free to say what it thinks. That is a condition for anyone who wants to give "
        "money, a sponsor for example. How this is laid down and who watches over it is not in the documents we "
        "have.",
    ),
    "about.free.2": Text(
        "Wat wij zelf doen: bij elk stuk staat waar het vandaan komt, van wanneer het is en hoe het is nagekeken. "
        "We zetten behandelingen nooit op volgorde van beste naar slechtste.",
        "What we do ourselves: every piece shows where it comes from, when it was written and how it was checked. "
        "We never rank treatments from best to worst.",
    ),
    "about.data.title": Text("Wat gebeurt er met wat ik schrijf?", "What happens to what I write?"),
    "about.data.1": Text(
        "Je dagboek is van jou. Je woorden worden versleuteld bewaard. We gebruiken ze niet voor onderzoek en "
        "verkopen ze niet. Voor elk doel vragen we apart of het mag, en je trekt het even makkelijk weer in.",
        "Your diary is yours. Your words are stored encrypted. We do not use them for research and do not sell "
        "them. For each purpose we ask separately, and you take it back as easily as you gave it.",
    ),
    "about.not.title": Text("Wat doet Pijnstad niet?", "What does Pijnstad not do?"),
    "about.not.1": Text(
        "Pijnstad stelt geen diagnose, kiest geen behandeling voor je en zegt niet hoeveel medicijn je moet nemen. "
        "Daarvoor ga je naar je arts of apotheker. Pijnstad helpt je om dat gesprek goed voor te bereiden.",
        "Pijnstad makes no diagnosis, chooses no treatment for you and says nothing about how much medicine to "
        "take. For that you go to your doctor or pharmacist. Pijnstad helps you to prepare that talk.",
    ),
    "about.sources.title": Text("Waar dit vandaan komt", "Where this comes from"),
    "about.sources.intro": Text(
        "De feiten op deze pagina komen uit stukken van de Landelijke Pijn Organisatie. De woorden zijn van ons.",
        "The facts on this page come from texts of the Landelijke Pijn Organisatie. The words are ours.",
    ),
    "about.sources.1": Text(
        "LPO, “Missie en visie” (website)",
        "LPO, “Missie en visie” (mission and vision, website, in Dutch)",
    ),
    "about.sources.2": Text("LPO, presentatie “Pijnstad”", "LPO, presentation “Pijnstad” (in Dutch)"),
    "about.sources.3": Text("LPO, “Town Hall” (website, in het Engels)", "LPO, “Town Hall” (website)"),
}
