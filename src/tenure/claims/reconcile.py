"""Drafts of one sentence seen together: an attack that ends in a capture, failed attempts, plans, shared places."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tenure.model import Stance

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tenure.claims.assemble import Told
    from tenure.claims.attribution import Cue
    from tenure.claims.phrases import Reader

__all__ = ["reconcile"]


def reconcile(batch: Sequence[Told], reader: Reader, cues: Sequence[Cue]) -> list[Told]:
    """Return the claims of a sentence, reconciled, in order."""
    del cues
    out = [t for t in batch if not t.dropped]
    _fail(out, reader)
    _share(out)
    return [t for t in out if not _redundant(t, out)]


def _fail(batch: Sequence[Told], reader: Reader) -> None:
    """A gain under "failed to" is a hold by whoever defends; under "tried to" an attack whose outcome is open."""
    lexicon, lemmas = reader.pack.lexicon, reader.pack.lemmas
    for one in batch:
        if one.draft.event not in {"gain", "advance"}:
            continue
        word, failed, tried = one.draft.word, False, False
        for _ in range(3):
            head = word.head
            if head is None:
                break
            if head.lower in lexicon["support.fail"] or lemmas.get(head.lower) == "fail":
                failed = True
            if word.dep in {"xcomp", "acl", "pcomp"} and (
                lemmas.get(head.lower) in lexicon["support.attempt"] or head.lower in {"attempt", "attempts", "intended"}
            ):
                tried = True
            if word.dep not in {"xcomp", "acl", "conj", "pcomp", "prep", "advcl"}:
                break
            word = head
        if failed:
            one.draft.event, one.draft.targets, one.draft.actors = "hold", one.draft.actors, []
            one.stance = Stance.ASSERTED
        elif tried:
            one.draft.event, one.stance = "clash", Stance.ASSERTED


def _share(batch: Sequence[Told]) -> None:
    """Places and actors that one clause of a sentence lends to another."""
    gains = [t for t in batch if t.draft.event == "gain"]
    for one in batch:
        if one.draft.event == "clash" and not one.draft.places:
            for gain in gains:
                if gain.stance is Stance.PLANNED:
                    one.draft.places = list(gain.draft.places)
                    one.draft.targets = one.draft.targets or list(gain.draft.targets)
        if one.draft.event == "gain" and not one.draft.places:
            for other in batch:
                if (
                    other is not one
                    and other.draft.event in {"advance", "clash"}
                    and other.draft.places
                    and one.draft.word.head is not None
                ):
                    one.draft.places = [p for p in other.draft.places if p.role in {"in_area"}]
                    break


def _redundant(one: Told, batch: Sequence[Told]) -> bool:
    """An attack with no place of its own beside the gain or hold that it led to; a repeat of another draft."""
    draft = one.draft
    if draft.event == "clash":
        for other in batch:
            if other is one or other.draft.event not in {"gain", "hold", "strike"}:
                continue
            same = {a.text for a in other.draft.actors} & {a.text for a in draft.actors} or other.draft.event == "hold"
            if same and not draft.places:
                return True
            if other.draft.event == "hold" and other.draft.found.frame == "repel":
                return True
        return not draft.places and not (draft.actors and draft.targets)
    if draft.event == "advance":
        return any(
            o is not one
            and o.draft.event == "gain"
            and {a.text for a in o.draft.actors} == {a.text for a in draft.actors}
            and {p.text for p in draft.places} <= {p.text for p in o.draft.places}
            for o in batch
        )
    return False
