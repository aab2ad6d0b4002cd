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
FACTORS = {
    "account.two_steps": Text("Inloggen in twee stappen", "Signing in with two steps"),
    "account.two_steps.hint": Text("Met een code van je telefoon erbij.", "With a code from your phone as well."),
    "account.passkeys": Text("Passkeys", "Passkeys"),
    "account.passkeys.hint": Text(
        "Inloggen met je vinger, je gezicht of je pincode.", "Signing in with your finger, your face or your PIN."
    ),
    "two_steps.title": Text("Inloggen in twee stappen", "Signing in with two steps"),
    "two_steps.lead": Text(
        "Na je wachtwoord vragen we dan ook een code. Die maakt een app op je telefoon. Zo kan iemand die je "
        "wachtwoord weet er niet in.",
        "After your password we then ask for a code too. An app on your phone makes it. So somebody who knows your "
        "password cannot get in.",
    ),
    "two_steps.app": Text(
        "Zet een app voor inlogcodes op je telefoon, of gebruik die van je wachtwoordbeheerder.",
        "Put an app for sign-in codes on your phone, or use the one of your password manager.",
    ),
    "two_steps.scan": Text("Scan dit plaatje met die app.", "Scan this picture with that app."),
    "two_steps.qr": Text(
        "QR-code. Hieronder staat dezelfde sleutel als tekst.", "QR code. The same key stands below as text."
    ),
    "two_steps.secret": Text("Of typ deze sleutel over in de app:", "Or type this key into the app:"),
    "two_steps.fill_in": Text("Vul hier de code in die de app laat zien.", "Fill in here the code that the app shows."),
    "two_steps.on": Text("Zet twee stappen aan", "Turn on two steps"),
    "two_steps.is_on": Text(
        "Inloggen in twee stappen staat aan. Je hebt nog {left} herstelcodes.",
        "Signing in with two steps is on. You have {left} recovery codes left.",
    ),
    "two_steps.codes": Text("Maak nieuwe herstelcodes", "Make new recovery codes"),
    "two_steps.off": Text("Zet twee stappen uit", "Turn off two steps"),
    "recovery.title": Text("Bewaar deze herstelcodes", "Keep these recovery codes"),
    "recovery.lead": Text(
        "Inloggen in twee stappen staat aan. Is je telefoon weg? Dan log je in met een van deze codes. Elke code "
        "werkt één keer.",
        "Signing in with two steps is on. Is your phone gone? Then you sign in with one of these codes. Each code "
        "works once.",
    ),
    "recovery.keep": Text(
        "We laten ze alleen nu zien. Schrijf ze op of druk deze pagina af. Zonder telefoon en zonder codes kunnen "
        "we je niet binnenlaten.",
        "We show them only now. Write them down or print this page. Without phone and codes we cannot let you in.",
    ),
    "second_step.title": Text("Nog één stap", "One more step"),
    "second_step.lead": Text("Je wachtwoord klopt. Nu nog de code.", "Your password is right. Now the code."),
    "second_step.code": Text("Code", "Code"),
    "second_step.hint": Text(
        "De code uit je app, of een van je herstelcodes.", "The code from your app, or one of your recovery codes."
    ),
    "second_step.wrong": Text(
        "Deze code klopt niet, of is al gebruikt. Wacht op de volgende code in je app.",
        "This code is not right, or was used already. Wait for the next code in your app.",
    ),
    "passkeys.title": Text("Passkeys", "Passkeys"),
    "passkeys.lead": Text(
        "Met een passkey log je in zonder wachtwoord: met je vinger, je gezicht of de pincode van je apparaat.",
        "With a passkey you sign in without a password: with your finger, your face or the PIN of your device.",
    ),
    "passkeys.none": Text("Je hebt nog geen passkey.", "You have no passkey yet."),
    "passkeys.name": Text("Naam van deze passkey", "Name of this passkey"),
    "passkeys.since": Text("Gemaakt op {at}.", "Made on {at}."),
    "passkeys.used": Text("Het laatst gebruikt op {at}.", "Last used on {at}."),
    "passkeys.rename": Text("Bewaar naam", "Save name"),
    "passkeys.remove": Text("Haal weg", "Remove"),
    "passkeys.add.title": Text("Passkey toevoegen", "Add a passkey"),
    "passkeys.add": Text("Voeg een passkey toe", "Add a passkey"),
    "passkeys.no_script": Text(
        "Voor een passkey heeft je browser JavaScript nodig. Inloggen met je wachtwoord kan altijd.",
        "For a passkey your browser needs JavaScript. You can always sign in with your password.",
    ),
    "passkey.sign_in": Text("Log in met een passkey", "Sign in with a passkey"),
    "passkey.refused": Text(
        "Inloggen met een passkey lukte niet. Probeer het nog eens, of gebruik je wachtwoord.",
        "Signing in with a passkey did not work. Try again, or use your password.",
    ),
    "passkey.not_made": Text(
        "De passkey is niet gemaakt. Probeer het nog eens. Je wachtwoord blijft werken.",
        "The passkey was not made. Try again. Your password keeps working.",
    ),
    "done.second_step_off": Text("Inloggen in twee stappen staat uit.", "Signing in with two steps is off."),
    "done.too_late": Text("Dat duurde te lang. Log nog eens in.", "That took too long. Please sign in once more."),
    "done.passkey": Text("Je passkey is toegevoegd.", "Your passkey was added."),
    "done.passkey_named": Text("De naam is bewaard.", "The name is saved."),
    "done.passkey_gone": Text(
        "De passkey is weg. Je kunt er niet meer mee inloggen.",
        "The passkey is gone. You can no longer sign in with it.",
    ),
}
GROUPS = (MAIL, CONFIRM, OWN, FACTORS)
