"""Attributes of places that name who holds them: "X-held", "X-backed", and "the X held towns of A" without a hyphen.

An attribute says who held a place, in passing: it is no claim, and its actor does not act in the clause.
"""

# ruff: noqa: RUF001 - the patterns mean typographic quotes

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tenure.claims.packs import LanguagePack

__all__ = ["Attributes"]

_HYPHENATED = re.compile(
    r"(?<![\w-])(?:mainly-|predominantly-)?[\w.'’]+(?:-[\w.'’]+)*-(?:led|backed|held|controlled|allied|aligned|occupied|besieged|affiliated|dominated|supported|run|linked|ruled|trained|aligned|loyal|based|inspired|populated|majority)\b",
    re.IGNORECASE,
)
_HELD = "(?:held|controlled|occupied|besieged|ruled|dominated)"
_HELD_WORD = re.compile(rf" {_HELD} ")
_LED = re.compile(
    r"\b(?:in|into|inside|of|on|at|from|near|around|to|towards?|outside|between|against|over|across|through|within|by|part)"
    r" (?:(?:the|a|an|several|some|other|northern|southern|eastern|western|last|formerly|nearby|[\w-]+ and) )*$",
    re.IGNORECASE,
)
_FINITE = re.compile(r"[^,;:.]*\b(?:was|were|is|are|has|have|had|came|remain|remains)\b")


class Attributes:
    """Finds attributes with the pack's and the study's actors."""

    def __init__(self, pack: LanguagePack, actors: Sequence[str]) -> None:
        """Compile the names of actors that may stand before "held"."""
        owners = sorted({*actors, *pack.lexicon["actor.holders"]}, key=lambda n: (-len(n), n))
        kinds = sorted(pack.lexicon["place.nouns"], key=lambda n: (-len(n), n))
        self._pack = pack
        self._plain = re.compile(
            rf"(?<![\w-])(?:{'|'.join(map(re.escape, owners))}) {_HELD}(?= (?:[\w’'-]+ ){{0,2}}?(?:{'|'.join(kinds)})\b)"
        )

    def find(self, text: str) -> list[tuple[int, int]]:
        """Return the characters [start, end) of the attributes of a sentence."""
        out = [m.span() for m in _HYPHENATED.finditer(text)]
        if _HELD_WORD.search(text) is not None:
            out += [m.span() for m in self._plain.finditer(text) if self._inside(text, m)]
        return out

    def _inside(self, text: str, mark: re.Match[str]) -> bool:
        """Whether "X held towns" stands inside a clause: after a preposition or a verb, or before a verb of its own."""
        before = text[: mark.start()]
        word = re.search(r"([\w'’-]+) (?:the |several |a )?$", before)
        acted_upon = word is not None and word[1].lower() in self._pack.verbs
        return acted_upon or _LED.search(before) is not None or _FINITE.match(text, mark.end()) is not None
