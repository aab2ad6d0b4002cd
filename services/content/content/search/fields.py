"""The fields both engines keep of a document. The texts are analysed here, so that engines only split at blanks."""

from __future__ import annotations

from typing import Any

from content.analysis import analyse
from content.search.port import SearchDocument

LAYOUT = 1  # raise it when the fields below change: an older index is then rebuilt


def indexed(document: SearchDocument) -> dict[str, Any]:
    """Return the document as fields: exact values, tokens per text, and every written word once for typing errors."""
    texts = {name: analyse(getattr(document, name), document.language) for name in ("title", "summary", "body")}
    written = dict.fromkeys(word for text in texts.values() for word in text.written().split())
    return {
        "key": document.key,
        "slug": document.slug,
        "language": document.language,
        "revision": document.revision,
        "weight": document.weight,
        "kind": document.kind,
        "provenance": document.provenance,
        "dimensions": list(document.dimensions),
        "audiences": list(document.audiences),
        "written": " ".join(written),
        **{name: text.stems() for name, text in texts.items()},
    }
