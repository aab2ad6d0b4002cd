"""What the tools print for people: colours (never into a file, never with NO_COLOR) and plain tables."""

import os
import sys
from collections.abc import Sequence

_COLOURS = {"grey": "90", "red": "31", "green": "32", "yellow": "33", "bold": "1"}
_LINE_COLOURS = ("36", "35", "34", "32", "33", "96", "95", "94", "92", "93")


def coloured() -> bool:
    """Tell whether the reader is a terminal that wants colours."""
    return sys.stdout.isatty() and "NO_COLOR" not in os.environ


def paint(colour: str, text: str) -> str:
    """Colour a text by name, or by an SGR number."""
    return f"\033[{_COLOURS.get(colour, colour)}m{text}\033[0m" if coloured() else text


def line_colour(number: int) -> str:
    """Give the colour of the nth process."""
    return _LINE_COLOURS[number % len(_LINE_COLOURS)]


def say(text: str = "") -> None:
    """Print a line at once."""
    print(text, flush=True)


def complain(text: str) -> None:
    """Print an error for people, at once."""
    print(paint("red", text), file=sys.stderr, flush=True)


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Lay out rows under a head, columns aligned by two spaces."""
    cells = [[str(cell) for cell in row] for row in rows]
    widths = [max(len(row[i]) for row in [list(head), *cells]) for i in range(len(head))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in cells]
    first = "  ".join(name.ljust(width) for name, width in zip(head, widths, strict=True)).rstrip()
    return "\n".join([paint("bold", first), *lines])
