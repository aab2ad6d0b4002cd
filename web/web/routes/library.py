"""The Informatiecentrum: list and search, one item, and the suggestions with their three answers."""

from __future__ import annotations

import flask
import nh3
from werkzeug.wrappers import Response

from web import member
from web.api import segment
from web.language import language
from web.security import check_form, onward

pages = flask.Blueprint("library", __name__)
HERE = "/informatiecentrum"
DIMENSIONS = (
    "bodily_functions",
    "mental_wellbeing",
    "meaningfulness",
    "quality_of_life",
    "participation",
    "daily_functioning",
)
RATINGS = ("helps", "less_of_this", "not_for_me")
PAGE = "12"
_TAGS = {
    "p",
    "h2",
    "h3",
    "h4",
    "ul",
    "ol",
    "li",
    "strong",
    "em",
    "a",
    "blockquote",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "br",
    "hr",
}


@pages.get(HERE)
def items() -> str:
    """List or search the library."""
    asked = flask.request.args
    q, dimension, cursor = asked.get("q", "").strip()[:100], asked.get("dimension", ""), asked.get("vanaf", "")
    query = {
        "limit": PAGE,
        "language": language(),
        "q": q,
        "dimension": dimension if dimension in DIMENSIONS else "",
        "cursor": cursor,
    }
    found = member.open_api(
        "GET", "/content/v1/items", query={name: value for name, value in query.items() if value}
    ).json
    return flask.render_template(
        "library.html",
        district="content",
        items=found["items"],
        next=found.get("next"),
        total=found.get("total"),
        notice=found.get("notice"),
        q=q,
        dimension=query["dimension"],
        dimensions=DIMENSIONS,
    )


@pages.get(f"{HERE}/tips")
def for_you() -> str:
    """Show this member's suggestions."""
    found = member.api("GET", "/content/v1/suggestions", query={"limit": "10"}).json
    return flask.render_template(
        "for_you.html", district="content", suggestions=found["items"], consent=found.get("consent", True)
    )


@pages.post(f"{HERE}/tips/<suggestion_id>")
def rate(suggestion_id: str) -> Response:
    """Keep what a member thinks of a suggestion, and go back to where they were."""
    check_form()
    rating = flask.request.form.get("rating", "")
    if rating not in RATINGS:
        flask.abort(400)
    member.api("PUT", f"/content/v1/suggestions/{segment(suggestion_id)}/rating", body={"rating": rating})
    return flask.redirect(onward(flask.request.form.get("back")) + "#tip", 303)


@pages.get(f"{HERE}/<slug>")
def item(slug: str) -> str:
    """Show one item, with where it comes from."""
    answer = member.open_api("GET", f"/content/v1/items/{segment(slug)}", query={"language": language()}).json
    return flask.render_template("item.html", district="content", item=answer, body=_clean(answer.get("body_html", "")))


def _clean(html: str) -> str:
    """Return the item's text with the tags of a text and nothing that acts; content cleans too; we trust nobody."""
    return nh3.clean(html, tags=_TAGS, attributes={"a": {"href"}}, url_schemes={"https", "tel"})
