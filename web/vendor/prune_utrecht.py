"""Cut the few Utrecht components we use out of the published bundle, whole rules only, in a cascade layer of their own.

Run by hand when the vendored version changes (see VENDORED.md):
    python prune_utrecht.py <folder with html.css and index.css> > ../web/static/css/utrecht.css
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

LICENCE = """/* @license EUPL-1.2 Copyright (c) 2020-2024 Frameless B.V., Copyright (c) 2021-2024 Gemeente Utrecht.
   @utrecht/component-library-css 9.0.4, cut by vendor/prune_utrecht.py: rules whole, unused ones left out. */"""
NOT_USED = re.compile(
    r"blockquote|\bcode\b|\bpre\b|\bpre:|figure|figcaption|mark|hgroup|h5|h6|:lang\(ar\)|alternate-row-color|bday|"
    r"numeric|inputmode|tel: i|:read-only|:disabled|disabled\"|aria-busy|reset i\]:|caption$|\bselect"
)
ALERT = re.compile(r"^\.utrecht-alert(__(content|message)|--(info|ok|warning|error))?$")


def rules(css: str) -> Iterator[str]:
    """Yield the top-level rules of a stylesheet without comments."""
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.S).replace('@charset "UTF-8";', "")
    depth = start = 0
    for at, character in enumerate(css):
        depth += {"{": 1, "}": -1}.get(character, 0)
        if character == "}" and depth == 0:
            yield css[start : at + 1].strip()
            start = at + 1


def selector(rule: str) -> str:
    """Return what stands before the rule's block, on one line."""
    return " ".join(rule.partition("{")[0].split())


def small(rule: str) -> str:
    """Return the rule without the white space that means nothing."""
    return re.sub(r"\s*([{};,])\s*", r"\1", re.sub(r"\s+", " ", rule)).replace(": ", ":").replace(";}", "}")


def main(folder: Path) -> None:
    """Print the cut."""
    html = [
        r
        for r in rules((folder / "html.css").read_text())
        if not NOT_USED.search(selector(r)) and selector(r)[0] != "@"
    ]
    alert = [r for r in rules((folder / "index.css").read_text()) if ALERT.match(selector(r))]
    body = "\n".join(small(rule) for rule in html + alert)
    print(f"{LICENCE}\n@layer utrecht {{\n{body}\n}}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
