"""Every word a person reads on our pages, in Dutch and English, as data. A text without its twin cannot be written down."""

from __future__ import annotations

from collections.abc import Mapping

from web.texts import body, diary, districts, frame, library, ops, townhall, troubles
from web.texts.kind import Text

_MODULES = (frame, townhall, districts, body, diary, library, ops, troubles)
CATALOGUE: Mapping[str, Text] = {key: value for module in _MODULES for key, value in module.TEXTS.items()}

if len(CATALOGUE) != sum(len(module.TEXTS) for module in _MODULES):
    raise RuntimeError("two texts share one key")


def text(key: str, language: str, **values: object) -> str:
    """Return the text of a key in `nl` or `en`, with values filled in. Errors: KeyError when there is no such text."""
    words = CATALOGUE[key]
    chosen = words.nl if language == "nl" else words.en
    return chosen.format(**values) if values else chosen
