"""The words of the pages about oneself and about closing the account, in Dutch (B1, je) and English."""

from __future__ import annotations

from identity.pages.wording import Text

MYSELF = {
    "account.about_me": Text("Over jou", "About you"),
    "account.about_me.hint": Text(
        "Naam, taal, en hoe je de stad wilt zien.", "Name, language, and how you want to see the city."
    ),
    "account.close": Text("Account sluiten", "Close account"),
    "account.close.hint": Text("Stop met Pijnstad.", "Stop with Pijnstad."),
    "about_me.title": Text("Over jou", "About you"),
    "about_me.button": Text("Bewaar", "Save"),
    "wishes.title": Text("Hoe wil je de stad zien?", "How do you want to see the city?"),
    "wishes.hint": Text(
        "Kies wat je prettig vindt. Niets kiezen mag ook.", "Choose what you like. Choosing nothing is fine too."
    ),
    "wish.larger_text": Text("Grotere letters", "Larger text"),
    "wish.low_stimulus": Text("Weinig prikkels: rustig en kort", "Few stimuli: calm and short"),
    "wish.listen": Text("Liever luisteren dan lezen", "Rather listen than read"),
    "done.about_me": Text("Bewaard.", "Saved."),
    "close.title": Text("Account sluiten", "Close account"),
    "close.lead": Text(
        "Je kunt altijd stoppen. Dit gebeurt er dan.", "You can always stop. This is what happens then."
    ),
    "close.gone.title": Text("Meteen weg", "Gone at once"),
    "close.gone.sign_in": Text(
        "Inloggen kan niet meer. Overal ben je uitgelogd.",
        "Signing in is no longer possible. You are signed out everywhere.",
    ),
    "close.gone.person": Text(
        "Je naam, e-mailadres, wachtwoord en passkeys zijn weg.",
        "Your name, e-mail address, password and passkeys are gone.",
    ),
    "close.gone.shares": Text(
        "Wie met je meekeek, ziet niets meer. Je krijgt geen tips meer.",
        "Who looked along with you sees nothing any more. You get no more suggestions.",
    ),
    "close.stays.title": Text("Nog niet weg", "Not gone yet"),
    "close.stays.diary": Text(
        "Je dagboek blijft bewaard, zonder je naam. Niemand kan er via Pijnstad nog bij, jij ook niet. "
        "Het wissen gaat nog niet vanzelf. Wil je dat je dagen weg zijn? Haal ze dan weg voordat je sluit.",
        "Your diary is kept, without your name. Nobody can reach it through Pijnstad any more, nor can you. "
        "It is not erased by itself yet. Do you want your days gone? Then remove them before you close.",
    ),
    "close.stays.receipts": Text(
        "We bewaren dat en wanneer je ergens mee instemde, met een nummer en zonder je naam.",
        "We keep that and when you agreed to something, with a number and without your name.",
    ),
    "close.sure": Text("Ja, ik wil mijn account sluiten", "Yes, I want to close my account"),
    "close.sure.wrong": Text("Zet het vinkje als je het zeker weet.", "Tick the box if you are sure."),
    "close.button": Text("Sluit mijn account", "Close my account"),
    "close.stay": Text("Nee, ik blijf", "No, I stay"),
    "closed.title": Text("Je account is gesloten", "Your account is closed"),
    "closed.lead": Text(
        "Het ga je goed. Je bent altijd welkom om rond te kijken.",
        "We wish you well. You are always welcome to look around.",
    ),
}
PARENTS = {
    "account.young": Text("Onder de 16", "Under 16"),
    "account.parent_ask": Text("Vraag het je ouder", "Ask your parent"),
    "account.parent_ask.hint": Text("Nodig voor een dagboek.", "Needed for a diary."),
    "parent_ask.title": Text("Vraag het je ouder of voogd", "Ask your parent or guardian"),
    "parent_ask.lead": Text(
        "Lezen en meedoen kan gewoon. Voor een dagboek moet een ouder of voogd eerst ja zeggen, zolang je nog geen "
        "16 bent.",
        "You can read and take part. For a diary a parent or guardian has to say yes first, as long as you are not "
        "yet 16.",
    ),
    "parent_ask.agreed": Text(
        "Je ouder of voogd heeft ja gezegd. Je kunt een dagboek beginnen.",
        "Your parent or guardian has said yes. You can begin a diary.",
    ),
    "parent_ask.private": Text(
        "Je ouder ziet alleen je naam en deze vraag. Niet wat je leest of schrijft, en niet waar je bent in Pijnstad.",
        "Your parent sees only your name and this question. Not what you read or write, and not where you are in "
        "Pijnstad.",
    ),
    "parent_ask.email": Text("E-mailadres van je ouder of voogd", "E-mail address of your parent or guardian"),
    "parent_ask.button": Text("Stuur de vraag", "Send the question"),
    "done.parent_asked": Text("De vraag is onderweg.", "The question is on its way."),
    "parent.title": Text("Mag {name} een dagboek bijhouden?", "May {name} keep a diary?"),
    "parent.lead": Text(
        "{name} is 12 tot en met 15 jaar en heeft een account bij Pijnstad. Voor een dagboek vragen we jouw ja, als "
        "ouder of voogd.",
        "{name} is 12 to 15 years old and has an account at Pijnstad. For a diary we ask your yes, as parent or "
        "guardian.",
    ),
    "parent.kept": Text(
        "In een dagboek staat hoe het gaat: slaap, stemming, pijn. Dat zijn gegevens over gezondheid.",
        "A diary says how things are: sleep, mood, pain. These are data about health.",
    ),
    "parent.safe": Text(
        "De woorden bewaren we versleuteld. Er is geen reclame, geen onderzoek en geen handel.",
        "The words are stored encrypted. There is no advertising, no research and no trade.",
    ),
    "parent.private": Text(
        "Jij krijgt niet te zien wat {name} leest of schrijft. Zo durft een kind het te zeggen.",
        "You do not get to see what {name} reads or writes. So a child dares to say it.",
    ),
    "parent.back": Text(
        "Met deze link kun je je ja altijd weer intrekken. Bewaar de mail.",
        "With this link you can take your yes back at any time. Keep the mail.",
    ),
    "parent.yes": Text("Ja, dat mag", "Yes, that is fine"),
    "parent.no": Text("Nee", "No"),
    "parent.withdraw": Text("Trek mijn ja in", "Take my yes back"),
    "parent.said.yes": Text("Dank je. Je hebt ja gezegd.", "Thank you. You said yes."),
    "parent.said.no": Text(
        "Je hebt nee gezegd. Er komt niets nieuws in een dagboek.", "You said no. Nothing new goes into a diary."
    ),
    "about_me.age": Text("Hoe oud ben je nu?", "How old are you now?"),
}
CONSENTS = {
    "account.consents": Text("Waar je ja op zei", "What you agreed to"),
    "account.consents.hint": Text("Lees het na, of trek het in.", "Read it again, or withdraw it."),
    "consents.title": Text("Waar je ja op zei", "What you agreed to"),
    "consents.lead": Text(
        "Ja zeggen mag, nee zeggen ook. Je kunt het altijd veranderen.",
        "You may say yes, and you may say no. You can change it at any time.",
    ),
    "consents.yes": Text("Ja, dat mag", "Yes, that is fine"),
    "consents.withdraw": Text("Trek mijn ja in", "Withdraw my yes"),
    "consents.since": Text("Je zei ja op {at}.", "You said yes on {at}."),
    "consents.not": Text("Hier zei je geen ja op.", "You have not agreed to this."),
    "consents.label": Text("{what}: {about}", "{what}: {about}"),
    "consents.receipts": Text("Bewijs van wat je koos", "Proof of what you chose"),
    "consents.receipts.lead": Text(
        "Elke keuze staat hier, met de tekst die je las. Je kunt ze bewaren.",
        "Every choice stands here, with the text you read. You can keep them.",
    ),
    "consents.download": Text("Bewaar het bewijs als bestand", "Keep the proof as a file"),
    "consents.parent": Text(
        "Vraag dit eerst aan je ouder of voogd. Dat kan op de pagina van je account.",
        "Ask your parent or guardian first. You can do that on the page of your account.",
    ),
    "done.consent": Text("Je keuze is bewaard.", "Your choice is saved."),
}
GROUPS = (MYSELF, PARENTS, CONSENTS)
