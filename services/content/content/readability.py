"""How easy a text reads: Flesch-Douma for Dutch, Flesch reading ease for English, long sentences and hard words.

Pure functions on text; `report` is the only one that reads files. What lives elsewhere: the items themselves
(`services/content/library`), the loader, and the command that prints the report.

A formula counts, it does not understand: it finds heavy sentences, it never proves that a text is clear.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

import pyphen

Language = Literal["nl", "en"]
Level = Literal["easy", "plain", "harder", "hard"]

GOAL = 65.0  # what every item of the library reaches, in both languages
LONGEST_SENTENCE = 20  # words
_HARD_FROM_SYLLABLES = {"nl": 5, "en": 4}

LEVEL_WORDS: dict[str, dict[Level, str]] = {
    "nl": {"easy": "makkelijk", "plain": "gewoon", "harder": "wat moeilijker", "hard": "moeilijk"},
    "en": {"easy": "easy", "plain": "plain", "harder": "a little harder", "hard": "hard"},
}

# Words that are short enough to slip past the syllables, and what to write instead.
PLAINER_WORDS: dict[str, dict[str, str]] = {
    "nl": {
        "indien": "als",
        "derhalve": "daarom",
        "teneinde": "om",
        "middels": "met",
        "omtrent": "over",
        "tevens": "ook",
        "aanvangen": "beginnen",
        "interventie": "behandeling",
        "participatie": "meedoen",
        "chroniciteit": "dat pijn blijft",
        "adequaat": "goed",
        "therapietrouw": "je medicijnen nemen zoals afgesproken",
    },
    "en": {
        "utilise": "use",
        "commence": "start",
        "therefore": "so",
        "regarding": "about",
        "prior": "before",
        "adequate": "good enough",
        "intervention": "treatment",
        "adherence": "taking it as agreed",
    },
}

_WORD = re.compile(r"[^\W\d_]+(?:['’\-][^\W\d_]+)*")
_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"'”’)]*\s+(?=[\"'“‘(]?[A-Z0-9À-Þ'‘’])")
_ABBREVIATION = re.compile(
    r"\b(bijv|bv|dr|drs|nr|ca|enz|o\.a|m\.a\.w|d\.w\.z|e\.g|i\.e|mr|mrs|vs)\.(?=\s)", re.IGNORECASE
)
_VOWELS = {"nl": re.compile(r"[aeiouyáàâäéèêëíìîïóòôöúùûü]+"), "en": re.compile(r"[aeiouy]+")}
_DUTCH_BREAK = re.compile(r"(?<=[aeiouáéíóú])[äëïöü]|(?<=[ao]{2}i)e|(?<=oei)e")
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_BLOCK_MARK = re.compile(r"^\s*(?:[-*+]|\d+[.)]|>)\s+")
_FRONT_MATTER = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Readability:
    """Say how a text reads. `score` runs from about 0 (very hard) to 100 (very easy)."""

    language: Language
    score: float
    level: Level
    sentences: int
    words: int
    syllables: int
    longest: int
    long_sentences: tuple[str, ...]
    hard_words: tuple[str, ...]

    @property
    def good(self) -> bool:
        """Say whether the text reaches the library's goal: the score, and no long sentence."""
        return self.score >= GOAL and not self.long_sentences


def measure(text: str, language: Language) -> Readability:
    """Measure a text (Markdown or plain). Headings are left out, a list item counts as a sentence."""
    sentences = split_sentences(text)
    per_sentence = [_WORD.findall(sentence) for sentence in sentences]
    words = [word for found in per_sentence for word in found]
    syllables = sum(count_syllables(word, language) for word in words)
    score = _score(len(sentences), len(words), syllables, language)
    return Readability(
        language=language,
        score=score,
        level=level_of(score),
        sentences=len(sentences),
        words=len(words),
        syllables=syllables,
        longest=max((len(found) for found in per_sentence), default=0),
        long_sentences=tuple(
            sentence for sentence, found in zip(sentences, per_sentence, strict=True) if len(found) > LONGEST_SENTENCE
        ),
        hard_words=_hard_words(words, language),
    )


def level_of(score: float) -> Level:
    """Name the band a score falls in. From 65 up a text is fit for the library."""
    if score >= 80:
        return "easy"
    if score >= GOAL:
        return "plain"
    return "harder" if score >= 50 else "hard"


