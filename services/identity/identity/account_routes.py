"""The pages about accounts, one row each: address, view, what it is."""

from __future__ import annotations

from identity.pages import (
    account,
    administration,
    consents,
    credentials,
    factors,
    myself,
    parents,
    places,
    registering,
    sharing,
)
from identity.routing import both, posted, shown

shown("/account", account.show_account, "My account")

# Registering
shown("/account/register", registering.show_register, "The registration page")
posted("/account/register", registering.register, "Ask for an account")
shown("/account/mail-sent", registering.mail_sent, "A mail is on its way")
shown("/account/confirm", registering.show_confirm, "Confirm an address")
posted("/account/confirm", registering.confirm, "Make the account")
shown("/account/mails", registering.caught_mails, "Mails that a trial city caught")
shown("/account/mails.json", registering.caught_mails_as_data, "The same for programs")

# Password, address, recovering
both("/account/password", credentials.change_password, "Change my password")
both("/account/address", credentials.change_address, "Change my e-mail address")
both("/account/new-address", credentials.new_address, "Confirm a new e-mail address")
both("/account/recover", credentials.recover, "Ask for a new password")
both("/account/new-password", credentials.new_password, "Choose a new password")
both("/account/places", places.signed_in_places, "Where I am signed in")

# Second step and passkeys
both("/account/two-steps", factors.two_steps, "Signing in with two steps")
both("/account/second-step", factors.second_step, "The code after the password")
both("/account/passkeys", factors.passkeys, "My passkeys")
posted("/account/passkey", factors.sign_in_by_passkey, "Sign in with a passkey")
shown("/account/passkeys.js", factors.passkeys_script, "The script that asks for a passkey")

# Sharing, and what administrators do
both("/account/shares", sharing.my_shares_page, "What I let others see")
both("/account/share", sharing.share, "Say yes or no to what somebody shares")
both("/account/admin/roles", administration.admin_roles, "Give and take roles")

# Oneself
both("/account/about-me", myself.about_me, "About me")
both("/account/close", myself.close, "Close my account")
shown("/account/closed", myself.closed, "The account is closed")
both("/account/admin/clients", administration.admin_clients, "OAuth clients")

# Under 16
both("/account/parent-ask", parents.ask_parent, "Ask a parent")
both("/account/parent", parents.parent, "A parent's yes or no")

# Consents
both("/account/consents", consents.my_consents_page, "What I agreed to")
shown("/account/consents/receipts", consents.consent_receipts, "My receipts of consent, as a file")
