"""Typing errors: how many a word may have, and which word of a list was meant. A swap of two letters is one error."""

from __future__ import annotations

from collections.abc import Iterable

_LONG_WORD = 8


def allowed_errors(word: str) -> int:
    """Return how many errors a word of this length may have."""
    return 2 if len(word) >= _LONG_WORD else 1


def nearest(word: str, words: Iterable[str]) -> str | None:
    """Return the word of a list that is nearest, within the errors allowed; the first of equals by alphabet."""
    allowed = allowed_errors(word)
    near = ((errors(word, other), other) for other in words if abs(len(word) - len(other)) <= allowed)
    return min((pair for pair in near if pair[0] <= allowed), default=(0, None))[1]


def errors(one: str, other: str) -> int:
    """Return how many letters were added, left out, changed or swapped between two words (optimal string alignment)."""
    before: list[int] = []
    above = list(range(len(other) + 1))
    for row, letter in enumerate(one, start=1):
        current = [row]
        for column, against in enumerate(other, start=1):
            cost = min(above[column] + 1, current[-1] + 1, above[column - 1] + (letter != against))
            swapped = row > 1 and column > 1 and letter == other[column - 2] and one[row - 2] == against
            current.append(min(cost, before[column - 2] + 1) if swapped else cost)
        before, above = above, current
    return above[-1]
