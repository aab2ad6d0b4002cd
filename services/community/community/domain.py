"""What community is about, pure. Now its own description; its entities move in with their issues."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

NAME = "Pijncommunity"


@dataclass(frozen=True, slots=True)
class Description:
    """Hold what the district says of itself in one language."""

    text: str
    coming: tuple[str, ...]


DESCRIPTIONS: Mapping[str, Description] = {
    "nl": Description(
        text=(
            "In de Pijncommunity ontmoet je mensen die weten hoe het is. Je bent er onder een eigen gekozen naam. "
            "We bouwen haar nu. Dit komt er:"
        ),
        coming=(
            "Plekken om te praten: open, voor leden of op uitnodiging.",
            "Eigen plekken voor partners, ouders, kinderen en vrienden.",
            "Themabijeenkomsten en vragenuren.",
            "Maatjes en ervaringsdeskundigen, als jullie dat allebei willen.",
            "Moderatoren die meekijken, met huisregels voor iedereen.",
        ),
    ),
    "en": Description(
        text=(
            "In the Pijncommunity you meet people who know what it is like. You are there under a name of your "
            "own choice. We are building it now. This is what will come:"
        ),
        coming=(
            "Places to talk: open, for members or by invitation.",
            "Places of their own for partners, parents, children and friends.",
            "Theme meetings and question hours.",
            "Buddies and peer coaches, when both of you say yes.",
            "Moderators who look after it, with house rules for everybody.",
        ),
    ),
}
