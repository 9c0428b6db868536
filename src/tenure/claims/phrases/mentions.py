"""Places by their names: the name itself, names that go on a list, and those a sentence has named before a word."""

# ruff: noqa: RUF001 - the patterns and tests mean typographic quotes and dashes

from __future__ import annotations

from typing import TYPE_CHECKING

from tenure.claims.phrases.discourse import PlaceRef
from tenure.claims.phrases.reader import LOCATIVE, is_place_noun

if TYPE_CHECKING:
    from tenure.claims.phrases.reader import Reader
    from tenure.claims.syntax.parse import Word

__all__ = ["bare_start", "count_of", "listed", "mentioned", "named_place"]


def named_place(reader: Reader, word: Word, role: str) -> PlaceRef:
    """Return the place that a name is, with the compass words before it; an area by its last word is `in_area`."""
    first = word
    for other in reversed(reader.tree.words[: word.i]):
        if (
            other.head is word
            and other.dep in {"amod", "compound", "nmod"}
            and other.lower in reader.pack.lexicon["place.compass"]
        ):
            first = other
        else:
            break
    text, start, end = reader.slice(first, word)
    last = text.split()[-1].lower()
    noun = last if last in reader.pack.lexicon["place.nouns"] else ""
    area = last in reader.pack.lexicon["words.area"] or (word.name is not None and word.name.area)
    return PlaceRef(text, "in_area" if area and role == "at" else role, start, end, noun)


def listed(reader: Reader, heads: list[Word]) -> list[Word]:
    """Names that go on a list which the parser broke off: after a colon or bracket, or after a comma, "and" and a date."""
    last = heads[-1]
    words = reader.tree.words
    i = last.i + 1
    out: list[Word] = []
    opened = last.name is None and i < len(words) and words[i].lower in {":", "–", "—", "(", "-"}
    if last.name is None and not opened:
        return []
    i += opened
    while i < len(words):
        word = words[i]
        if (
            word.name is not None
            and word.name.kind in {"place", "unknown"}
            and word.dep not in {"nsubj", "nsubjpass", "compound", "poss"}
        ):
            if (
                (out or opened or words[i - 1].lower in {"and", ",", "then", "of"})
                and word not in heads
                and not _hangs(word, heads)
            ):
                out.append(word)
        elif not (
            word.date is not None
            or word.lower in {",", "and", "then", "as", "well", "the", "also", "village", "villages", "town", "towns", "of"}
        ):
            break
        i += 1
    return out


def _hangs(word: Word, heads: list[Word]) -> bool:
    other = word.head
    while other is not None:
        if other in heads:
            return True
        other = other.head
    return False


def bare_start(reader: Reader, word: Word) -> bool:
    """Return a capitalised singular noun without article that begins the sentence and is no word of the pack.

    A name the tagger missed.
    """
    if word.i > 1 or word.tag != "NN" or not word.text[:1].isupper() or any(c.dep == "det" for c in word.children):
        return False
    low, pack = word.lower, reader.pack
    return (
        low not in pack.nouns
        and low not in pack.verbs
        and low not in pack.lexicon["stop.words"]
        and low not in pack.lexicon["actor.weak"]
    )


def mentioned(reader: Reader, before: Word) -> list[PlaceRef]:
    """Return the named places of this sentence before a word, in order: names where places stand, not where actors do."""
    out: list[PlaceRef] = []
    for word in reader.tree.words[: before.i]:
        if word.name is None and word.tag == "NNP" and word.i <= 1 and word.dep == "nsubjpass" and word.text[:1].isupper():
            start = reader.offset + word.start
            out.append(PlaceRef(word.text, "at", start, reader.offset + word.end))
            continue
        if word.i == 0 and len(reader.tree.words) > 1 and reader.tree.words[1].lower == ":" and word.text[:1].isupper():
            out.append(
                PlaceRef(word.text, "at", reader.offset + word.start, reader.offset + word.end)
            )  # "Karvat: the army says"
            continue
        if word.name is None or word.name.kind not in {"place", "unknown"}:
            continue
        top = word
        while top.dep in {"conj", "appos"} and top.head is not None:
            top = top.head
        prep = top.head.lower if top.dep == "pobj" and top.head is not None else ""
        if (
            word.name.kind == "place"
            or top.dep in {"dobj", "nsubjpass"}
            or (prep in LOCATIVE and prep not in {"for", "by", "against"})
        ):
            nested = prep in {"in", "of"} and top.head is not None and _under_place(top.head, reader)
            kind = (
                top.head.head.lower
                if prep == "of"
                and top.head is not None
                and top.head.head is not None
                and is_place_noun(reader, top.head.head)
                else ""
            )
            found = [named_place(reader, word, "in_area" if nested or prep == "in" else "at")]
            out.extend(PlaceRef(p.text, p.role, p.start, p.end, p.noun or kind) for p in found)
    return out


def _under_place(prep: Word, reader: Reader) -> bool:
    """Whether a preposition hangs on something that is a place by its own name."""
    above = prep.head
    while above is not None and not above.tag.startswith("VB"):
        if above.name is not None and above.name.kind in {"place", "unknown"}:
            return True
        if (
            prep.lower == "in"
            and is_place_noun(reader, above)
            and any(c.dep == "prep" and c.lower == "of" for c in above.children)
        ):
            return True
        above = above.head
    return False


def count_of(word: Word) -> Word | None:
    """Return the number word that counts a noun, None when it is not counted."""
    return next(
        (c for c in word.children if c.number is not None and c.dep in {"nummod", "amod", "compound", "quantmod"}), None
    )
