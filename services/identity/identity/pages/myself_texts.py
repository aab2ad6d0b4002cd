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
        "Je dagboek blijft bewaard, zonder je naam. Niemand kan er via Pijnstad nog bij, jij ook niet. Het wissen "
        "ervan gaat nog niet vanzelf: haal je dagen weg voordat je sluit, als je wilt dat ze weg zijn.",
        "Your diary is kept, without your name. Nobody can reach it through Pijnstad any more, nor can you. It is "
        "not erased by itself yet: remove your days before you close, if you want them gone.",
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
GROUPS = (MYSELF,)
