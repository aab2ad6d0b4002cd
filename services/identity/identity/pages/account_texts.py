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
GROUPS = (MAIL, CONFIRM)
