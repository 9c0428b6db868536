"""The cheap pass: which sentences may hold a claim, decided without a parser.

Rules
 1. A sentence needs an event word of the pack and something that can be a name or a number.
 2. It also needs armed people, weapons or a known armed organisation in it or within `REACH` sentences of it. A report that
    speaks of none has no sentence worth parsing; one of a few sentences is read as a whole.
 3. Everything is one pass of compiled patterns: time is linear in the length of the text.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tenure.claims.packs import LanguagePack

__all__ = ["REACH", "SHORT", "denying", "relevant", "select"]

REACH = 2
"""Sentences before and after an armed cue that are read too; lower it and gates/claims.py shows the recall that is lost."""
SHORT = 3
"""Reports of so few sentences give no context to judge by: all their sentences are read."""

_NAMED = re.compile(r"[A-ZÀ-Þ\d]")


def relevant(sentence: str, pack: LanguagePack) -> bool:
    """Return whether a sentence holds an event word of the pack and anything that can be a name or a number.

    >>> from tenure.claims.packs import load_pack
    >>> relevant("Rebels captured the town.", load_pack("en")), relevant("Nothing new here.", load_pack("en"))
    (True, False)
    """
    return bool(pack.trigger.search(sentence)) and bool(_NAMED.search(sentence))


def denying(sentence: str, pack: LanguagePack) -> bool:
    """Return whether a sentence holds a word of denial: what it denies may stand in the one before.

    >>> from tenure.claims.packs import load_pack
    >>> denying("Their spokesman denied this.", load_pack("en")), denying("They held it.", load_pack("en"))
    (True, False)
    """
    return _denial(pack).search(sentence) is not None


@lru_cache(maxsize=8)
def _denial(pack: LanguagePack) -> re.Pattern[str]:
    verbs = {form for form, lemma in pack.lemmas.items() if lemma in pack.lexicon["reporting.deny"]}
    words = verbs | pack.lexicon["words.false"] | pack.lexicon["reporting.denials"]
    return re.compile(r"\b(?:" + "|".join(sorted(words, key=lambda w: (-len(w), w))) + r")\b", re.IGNORECASE)


def select(sentences: Sequence[str], pack: LanguagePack, names: re.Pattern[str] | None = None) -> list[int]:
    """Return the numbers of the sentences worth parsing; `names` matches the study's own actors.

    >>> from tenure.claims.packs import load_pack
    >>> select(["The army moved.", "It took Karvat.", "Prices rose 3%."], load_pack("en"))
    [0, 1]
    >>> select(["The shop took in $3."] * 9, load_pack("en"))
    []
    """
    armed = [k for k, s in enumerate(sentences) if pack.armed.search(s) or (names is not None and names.search(s))]
    near = (
        set(range(len(sentences))) if len(sentences) <= SHORT else {k + d for k in armed for d in range(-REACH, REACH + 1)}
    )
    return [k for k, s in enumerate(sentences) if k in near and relevant(s, pack)]
