"""Markdown to HTML that is safe to show: no HTML of the author passes, and what comes out is cleaned once more."""

from __future__ import annotations

from functools import cache

import nh3
from markdown_it import MarkdownIt

RENDERING = 1  # raise it when the rules below change: every item is then rendered again and revised

_TAGS = {
    "p", "h2", "h3", "h4", "ul", "ol", "li", "strong", "em", "a", "blockquote", "hr", "br", "code",
    "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
_ATTRIBUTES = {"a": {"href"}, "th": {"scope"}, "td": set(), "ol": {"start"}}


def html_of(markdown: str) -> str:
    """Return the text as HTML: headings from h2 on, links that tell nobody where the reader came from."""
    return nh3.clean(
        _markdown().render(_lowered(markdown)),
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes={"https", "http", "tel", "mailto"},
        link_rel="noopener noreferrer",
    ).strip()


@cache
def _markdown() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False, "linkify": False}).enable("table")


def _lowered(markdown: str) -> str:
    """Make a first-level heading a second-level one: the title of the page is the item's own."""
    return "\n".join(f"#{line}" if line.startswith("# ") else line for line in markdown.splitlines())
