"""Names that only say where something else lies: "three villages east of X", "5 km from X" tell of ground near X."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tenure.claims.packs import LanguagePack

__all__ = ["stands_beside"]

_LOOK_BACK = 80
"""Characters before a name in which the words that place something beside it stand."""


@lru_cache(maxsize=8)
def _beside(pack: LanguagePack) -> re.Pattern[str]:
    """Return a pattern for the text before a name: a direction or distance, "of", and at most a few plain nouns."""
    way = "|".join(sorted(pack.lexicon["place.directions"], key=lambda word: (-len(word), word)))
    unit = "|".join(sorted({*pack.lexicon["place.distances"]}, key=lambda word: (-len(word), word)))
    between = r"(?:the\s+)?(?:[a-z][a-z-]*\s+(?:of\s+)?){0,3}"
    toward = rf"(?:\bto\s+the\s|(?<!\bthe\s))\b(?:{way})(?:\s+and\s+(?:{way}))?\s+(?:of|from)"
    away = rf"\b\d[\d.,]*\s?-?(?:{unit})s?\s+(?:away\s+)?(?:from|of|outside)"
    on_way = "|".join(re.escape(words).replace(r"\ ", r"\s+") for words in sorted(pack.lexicon["place.on_way"]))
    return re.compile(rf"(?:{toward}|{away}|\b(?:{on_way}))\s+{between}$", re.IGNORECASE)


def stands_beside(text: str, start: int, pack: LanguagePack) -> bool:
    """Return whether the name that starts at a character of the text only says where something else lies.

    "the east of X" is a part of X and no such phrase; "east of X" and "to the east of X" are. A name without a place in the
    text (start below 0) never is.

    >>> from tenure.claims import load_pack
    >>> text = "They hold three hills 5 km north of the town of Sirin and the east of Jalta."
    >>> [stands_beside(text, text.index(name), load_pack("en")) for name in ("Sirin", "Jalta")]
    [True, False]
    """
    return start > 0 and _beside(pack).search(text[max(start - _LOOK_BACK, 0) : start]) is not None
