"""What stands between the members of a list of places: compiled patterns over the words of a pack."""

# ruff: noqa: E501, RUF001 - one pattern, one line; they mean typographic quotes and dashes

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tenure.claims.packs import LanguagePack

__all__ = ["Joints", "joints_of"]


@dataclass(frozen=True, slots=True)
class Joints:
    """Patterns that are matched against the text between two names, before the first or behind the last."""

    join: re.Pattern[str]
    area: re.Pattern[str]
    ahead: re.Pattern[str]
    beside: re.Pattern[str]
    vague: re.Pattern[str]
    plural: re.Pattern[str]
    kind: re.Pattern[str]
    gloss: re.Pattern[str]
    fronted: re.Pattern[str]
    opens: re.Pattern[str]
    lies: re.Pattern[str]


def _any(words: Iterable[str]) -> str:
    return "(?:" + "|".join(re.escape(w) for w in sorted(words, key=lambda w: (-len(w), w))) + ")"


@lru_cache(maxsize=8)
def joints_of(pack: LanguagePack) -> Joints:
    """Return the compiled patterns of a pack."""
    lexicon = pack.lexicon
    kinds = lexicon["place.nouns"] - lexicon["series.seats"] - lexicon["words.partitive"] - lexicon["series.loose"]
    compass = _any(lexicon["place.compass"])
    part = rf"(?P<part>(?:{compass}\s+)?)"
    says = rf"(?:(?:the|{_any(lexicon['series.adjectives'])})\s+)*(?:{_any(kinds)}(?:\s+and\s+{_any(kinds)})?(?:\s+of)?\s+)?"
    also = _any(lexicon["series.joins"])
    mark = r"(?:[-*•–—]|\(?\d{1,3}[.)])"
    join = rf"(?:\s*[,;]\s*(?:{also}\s+)?(?:{mark}\s*)?|\s+{also}\s+|\s*\n\s*{mark}?\s*|\s+\(?\d{{1,3}}[.)]\s+|\s*/\s*){says}{part}"
    seat = rf"(?:{_any(kinds | lexicon['series.seats'])})"
    inside = r"\s*,?\s+(?:in|inside|within)\s+"
    return Joints(
        join=re.compile(join, re.IGNORECASE),
        area=re.compile(rf"{inside}(?:the\s+)?(?:{compass}\s+(?:part\s+)?of\s+(?:the\s+)?)?(?:{seat}\s+of\s+)?{part}", re.IGNORECASE),
        ahead=re.compile(rf"\s*;\s*(?:and\s+)?in\s+(?:the\s+)?(?:{seat}\s+of\s+)?", re.IGNORECASE),
        beside=re.compile(rf"\s*,?\s+(?:near|outside|(?:to\s+the\s+|just\s+)?{compass}\s+(?:of|from))\s+(?:the\s+)?(?:{seat}\s+of\s+)?", re.IGNORECASE),
        vague=re.compile(rf"\s+(?:in|to)\s+(?:the\s+)?{compass}(?=\s*[,;.)]|\s+and\b|\s*$)", re.IGNORECASE),
        plural=re.compile(rf"\s+{_any(lexicon['series.areas'] | lexicon['place.plurals'])}\b", re.IGNORECASE),
        kind=re.compile(rf"\s{_any(lexicon['words.area'])}\b"),
        gloss=re.compile(rf"\s*,\s+(?:(?:formerly|now|once|previously)\s+)?(?:the|an?|its|their|once|[A-Z][\w’'-]+['’]s)\s+(?:[\w’'-]+\s+){{0,5}}?{seat}\b[^,;:()\n]{{0,60}}?(?=\s*[,;.)]|\s*$)"),
        fronted=re.compile(rf"(?:^|[.;:,–—]\s+|\band\s+)(?:{_any(lexicon['series.fronting'])})\s+(?:the\s+)?(?:{seat}\s+of\s+)?$"),
        lies=re.compile(rf"\b(?:(?P<inside>in|inside|within)|near|outside|bordering|overlooking|{compass}\s+(?:of|from))\s+(?:the\s+)?(?:{seat}\s+of\s+|[a-z]+\s+{seat}\s+of\s+)?$", re.IGNORECASE),
        opens=re.compile(rf"(?:\s*[:–—]|\s+-|,?\s+{_any(lexicon['series.openers'])}\b)\s*(?:{mark}\s*)?{says}$", re.IGNORECASE),
    )  # fmt: skip
