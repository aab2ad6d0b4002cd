"""The diary form as a page: for a new entry, for a change, and for whatever has to be shown again."""

from __future__ import annotations

from uuid import uuid4

import flask

from web.diary import Typed
from web.texts.body import LEFT, MIDDLE, QUALITIES, RIGHT


def diary_form(
    typed: Typed,
    *,
    message: str = "",
    error: str = "",
    wrong: str = "",
    sign_in: bool = False,
    action: str = "/zelfmanagement/dagboek",
    version: str = "",
    title: str = "diary.title",
    when: str = "",
) -> str:
    """Return the page with everything that was typed in place.

    `message` says what happened, `error` what to mend (at the field `wrong`); with `sign_in` the button
    leads to the gate.
    """
    return flask.render_template(
        "diary.html",
        district="selfcare",
        typed=typed,
        form_id=typed.form_id or str(uuid4()),
        message=message,
        error=error,
        wrong=wrong,
        sign_in=sign_in,
        action="/zelfmanagement/dagboek/concept" if sign_in else action,
        version=version,
        title_key=title,
        when=when,
        areas=(("areas.middle", MIDDLE), ("areas.left", LEFT), ("areas.right", RIGHT)),
        qualities=QUALITIES,
    )
