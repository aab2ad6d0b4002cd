"""What each kind of problem means and what to do about it, in Dutch and English. The texts are data: pages/problems.toml."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

_TEXTS = Path(__file__).parent / "pages" / "problems.toml"


@dataclass(frozen=True, slots=True)
class Text:
    """Explain a problem in one language."""

    title: str
    meaning: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Explained:
    """Explain a problem."""

    status: int
    nl: Text
    en: Text


PROBLEMS: dict[str, Explained] = {
    slug: Explained(one["status"], Text(**one["nl"]), Text(**one["en"]))
    for slug, one in tomllib.loads(_TEXTS.read_text(encoding="utf-8")).items()
}
