"""One safety rule set for every district: it shows help. It never diagnoses, never blocks and never tells anyone.

`screen` reads a text and says whether a card belongs beside the answer; `crisis_card` gives that card in the reader's
language. Pure: no network, no clock, no log; the only thing read is the package's own data, once, at import. What a
district does with the level (no suggestion, a held post) is the district's business and lives there.
"""

from pijnstad_safety.cards import Card, Way, crisis_card
from pijnstad_safety.screening import LEXICON_VERSION, Level, Screening, screen

__all__ = ["LEXICON_VERSION", "Card", "Level", "Screening", "Way", "crisis_card", "screen"]