def split_sentences(text: str) -> list[str]:
    """Split Markdown or plain text into sentences that hold at least one word, without headings and marks."""
    found: list[str] = []
    for block in _blocks(text):
        whole = _ABBREVIATION.sub(lambda match: match.group(1).replace(".", ""), block)
        found.extend(part.strip() for part in _SENTENCE_END.split(whole) if _WORD.search(part))
    return found


def count_syllables(word: str, language: Language) -> int:
    """Count a word's syllables: the hyphenator or the vowel groups, whichever finds more, so no text is flattered."""
    return sum(_part_syllables(part.lower(), language) for part in re.split(r"[-'’]", word) if part)


def report(path: Path | str) -> str:
    """Read one Markdown file or a whole folder of items and say per text how it reads, and why when it is hard.

    The language is the file's name (`nl.md`, `en.md`). Errors: ValueError when no such file is found.
    """
    files = _texts_under(Path(path))
    if not files:
        raise ValueError(f"no nl.md or en.md found in {path}")
    return "\n".join(_report_one(file) for file in files)


def without_front_matter(markdown: str) -> str:
    """Return the body of an item, without the YAML block at its top."""
    return _FRONT_MATTER.sub("", markdown, count=1)


def _score(sentences: int, words: int, syllables: int, language: Language) -> float:
    if not sentences or not words:
        return 0.0
    length, weight = words / sentences, syllables / words
    if language == "nl":  # W.H. Douma, De leesbaarheid van landbouwbladen, 1960
        return round(206.835 - 0.93 * length - 77.0 * weight, 1)
    return round(206.835 - 1.015 * length - 84.6 * weight, 1)  # R. Flesch, 1948


def _blocks(text: str) -> Iterable[str]:
    """Yield paragraphs and list items as single lines."""
    lines: list[str] = []
    for raw in [*text.splitlines(), ""]:
        starts_new = not raw.strip() or raw.lstrip().startswith("#") or bool(_BLOCK_MARK.match(raw))
        if starts_new and lines:
            yield " ".join(lines)
            lines = []
        if raw.strip() and not raw.lstrip().startswith("#"):
            lines.append(_plain(raw))


def _plain(line: str) -> str:
    return _LINK.sub(r"\1", _BLOCK_MARK.sub("", line)).replace("*", "").replace("_", " ").replace("`", "").strip()


def _part_syllables(part: str, language: Language) -> int:
    groups = len(_VOWELS[language].findall(part))
    groups += len(_DUTCH_BREAK.findall(part)) if language == "nl" else -_silent(part)
    return max(1, groups, len(_hyphenator(language).positions(part)) + 1)


def _silent(word: str) -> int:
    """Count English vowel groups that nobody says: the e of `make`, `makes` and `asked`."""
    if re.search(r"[^aeiouy]le$", word):
        return 0
    if re.search(r"(?:[^aeiouytd]ed|[^aeiouyscxzgh]es|[^aeiouy]e)$", word):
        return 1
    return 0


@lru_cache(maxsize=2)
def _hyphenator(language: Language) -> pyphen.Pyphen:
    # Dutch also counts a syllable of one letter (e-ven); the English patterns invent some there.
    edge = 1 if language == "nl" else 2
    return pyphen.Pyphen(lang={"nl": "nl_NL", "en": "en_US"}[language], left=edge, right=edge)


def _hard_words(words: Iterable[str], language: Language) -> tuple[str, ...]:
    limit, plainer = _HARD_FROM_SYLLABLES[language], PLAINER_WORDS[language]
    unique = {word.lower() for word in words}
    return tuple(sorted(w for w in unique if w in plainer or count_syllables(w, language) >= limit))


def _texts_under(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    return sorted(file for name in ("nl.md", "en.md") for file in path.rglob(name))


def _report_one(file: Path) -> str:
    language: Language = "en" if file.stem == "en" else "nl"
    found = measure(without_front_matter(file.read_text(encoding="utf-8")), language)
    mark = "ok " if found.good else "LOOK"
    lines = [
        f"{mark:4} {file.parent.name}/{file.name}: {found.score:.1f} ({found.level}), {found.words} words, "
        f"{found.sentences} sentences, longest {found.longest}"
    ]
    lines += [f"       long sentence: {sentence}" for sentence in found.long_sentences]
    if found.hard_words:
        plainer = PLAINER_WORDS[language]
        words = (f"{word} (say: {plainer[word]})" if word in plainer else word for word in found.hard_words)
        lines.append("       hard words: " + ", ".join(words))
    return "\n".join(lines)
