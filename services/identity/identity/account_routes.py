"""The pages about accounts, one row each: address, view, what it is."""

from __future__ import annotations

from identity.pages import account, registering
from identity.routing import posted, shown

shown("/account", account.show_account, "My account")

# Registering
shown("/account/register", registering.show_register, "The registration page")
posted("/account/register", registering.register, "Ask for an account")
shown("/account/mail-sent", registering.mail_sent, "A mail is on its way")
shown("/account/confirm", registering.show_confirm, "Confirm an address")
posted("/account/confirm", registering.confirm, "Make the account")
shown("/account/mails", registering.caught_mails, "Mails that a trial city caught")
shown("/account/mails.json", registering.caught_mails_as_data, "The same for programs")
