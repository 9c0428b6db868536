"""The cheap pass: which sentences may hold a claim, decided without a parser."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tenure.claims.packs import LanguagePack

__all__ = ["relevant"]

_NAMED = re.compile(r"[A-ZÀ-Þ\d]")


def relevant(sentence: str, pack: LanguagePack) -> bool:
    """Return whether a sentence holds an event word of the pack and anything that can be a name or a number.

    >>> from tenure.claims.packs import load_pack
    >>> relevant("Rebels captured the town.", load_pack("en")), relevant("Nothing new here.", load_pack("en"))
    (True, False)
    """
    return bool(pack.trigger.search(sentence)) and bool(_NAMED.search(sentence))
