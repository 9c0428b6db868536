"""Number expressions with qualifier and range, and what they count."""

# ruff: noqa: RUF001 - the patterns and tests mean typographic quotes and dashes

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from tenure.model import Qualifier

if TYPE_CHECKING:
    from tenure.claims.packs import LanguagePack

__all__ = ["KM2_PER_SQUARE_MILE", "KM_PER_MILE", "NumberSpan", "find_numbers"]

KM_PER_MILE = 1.609344
KM2_PER_SQUARE_MILE = 2.58998811

_QUALIFIERS = {
    Qualifier.OVER: r"at least|more than|over|no (?:fewer|less) than|just over|well over|in excess of|upwards of",
    Qualifier.UNDER: r"up to|as many as|fewer than|less than|under|within|at most|no more than|nearly|almost",
    Qualifier.ABOUT: r"about|around|some|approximately|roughly|an estimated|estimated|close to|just|only|a total of|nearly|almost|another|other",  # noqa: E501 - one rule, one line
}
_ABOUT = {"about", "around", "some", "approximately", "roughly", "an estimated", "estimated", "close to", "nearly", "almost"}
_EXACT = {"just", "only", "a total of", "another", "other"}


@dataclass(frozen=True, slots=True)
class NumberSpan:
    """A number at [start, end) of a string; `high` only for a range."""

    start: int
    end: int
    value: float
    qualifier: Qualifier
    high: float | None = None


@cache
def _pattern(pack: LanguagePack) -> tuple[re.Pattern[str], dict[str, int]]:
    words: dict[str, int] = {k: v for k, v in pack.dates["numbers"].items() if k not in {"a", "an"}}
    small = "|".join(sorted((w for w, v in words.items() if v < 100), key=len, reverse=True))  # noqa: PLR2004 - words below a hundred join with a hyphen
    big = r"(?: (?:hundred|thousand|million|dozen)\b)"
    one = rf"(?:\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?|half a dozen|a (?:dozen|hundred|thousand)|(?:{small})(?:-(?:{small}))?\b){big}*"  # noqa: E501 - one rule, one line
    qualifier = "|".join(sorted((alt for p in _QUALIFIERS.values() for alt in p.split("|")), key=len, reverse=True))
    whole = (
        rf"(?<![\w.,-])(?:(?P<q>{qualifier}) )?(?P<q2>(?:some|about|around|another|at least) )?"
        rf"(?:between (?P<ra>{one}) and (?P<rb>{one})|(?P<a>{one})(?:(?: to | or | ?[–-] ?)(?P<b>{one}))?)(?![\w]|[.,]\d|st\b|nd\b|rd\b|th\b|(?:–|-)(?-i:[A-Z]))"  # noqa: E501 - one rule, one line
    )
    return re.compile(whole, re.IGNORECASE), words


def _value(text: str, words: dict[str, int]) -> float:
    """Return the value of a number in numerals and words.

    >>> _value("half a dozen", {"dozen": 12})
    6.0
    """
    text = text.lower()
    if text == "half a dozen":
        return 6.0
    total, current = 0.0, 0.0
    for part in re.split(r"[ -]", text):
        if part in {"a", "an", ""}:
            current = current or 1
        elif part[0].isdigit():
            current = float(part.replace(",", ""))
        elif words[part] >= 1000:  # noqa: PLR2004 - thousand and million close a group
            total, current = total + (current or 1) * words[part], 0.0
        elif part in {"hundred", "dozen"}:
            current = (current or 1) * words[part]
        else:
            current += words[part]
    return total + current


def _qualifier(*said: str | None) -> Qualifier:
    for text in said:
        word = (text or "").strip().lower()
        if word in _ABOUT:
            return Qualifier.ABOUT
        for qualifier in (Qualifier.OVER, Qualifier.UNDER):
            if word and re.fullmatch(_QUALIFIERS[qualifier], word):
                return qualifier
    return Qualifier.EXACT


def find_numbers(text: str, pack: LanguagePack) -> list[NumberSpan]:
    """Return the numbers of a sentence in order; a bare "dozens" or "hundreds" is none.

    >>> from tenure.claims.packs import load_pack
    >>> [(n.value, n.qualifier.value) for n in find_numbers("more than a dozen villages and 3,035 km2", load_pack("en"))]
    [(12.0, 'over'), (3035.0, 'exact')]
    """
    pattern, words = _pattern(pack)
    out = []
    for mark in pattern.finditer(text):
        if text[: mark.start()].lower().endswith(("few ", "several ", "some few ")):
            continue  # "a few dozen" is no number
        low = _value(mark["ra"] or mark["a"], words)
        high = mark["rb"] or mark["b"]
        top = _value(high, words) if high else None
        qualifier = Qualifier.RANGE if top is not None and top > low else _qualifier(mark["q"], mark["q2"])
        # "within" stays a word of its own: it says where as well as how much
        start = mark.start("ra" if mark["ra"] else "a") if (mark["q"] or "").lower() == "within" else mark.start()
        out.append(NumberSpan(start, mark.end(), low, qualifier, top if qualifier is Qualifier.RANGE else None))
    return out
