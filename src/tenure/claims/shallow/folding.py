"""A text with its letters folded, each character still knowing where it stood in the report."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

__all__ = ["Folded", "fold", "fold_words"]

_ARABIC = str.maketrans(
    {"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ة": "ه", "ؤ": "و", "ئ": "ي", "ک": "ك", "ی": "ي", "ـ": None}
)
_PLAIN = str.maketrans({"’": "'", "ʼ": "'", "‘": "'", "`": "'", "ё": "е", "Ё": "Е", "\u00a0": " ", "\t": " ", "\r": " "})
_FORMS = ("\ufb50", "\ufeff")


@dataclass(frozen=True, slots=True)
class Folded:
    """`low` is folded and in lower case, `cased` the same with its capitals, `at` each character's place in `original`."""

    low: str
    cased: str
    at: tuple[int, ...]
    original: str

    def verbatim(self, start: int, end: int) -> tuple[str, int, int]:
        """Return the report's own characters of a stretch, with where they begin and end."""
        first, last = self.at[start], self.at[end - 1] + 1
        return self.original[first:last], first, last


def fold(text: str, *, turkic: bool = False) -> Folded:
    """Return a text without marks, tatweel and invisible characters; digits of all scripts are ASCII.

    >>> fold("\u200fإدْلِب").low
    'ادلب'
    """
    cased, at = [], []
    for position, character in enumerate(text):
        for one in _letters(character):
            cased.append(one)
            at.append(position)
    whole = "".join(cased)
    return Folded("".join(_lower(c, turkic=turkic) for c in whole), whole, tuple(at), text)


def fold_words(text: str, *, turkic: bool = False) -> str:
    """Return a word list's entry as `fold` leaves the text that it is looked for in."""
    return fold(text, turkic=turkic).low


def _letters(character: str) -> str:
    if character < "\x80":
        return " " if character in "\t\r" else character
    if unicodedata.category(character) in {"Mn", "Cf"}:
        return ""
    if _FORMS[0] <= character < _FORMS[1]:
        character = unicodedata.normalize("NFKC", character)
    if character.isdecimal():
        return str(unicodedata.decimal(character))
    return character.translate(_PLAIN).translate(_ARABIC)


def _lower(character: str, *, turkic: bool) -> str:
    if turkic and character == "I":
        return "ı"
    if character == "İ":
        return "i"
    low = character.lower()
    return low if len(low) == 1 else character
