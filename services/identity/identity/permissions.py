"""Who may call what: one row per route. A route without a row, or a row without a route, stops the start."""

from __future__ import annotations

from pijnstad_kit.http.auth import allow, own_check

PERMISSIONS = {
    # A member's own account, with the gateway's short token.
    "my_account": allow(scope="openid"),
    "my_consents": allow(scope="openid"),
    "answer_consent": allow(scope="openid"),
    "my_sessions": allow(scope="openid"),
    "end_session": allow(scope="openid"),
    "end_sessions": allow(scope="openid"),
    # OAuth's endpoints: clients prove themselves, or show an opaque token of ours.
    "discovery": own_check(),
    "jwks": own_check(),
    "token": own_check(),
    "revoke": own_check(),
    "introspect": own_check(),
    "userinfo": own_check(),
    "userinfo_posted": own_check(),
    # Pages: the session cookie, and the form's token on every change.
    "authorize": own_check(),
    "authorize_posted": own_check(),
    "decide_consent": own_check(),
    "show_sign_in": own_check(),
    "sign_in": own_check(),
    "show_register": own_check(),
    "register": own_check(),
    "mail_sent": own_check(),
    "show_confirm": own_check(),
    "confirm": own_check(),
    "change_password": own_check(),
    "change_password_posted": own_check(),
    "change_address": own_check(),
    "change_address_posted": own_check(),
    "new_address": own_check(),
    "new_address_posted": own_check(),
    "recover": own_check(),
    "recover_posted": own_check(),
    "new_password": own_check(),
    "new_password_posted": own_check(),
    "signed_in_places": own_check(),
    "signed_in_places_posted": own_check(),
    "caught_mails": own_check(),
    "caught_mails_as_data": own_check(),
    "show_account": own_check(),
    "show_sign_out": own_check(),
    "sign_out": own_check(),
    "logout": own_check(),
    "logout_posted": own_check(),
}
