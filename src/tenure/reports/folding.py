"""Text without case, accents and vowel marks, so that one spelling in the data matches all; and the package's word lists."""

from __future__ import annotations

import tomllib
import unicodedata
from functools import cache
from importlib.resources import files
from typing import Any

__all__ = ["data", "fold", "fold_mapped"]

_DOTLESS = {"\u0131": "i", "\u2019": "'", "\u02bc": "'", "\u0640": "", "\xa0": " ", "\u202f": " ", "\u060c": ","}


@cache
def _fold_char(char: str) -> str:
    out = "".join(c for c in unicodedata.normalize("NFKD", char.casefold()) if not unicodedata.combining(c))
    return "".join(_DOTLESS.get(c, c) for c in out if unicodedata.category(c) != "Cf")


def fold(text: str) -> str:
    """Return the text in one case, without accents, Arabic vowel marks and the Turkish dotless i.

    >>> fold("Şubat KASIM ÉTÉ")
    'subat kasim ete'
    """
    return "".join(map(_fold_char, text))


def fold_mapped(text: str) -> tuple[str, list[int]]:
    """Return the folded text and, for each of its characters, the index of the character in `text` that it comes from.

    >>> fold_mapped("ßa")
    ('ssa', [0, 0, 1])
    """
    parts = [_fold_char(c) for c in text]
    return "".join(parts), [i for i, part in enumerate(parts) for _ in part]


@cache
def data(name: str) -> dict[str, Any]:
    """Return a word list of this stage, such as ``calendar`` or ``page``, as parsed TOML; nobody changes it."""
    return tomllib.loads(files("tenure.reports").joinpath(f"data/{name}.toml").read_text(encoding="utf-8"))
