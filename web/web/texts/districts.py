"""Words of the districts that are still being built, and of the page for who needs people now."""

from __future__ import annotations

from web.texts.kind import Text

TEXTS = {
    "coming.label": Text("Hier wordt gebouwd", "Being built"),
    "coming.title": Text("Wat hier komt", "What will come"),
    "coming.now": Text("Wat je nu al kunt doen", "What you can do now"),
    "decision.lead": Text(
        "Er zijn veel behandelingen. Wat past bij jou, is een gesprek waard. De Keuzewijzer helpt je straks om dat "
        "gesprek voor te bereiden.",
        "There are many treatments. What suits you is worth a talk. The Keuzewijzer will help you to prepare that "
        "talk.",
    ),
    "decision.1": Text(
        "Vragen in gewone taal die je naar een plek leiden: informatie, een soort zorgverlener, een vereniging.",
        "Questions in plain language that lead to a place: information, a kind of professional, an association.",
    ),
    "decision.2": Text(
        "Behandelingen naast elkaar, met de goede en de minder goede kanten even uitgebreid. Nooit op volgorde van "
        "beste naar slechtste.",
        "Treatments side by side, good and less good sides in equal detail. Never ranked from best to worst.",
    ),
    "decision.3": Text(
        "Wat vind jij belangrijk? En één vel om mee te nemen naar je arts.",
        "What matters to you? And one sheet to take to your doctor.",
    ),
    "decision.now": Text(
        "Drie vragen die je nu al aan je arts kunt stellen: wat kan ik kiezen, wat zijn de voor- en nadelen, en wat "
        "betekent dat voor mij?",
        "Three questions you can ask your doctor today: what can I choose, what are the benefits and harms, and "
        "what does that mean for me?",
    ),
    "decision.now.source": Text(
        "Bron: Zorgstandaard Chronische Pijn (2017), 3.1.1.",
        "Source: Zorgstandaard Chronische Pijn (Dutch care standard, 2017), 3.1.1.",
    ),
    "decision.now.link": Text("Lees over praten met je arts", "Read about talking with your doctor"),
    "decision.now.search": Text("arts", "doctor"),
    "community.now.search": Text("partner", "partner"),
    "community.lead": Text(
        "Een park waar mensen elkaar treffen die weten hoe het is. Je bent er welkom zoals je bent.",
        "A park where people meet who know what it is like. You are welcome as you are.",
    ),
    "community.1": Text(
        "Plekken om te praten, per onderwerp. Je bepaalt zelf hoe je heet en wat anderen zien.",
        "Places to talk, by subject. You choose your name and what others see.",
    ),
    "community.2": Text(
        "Eigen plekken voor partners, ouders en kinderen van iemand met pijn.",
        "Places of their own for partners, parents and children of someone in pain.",
    ),
    "community.3": Text(
        "Bijeenkomsten over een thema, en verenigingen die hier hun eigen huis hebben.",
        "Meetings about a theme, and associations that have their own house here.",
    ),
    "community.now": Text(
        "Praten met iemand die het kent, kan nu al bij een patiëntenvereniging. Je huisarts of verpleegkundige weet "
        "welke er bij jou past.",
        "Talking with someone who knows can be done today, at a patient association. Your GP or nurse knows which "
        "one suits you.",
    ),
    "community.now.link": Text("Lees over leven naast iemand met pijn", "Read about living beside someone in pain"),
    "selfcare.lead": Text(
        "Wat je zelf kunt doen, in jouw tempo. Begin klein. Een slechte dag mag.",
        "What you can do yourself, at your own pace. Start small. A bad day is allowed.",
    ),
    "selfcare.diary": Text("Schrijf op hoe het gaat", "Write down how it goes"),
    "selfcare.diary.hint": Text("Je dagboek. Twee tikken is genoeg.", "Your diary. Two taps are enough."),
    "selfcare.days": Text("Mijn dagen", "My days"),
    "selfcare.days.hint": Text("Lees terug, verander of haal weg.", "Read back, change or take away."),
    "selfcare.consents": Text("Wat ik goed vind", "What I agree to"),
    "selfcare.consents.hint": Text("Toestemming geven of terugnemen.", "Give or take back consent."),
    "selfcare.later": Text(
        "Later komen hier doelen, doseren en een plan voor slechte dagen.",
        "Later: goals, pacing and a plan for bad days.",
    ),
    "help.title": Text("Hulp nu", "Help now"),
    "help.lead": Text(
        "Pijn kan zo zwaar worden dat je niet verder wilt. Je bent niet de enige, en je hoeft dit niet alleen te "
        "dragen. Praat met iemand. Dat kan nu.",
        "Pain can become so heavy that you do not want to go on. You are not the only one, and you need not carry "
        "this alone. Talk to someone. You can do that now.",
    ),
    "help.113.number": Text("Bel 113", "Call 113"),
    "help.113.text": Text(
        "Stichting 113 Zelfmoordpreventie. Dag en nacht, je naam hoeft niet.",
        "113 Suicide Prevention. Day and night, no name needed.",
    ),
    "help.0800.number": Text("Bel 0800-0113", "Call 0800-0113"),
    "help.0800.text": Text("Dezelfde mensen, een gratis nummer.", "The same people, a free number."),
    "help.112.number": Text("Bel 112", "Call 112"),
    "help.112.text": Text(
        "Als er direct gevaar is voor jou of een ander.",
        "When you or someone else is in danger now.",
    ),
    "help.doctor.title": Text("Je huisarts", "Your own doctor"),
    "help.doctor.text": Text(
        "Bel je huisarts als de pijn plotseling anders is, of als je het niet meer redt. ’s Avonds, ’s nachts en in "
        "het weekend bel je de huisartsenspoedpost.",
        "Call your GP when the pain is suddenly different, or when you cannot cope. In the evening, at night and at "
        "weekends call the out-of-hours GP.",
    ),
    "help.flags.title": Text("Bel meteen een arts bij", "Call a doctor at once for"),
    "help.flags.1": Text("pijn na een zware val of een ongeluk", "pain after a bad fall or an accident"),
    "help.flags.2": Text(
        "geen kracht of gevoel meer in een arm of been",
        "loss of strength or feeling in an arm or leg",
    ),
    "help.flags.3": Text(
        "plassen of poepen dat niet meer gaat of niet meer op te houden is, of een doof gevoel tussen je benen",
        "not being able to pass or hold urine or stool, or a numb feeling between your legs",
    ),
    "help.flags.4": Text(
        "pijn met koorts (en pijn op de borst: bel 112)",
        "pain with fever (and chest pain: call 112)",
    ),
    "help.flags.source": Text(
        "Dit is algemene informatie. Twijfel je, bel dan je huisarts of de huisartsenspoedpost.",
        "This is general information. When in doubt, call your GP or the out-of-hours GP.",
    ),
    "help.other.title": Text("Ben je bezorgd om iemand?", "Worried about someone?"),
    "help.other.text": Text(
        "Vraag hoe het gaat, en of diegene aan de dood denkt. Vragen maakt het niet erger. 113 denkt ook met jou mee.",
        "Ask how they are, and whether they think of death. Asking does not make it worse. 113 will also think "
        "along with you.",
    ),
    "help.back": Text("Ik ben nu veilig, terug", "I am safe for now, back"),
}
