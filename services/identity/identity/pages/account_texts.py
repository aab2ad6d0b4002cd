"""The words of the pages about one's own account, in Dutch (B1, je) and English. texts.py puts all words together."""

from __future__ import annotations

from identity.pages.wording import Text

MAIL = {
    "mail_sent.title": Text("Kijk in je mail", "Look in your mail"),
    "mail_sent.lead": Text(
        "We hebben een mail gestuurd naar het adres dat je invulde. Open de link in die mail, dan gaan we verder.",
        "We have sent a mail to the address you filled in. Open the link in that mail and we go on.",
    ),
    "mail_sent.nothing": Text("Geen mail gekregen?", "No mail?"),
    "mail_sent.wait": Text(
        "Soms duurt het een paar minuten. Kijk ook bij ongewenste mail.",
        "Sometimes it takes a few minutes. Look among unwanted mail too.",
    ),
    "mail_sent.again": Text(
        "Staat er een typefout in je adres? Vul het dan nog eens in.",
        "Is there a typing error in your address? Then fill it in once more.",
    ),
    "mail_sent.back": Text("Terug naar inloggen", "Back to signing in"),
    "mail_sent.caught": Text(
        "Dit is een stad om te proberen. De mail gaat niet echt weg:",
        "This is a city to try things in. Mail does not really leave:",
    ),
    "mails.title": Text("Mail van deze proefstad", "Mail of this trial city"),
    "mails.lead": Text(
        "Deze stad draait op je eigen computer. Mail gaat niet weg, maar komt hier terecht. Na een dag verdwijnt ze.",
        "This city runs on your own computer. Mail does not leave but lands here. After a day it is gone.",
    ),
    "mails.none": Text("Er is nog geen mail.", "There is no mail yet."),
    "mails.to": Text("Aan {to}, {at}", "To {to}, {at}"),
}
CONFIRM = {
    "confirm.title": Text("Je account is bijna klaar", "Your account is almost ready"),
    "confirm.lead": Text(
        "Dag {name}. Dit is het adres waarmee je straks inlogt: {email}.",
        "Hello {name}. This is the address you will sign in with: {email}.",
    ),
    "confirm.password": Text(
        "Je opent deze pagina in een andere browser. Vul het wachtwoord in dat je net koos.",
        "You opened this page in another browser. Fill in the password you just chose.",
    ),
    "confirm.button": Text("Maak mijn account", "Make my account"),
    "confirm.wrong": Text(
        "Dit is niet het wachtwoord dat je net koos. Kijk het nog eens na.",
        "This is not the password you just chose. Please check it.",
    ),
    "trouble.link.title": Text("Deze link werkt niet meer", "This link no longer works"),
    "trouble.link.text": Text(
        "De link is al gebruikt of te oud. Er is niets veranderd. Vraag een nieuwe mail, of log in als je account "
        "er al is.",
        "The link was used already, or is too old. Nothing has changed. Ask for a new mail, or sign in if your "
        "account is there.",
    ),
    "trouble.link.onward": Text("Naar inloggen", "To signing in"),
}
OWN = {
    "account.back": Text("Terug naar je account", "Back to your account"),
    "account.signing_in": Text("Inloggen", "Signing in"),
    "account.password": Text("Wachtwoord veranderen", "Change password"),
    "account.password.hint": Text("Kies een ander wachtwoord.", "Choose another password."),
    "account.address": Text("E-mailadres veranderen", "Change e-mail address"),
    "account.address.hint": Text("Hiermee log je in.", "You sign in with this."),
    "account.places": Text("Waar ben je ingelogd?", "Where are you signed in?"),
    "account.places.hint": Text("Log ergens anders uit.", "Sign out somewhere else."),
    "form.current_password": Text("Je wachtwoord van nu", "Your present password"),
    "form.new_password": Text("Nieuw wachtwoord", "New password"),
    "password.title": Text("Wachtwoord veranderen", "Change password"),
    "password.lead": Text(
        "Daarna ben je op andere apparaten uitgelogd.", "After this you are signed out on other devices."
    ),
    "password.button": Text("Verander wachtwoord", "Change password"),
    "password.not_yours": Text(
        "Dit is niet je wachtwoord van nu. Kijk het nog eens na.", "This is not your present password. Please check it."
    ),
    "address.title": Text("E-mailadres veranderen", "Change e-mail address"),
    "address.lead": Text(
        "Nu is je adres {email}. Naar het nieuwe adres sturen we een link. Pas als je die opent, verandert het.",
        "Your address is {email} now. We send a link to the new address. It changes only when you open that link.",
    ),
    "address.new": Text("Nieuw e-mailadres", "New e-mail address"),
    "address.button": Text("Stuur de link", "Send the link"),
    "new_address.title": Text("Is dit je nieuwe adres?", "Is this your new address?"),
    "new_address.lead": Text("Voortaan log je in met {email}.", "From now on you sign in with {email}."),
    "new_address.button": Text("Ja, gebruik dit adres", "Yes, use this address"),
    "recover.title": Text("Wachtwoord vergeten", "Forgotten password"),
    "recover.lead": Text(
        "Geeft niet. Vul je e-mailadres in, dan sturen we je een link om een nieuw wachtwoord te kiezen.",
        "No matter. Fill in your e-mail address and we send you a link to choose a new password.",
    ),
    "recover.button": Text("Stuur de link", "Send the link"),
    "recover.remembered": Text("Weet je het weer?", "Do you remember it?"),
    "sign_in.recover": Text("Wachtwoord vergeten?", "Forgotten your password?"),
    "new_password.title": Text("Kies een nieuw wachtwoord", "Choose a new password"),
    "new_password.lead": Text(
        "Daarna ben je overal uitgelogd, en log je in met het nieuwe wachtwoord.",
        "After this you are signed out everywhere, and you sign in with the new password.",
    ),
    "new_password.button": Text("Bewaar wachtwoord", "Save password"),
    "places.title": Text("Waar ben je ingelogd?", "Where are you signed in?"),
    "places.lead": Text(
        "Herken je iets niet? Log daar uit, en verander daarna je wachtwoord.",
        "Is there something you do not know? Sign out there, and then change your password.",
    ),
    "places.here": Text("hier", "here"),
    "places.unknown": Text("Een browser", "A browser"),
    "places.browser": Text("Browser,", "Browser,"),
    "places.app": Text("App,", "App,"),
    "places.since": Text("ingelogd op {at}", "signed in on {at}"),
    "places.end": Text("Log hier uit", "Sign out here"),
    "places.end.label": Text("Log uit bij {name}", "Sign out at {name}"),
    "places.end_others": Text("Log overal uit, behalve hier", "Sign out everywhere but here"),
    "places.soon": Text("Het uitloggen duurt hooguit tien tellen.", "Signing out takes ten seconds at most."),
    "done.password": Text(
        "Je wachtwoord is veranderd. Op andere apparaten ben je uitgelogd.",
        "Your password is changed. On other devices you are signed out.",
    ),
    "done.address": Text("Je nieuwe e-mailadres is bewaard.", "Your new e-mail address is saved."),
    "done.recovered": Text(
        "Je nieuwe wachtwoord is bewaard. Log ermee in.", "Your new password is saved. Sign in with it."
    ),
    "done.place": Text("Daar ben je uitgelogd.", "You are signed out there."),
    "done.places": Text("Je bent alleen hier nog ingelogd.", "You are signed in here only."),
}
GROUPS = (MAIL, CONFIRM, OWN)
