"""Contacts in a text: telephones, mail, handles, profiles and accounts, by the patterns of ``data/contacts.toml``."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["is_profile", "replace_contacts"]

_PIECE = re.compile(r"%(\w+)%")


@cache
def _pattern(*lists: str) -> re.Pattern[str]:
    rules = tomllib.loads(files("tenure.publish").joinpath("data/contacts.toml").read_text(encoding="utf-8"))

    def filled(pattern: str) -> str:
        def piece(found: re.Match[str]) -> str:
            value = rules[found[1]]
            return "|".join(sorted(value, key=len, reverse=True)) if isinstance(value, list) else str(value)

        return _PIECE.sub(piece, pattern)

    return re.compile("|".join(f"(?:{filled(p)})" for name in lists for p in rules[name]))


def is_profile(address: str) -> bool:
    """Return whether an address is a page of a person or a group on a network of persons, or calls one.

    >>> is_profile("https://t.me/somebody/17"), is_profile("https://news.example/story?id=1234567890&utm_source=x")
    (True, False)
    """
    return _pattern("profiles").search(address) is not None


def replace_contacts(text: str, placeholder: str, *, is_known: Callable[[str], bool] = lambda _: False) -> str:
    """Return the text with each contact replaced; one that `is_known` says is something else stays.

    >>> replace_contacts("Tel. 0944 123 456, or nadia [at] valley [dot] example", "...")
    'Tel. ..., or ...'
    """

    def replaced(found: re.Match[str]) -> str:
        kept = "".join(v for k, v in found.groupdict().items() if v and k.startswith("keep"))
        return found[0] if is_known(found[0]) else kept + placeholder

    return _pattern("profiles", "patterns").sub(replaced, text)
