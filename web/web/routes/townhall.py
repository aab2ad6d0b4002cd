"""The Stadhuis: the drawn city, what it is, the districts that are still being built, and help now."""

from __future__ import annotations

import flask
from werkzeug.wrappers import Response

from web import member
from web.errors import ApiAway, ApiRefused, SessionEnded
from web.security import onward

pages = flask.Blueprint("townhall", __name__)


@pages.get("/")
def town() -> str:
    """Show the drawn city, with a lit window where something waits."""
    return flask.render_template("town.html", waiting=_waiting())


@pages.get("/stadhuis")
def townhall() -> Response:
    """Lead to the one page of the Stadhuis that is not the city itself."""
    return flask.redirect("/stadhuis/over")


@pages.get("/stadhuis/over")
def about() -> str:
    """Say what the city is, for whom, by whom, who pays and how it stays independent."""
    return flask.render_template("about.html", district="townhall")


@pages.get("/keuzewijzer")
def decision() -> str:
    """Say what will come in the Keuzewijzer."""
    return flask.render_template("coming.html", district="decision")


@pages.get("/pijncommunity")
def community() -> str:
    """Say what will come in the Pijncommunity."""
    return flask.render_template("coming.html", district="community")


@pages.get("/hulp-nu")
def help_now() -> str:
    """Lead to people, from wherever one was."""
    referrer = flask.request.referrer or ""
    own = flask.current_app.config["PIJNSTAD"].public_url
    back = onward(referrer.removeprefix(own)) if referrer.startswith(f"{own}/") else "/"
    return flask.render_template("help.html", back_href=back if not back.startswith("/hulp-nu") else "/")


def _waiting() -> frozenset[str]:
    """Return the places where something waits for this member: a suggestion they have not answered."""
    if not member.is_signed_in():
        return frozenset()
    try:
        found = member.api("GET", "/content/v1/suggestions", query={"limit": "3"}).json
    except (ApiAway, ApiRefused, SessionEnded):
        return frozenset()  # the city opens without its lights too
    unanswered = any(suggestion.get("rating") is None for suggestion in found.get("items", ()))
    return frozenset({"content"}) if unanswered else frozenset()
