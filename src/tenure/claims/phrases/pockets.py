"""Pockets named by whose they are or by all of them: ground of its own beside the area that it lies in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tenure.claims.phrases.actors import first_modifier
from tenure.claims.phrases.discourse import PlaceRef

if TYPE_CHECKING:
    from tenure.claims.phrases.reader import Reader
    from tenure.claims.syntax.parse import Word

__all__ = ["pocket_of"]


def pocket_of(reader: Reader, word: Word, role: str) -> list[PlaceRef]:
    """Read "the X pocket", "the pocket of X", "the entire pocket": ground of its own beside the area that it lies in."""
    lexicon = reader.pack.lexicon
    if word.lower not in lexicon["place.pockets"] or role not in {"at", "in_area"}:
        return []
    first = first_modifier(reader, word)
    while first is not word and first.lower in lexicon["words.evaluative"]:
        first = reader.tree.words[first.i + 1]
    of = [w for c in word.children if c.lower == "of" for w in c.children if w.i > word.i]
    held = [w for w in (*reader.tree.words[first.i : word.i], *of) if _holds(reader, w)]
    whole = [c for c in word.children if c.i < word.i and c.lower in lexicon["extent.whole"]]
    if not any(c.dep == "det" and c.lower == "the" for c in word.children) or not (held or whole):
        return []
    first = first if held else whole[0]  # its holder's name is its name; words for all of it are its extent
    text, start, end = reader.slice(first, max((word, *held), key=lambda w: w.i))
    return [PlaceRef(text, "at", start, end, word.lower)]


def _holds(reader: Reader, word: Word) -> bool:
    """Whether a word beside a pocket says whose it is."""
    named = word.name is not None and word.name.kind in {"actor", "held"}
    return named or word.lower in reader.pack.lexicon["actor.holders"]
