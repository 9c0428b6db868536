"""Numbers of a sentence as quantities of the claims that they count."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tenure.claims.phrases.actors import is_actor_noun
from tenure.claims.text.quantities import KM2_PER_SQUARE_MILE, KM_PER_MILE
from tenure.model import Qualifier, Quantity, QuantityKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tenure.claims.frames.draft import Draft
    from tenure.claims.phrases.reader import Reader
    from tenure.claims.syntax.parse import Word

__all__ = ["quantities_of"]

_MOVERS = {"gain", "loss", "hold"}


def counted_noun(number: Word, reader: Reader) -> Word | None:
    """Return the noun that a number counts: its head, else the next noun."""
    head = number.head
    if (
        head is not None
        and number.dep in {"nummod", "compound", "amod", "quantmod"}
        and head.tag.startswith(("NN", "CD"))
        and head.number is None
    ):
        return head
    for word in reader.tree.words[number.i + 1 : number.i + 5]:
        if word.tag.startswith("NN") and word.name is None and word.date is None:
            return word
        if word.tag in {",", ".", ":"}:
            break
    return head if head is not None and head.tag.startswith("NN") else None


def kind_of(noun: Word, reader: Reader) -> tuple[QuantityKind, float] | None:  # noqa: C901, PLR0911 - a table of cases reads best in one piece
    """Return the kind of what a noun counts and the factor into its unit, None when it counts nothing of ours."""
    lexicon = reader.pack.lexicon
    low = noun.lower
    before = {w.lower for w in reader.tree.words[max(noun.i - 2, 0) : noun.i]}
    after = {w.lower for w in reader.tree.words[noun.i + 1 : noun.i + 2]}
    for unit, area, length, factor_area, factor in (
        ("count.km", QuantityKind.KM2, QuantityKind.KM, 1.0, 1.0),
        ("count.miles", QuantityKind.KM2, QuantityKind.KM, KM2_PER_SQUARE_MILE, KM_PER_MILE),
    ):
        if low in lexicon[unit]:
            square = "square" in before or "sq" in before or "squared" in after
            return (area, factor_area) if square else (length, factor)
    if low in {"km2", "km²", "sqkm"}:
        return QuantityKind.KM2, 1.0
    if low in lexicon["count.metres"]:
        return QuantityKind.KM, 0.001
    if low in lexicon["count.villages"]:
        return QuantityKind.VILLAGES, 1.0
    if low in lexicon["count.vehicles"]:
        return QuantityKind.VEHICLES, 1.0
    if low in lexicon["count.strikes"]:
        return QuantityKind.STRIKES, 1.0
    verbs = _verbs_above(noun)
    if (
        low in lexicon["count.people"]
        or low in lexicon["count.fighters"]
        or is_actor_noun(reader, noun)
        or noun.name is not None
    ):
        if verbs & lexicon["count.wounded_verbs"] and not verbs & lexicon["count.killed_verbs"]:
            return QuantityKind.WOUNDED, 1.0
        if verbs & lexicon["count.killed_verbs"]:
            return QuantityKind.KILLED, 1.0
        if verbs & lexicon["count.displaced_verbs"]:
            return QuantityKind.DISPLACED, 1.0
        return (QuantityKind.FIGHTERS, 1.0) if low in lexicon["count.fighters"] else None
    if low in lexicon["count.other"]:
        return QuantityKind.OTHER, 1.0
    return None


def _verbs_above(noun: Word) -> frozenset[str]:
    """Words of killing or flight near a noun: its verb, or an object like "dead"."""
    out = set()
    other: Word | None = noun
    for _ in range(3):
        if other is None:
            break
        out.add(other.lower)
        out.update(c.lower for c in other.children if c.dep in {"acl", "amod", "oprd", "relcl", "acomp", "xcomp", "ccomp"})
        other = other.head
    return frozenset(out)


def quantities_of(draft: Draft, drafts: Sequence[Draft], reader: Reader) -> list[Quantity]:
    """Return the quantities of a draft: numbers whose nearest predicate it is."""
    out: list[Quantity] = []
    for word in reader.tree.words:
        if word.number is None:
            continue
        noun = counted_noun(word, reader)
        if noun is None or nearest(word, drafts) is not draft:
            continue
        kind = kind_of(noun, reader)
        if kind is None or not _fits(kind[0], draft):
            continue
        out.append(_quantity(word, noun, kind, reader))
    if not out and draft.event in _MOVERS and draft.counts:
        out.extend(_single(draft, reader))
    return out


def _fits(kind: QuantityKind, draft: Draft) -> bool:
    if kind is QuantityKind.KM:
        return draft.event in {"advance", "passage"}
    if kind is QuantityKind.OTHER:
        return draft.event in {"gain", "loss", "hold", "clash"}
    return True


def _single(draft: Draft, reader: Reader) -> list[Quantity]:
    """Read "a village", "one of them": a count of one that no number states."""
    for noun in draft.counts:
        singular = noun.lower in {"village", "town", "settlement", "hamlet", "locality"}
        indefinite = any(c.dep == "det" and c.lower in {"a", "an", "another"} for c in noun.children)
        named = any(
            (c.dep in {"prep", "appos"} and c.lower in {"of", "called", "named"}) or c.dep == "appos" for c in noun.children
        )
        if singular and indefinite and not named:
            text, _, _ = reader.slice(noun, noun)
            return [Quantity(QuantityKind.VILLAGES, 1.0, Qualifier.EXACT, None, text)]
    return []


def nearest(word: Word, drafts: Sequence[Draft]) -> Draft | None:
    """Return the draft whose predicate is the first above a word, else the one just before it."""
    by_word = {d.word.i: d for d in drafts}
    for draft in drafts:
        for part in draft.found.parts:
            by_word.setdefault(part.i, draft)
    for draft in drafts:
        if draft.slots is not None and draft.slots.governor is not None:
            by_word.setdefault(draft.slots.governor.i, draft)
    other: Word | None = word
    for _ in range(12):
        if other is None:
            break
        if other.i in by_word:
            return by_word[other.i]
        other = other.head
    below = [d for d in drafts if d.word.i < word.i]
    return below[-1] if below else (drafts[0] if drafts else None)


def _quantity(number: Word, noun: Word, kind: tuple[QuantityKind, float], reader: Reader) -> Quantity:
    assert number.number is not None  # noqa: S101 - the caller looked
    span, (name, factor) = number.number, kind
    value, high, qualifier = span.value, span.high, span.qualifier
    if factor != 1.0:
        value, high = round(value * factor, 1), round(high * factor, 1) if high is not None else None
        qualifier = Qualifier.ABOUT if factor > 1 and qualifier is not Qualifier.RANGE else qualifier
    first, last = (number, noun) if number.i < noun.i else (noun, number)
    text, _, _ = reader.slice(first, last)
    return Quantity(name, value, qualifier, high, text)
