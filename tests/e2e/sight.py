"""What is measured on a page: what axe says, room for eyes and fingers, words, weight. Measures only; tests judge."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from browser import NARROW, WIDE
from playwright.sync_api import Page

FINGER = 44
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
COLOURS = ["color-contrast", "link-in-text-block"]  # all that differs between day and night
# Buttons, fields (with the label one taps for a small box), folds, and links that are not part of a sentence.
SMALL = """(finger) => {
  const shown = (e) => e.getClientRects().length && getComputedStyle(e).visibility !== "hidden";
  const inSentence = (e) => e.tagName === "A" && e.closest("p, li, dd") &&
    e.closest("p, li, dd").textContent.trim() !== e.textContent.trim() && getComputedStyle(e).display.startsWith("inline");
  const target = (e) => e.matches("[type=radio], [type=checkbox]") ?
    e.closest("label, .choice") || document.querySelector(`label[for="${e.id}"]`) || e : e;
  return [...document.querySelectorAll("a[href], button, input:not([type=hidden]), textarea, select, summary")]
    .filter((e) => shown(e) && !e.matches(".skip") && !inSentence(e))
    .map((e) => [e.outerHTML.slice(0, 90), target(e).getBoundingClientRect()])
    .filter(([, box]) => box.width < finger - 0.5 || box.height < finger - 0.5)
    .map(([html, box]) => `${Math.round(box.width)}x${Math.round(box.height)} ${html}`);
}"""
SIDEWAYS = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
# A page that is given no frame to draw never ends its transitions: then it has stood still for two seconds.
SETTLED = """() => Promise.race([
  Promise.all(document.getAnimations().map((one) => one.finished.catch(() => {}))),
  new Promise((stand) => setTimeout(stand, 2000)),
])"""
LARGER = "(size) => { document.documentElement.style.fontSize = size; }"
TEXT_SIZE = "() => parseFloat(getComputedStyle(document.querySelector('main')).fontSize)"
# Everything the page brought, unpacked, also what came from the browser's cache; fonts aside.
WEIGHT = """() => [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
  .filter((one) => !/\\.woff2?($|\\?)/.test(one.name)).reduce((sum, one) => sum + one.decodedBodySize, 0)"""
# Each block of text in the page's own language, with what a screen reader says beside it; another language says so itself.
BLOCKS = """() => {
  const here = document.documentElement.lang, blocks = [document.title];
  const own = (e) => (e.closest("[lang]") || document.documentElement).lang === here;
  for (const e of document.querySelectorAll("body *")) {
    if (!own(e) || e.closest("script, style")) continue;
    blocks.push(...["aria-label", "title", "placeholder", "alt"].map((name) => e.getAttribute(name)).filter(Boolean));
    const words = [...e.childNodes].filter((n) => n.nodeType === 3).map((n) => n.textContent).join(" ").trim();
    if (words) blocks.push(words);
  }
  return blocks;
}"""
KEY = re.compile(r"(?<![\w@./])[a-z]+(?:_[a-z]+)*(?:\.[a-z_0-9]+)+(?![\w@])|\{\w+\}")
ADDRESS = re.compile(r"\b[\w.-]+\.(?:nl|org|com|example|eu|int)\b")
DUTCH = re.compile(r"\b(het|een|je|jij|jouw|niet|voor|naar|ook|maar|geen|wij|zijn|mijn|kun|bij|wordt|waar)\b", re.I)
ENGLISH = re.compile(r"\b(the|you|your|and|not|with|this|what|from|have|which|are|how)\b", re.I)


@dataclass(frozen=True)
class Seen:
    """Hold what was measured on one page."""

    name: str
    url: str
    language: str
    blocks: tuple[str, ...]
    axe: tuple[str, ...]
    sideways: dict[str, int]
    small: tuple[str, ...]
    grown: float
    weight: int

    def leftovers(self) -> list[str]:
        """Return what reads as a key of the text catalogue, or as the other language (two of its words in one block)."""
        other = DUTCH if self.language == "en" else ENGLISH
        return [
            block
            for block in self.blocks
            if KEY.search(ADDRESS.sub("", block)) or len({word.lower() for word in other.findall(block)}) > 1
        ]


def look(page: Page, name: str) -> Seen:
    """Measure a page from every side, and leave it as it was."""
    seen = Seen(
        name=name,
        url=page.url,
        language=str(page.get_attribute("html", "lang")),
        blocks=tuple(page.evaluate(BLOCKS)),
        weight=page.evaluate(WEIGHT),
        axe=(*violations(page, "light", RULES), *violations(page, "dark", COLOURS)),
        **_room(page),
    )
    keep_pictures(page, f"{name}.{seen.language}")
    return seen


def violations(page: Page, scheme: Any, rules: list[str]) -> list[str]:
    """Return what axe finds by day or by night, a line each."""
    page.emulate_media(color_scheme=scheme)
    page.evaluate(SETTLED)  # a colour on its way is nobody's contrast
    found = Axe().run(page, options={"runOnly": rules, "resultTypes": ["violations"]}).response["violations"]
    page.emulate_media(color_scheme="light")
    return [f"{scheme}: {one['id']}: {node['html'][:120]}" for one in found for node in one["nodes"][:3]]


def keep_pictures(page: Page, name: str) -> None:
    """Save pictures of a page, narrow and wide, in the folder PIJNSTAD_SCREENSHOTS when it is given."""
    if not os.environ.get("PIJNSTAD_SCREENSHOTS"):
        return
    page.mouse.move(0, 0)
    for size in (WIDE, NARROW):
        page.set_viewport_size(size)
        _picture(page, f"{name}.{size['width']}")
    page.emulate_media(color_scheme="dark")
    _picture(page, f"{name}.{NARROW['width']}.dark")
    page.emulate_media(color_scheme="light")


def keep_picture(page: Page, name: str) -> None:
    """Save one picture of what a wide window shows, for the README."""
    if os.environ.get("PIJNSTAD_SCREENSHOTS"):
        page.set_viewport_size(WIDE)
        page.mouse.move(0, 0)
        _picture(page, name, full_page=False)
        page.set_viewport_size(NARROW)


def _picture(page: Page, name: str, *, full_page: bool = True) -> None:
    page.evaluate(SETTLED)
    page.screenshot(path=Path(os.environ["PIJNSTAD_SCREENSHOTS"]) / f"{name}.png", full_page=full_page)


def _room(page: Page) -> dict[str, Any]:
    small, before = page.evaluate(SMALL, FINGER), page.evaluate(TEXT_SIZE)
    page.evaluate(LARGER, "200%")
    sideways, grown = {"390 at 200 %": page.evaluate(SIDEWAYS)}, page.evaluate(TEXT_SIZE) / before
    page.evaluate(LARGER, "")
    page.set_viewport_size({"width": 320, "height": 640})
    sideways["320"] = page.evaluate(SIDEWAYS)
    small += page.evaluate(SMALL, FINGER)
    page.set_viewport_size(NARROW)
    return {"small": tuple(small), "sideways": sideways, "grown": grown}
