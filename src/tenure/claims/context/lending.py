"""What one claim lends to another that lacks it: a place, the parties, who acted."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tenure.model import Stance

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tenure.claims.context.candidate import ClaimCandidate
    from tenure.claims.phrases.reader import Reader
    from tenure.claims.syntax.parse import Word

__all__ = ["agentless", "inherit", "share", "texts"]


def share(batch: Sequence[ClaimCandidate]) -> None:
    """Places that one clause of a sentence lends to another that has none."""
    live = [t for t in batch if not t.dropped]
    for one in live:
        draft = one.draft
        if draft.places:
            continue
        if draft.event == "clash":
            _place_of_fight(one, live)
        elif draft.event == "hold" and draft.found.frame in {"repel", "failed"}:
            beside = [t for t in live if t.stance is Stance.DENIED and t.draft.event == "gain" and t.speaker == one.speaker]
            draft.places = [p for t in beside[-1:] for p in t.draft.places]
        elif draft.event == "agreement":
            plans = [t for t in live if t is not one and t.draft.places and t.stance is Stance.PLANNED]
            draft.places = [p for t in [t for t in plans if t.draft.word.i > draft.word.i][:1] for p in t.draft.places]
        elif draft.event in {"gain", "passage"}:
            _place_of_gain(one, live)
        elif draft.event in {"loss", "strike", "siege"} or (draft.event == "advance" and draft.actors):
            _place_beside(one, live)


def _place_of_fight(one: ClaimCandidate, live: Sequence[ClaimCandidate]) -> None:
    """Fighting is where the advance in it went, where it ended in a capture, or where one was planned."""
    draft = one.draft
    with_place = [t for t in live if t is not one and t.draft.places]
    inside = [t for t in with_place if t.stance is one.stance and t.draft.event == "advance"]
    inside = [t for t in inside if _under(t.draft.word, draft.word)]
    prep = draft.word.head if draft.found.nominal and draft.word.dep == "pobj" else None
    ended = [t for t in with_place if t.draft.event == "gain" and t.stance is one.stance]
    dated = prep is not None and prep.lower in {"after", "following", "amid"}  # "captured A after clashes with Y"
    ended = [t for t in ended if dated and _under(draft.word, t.draft.word)]
    planned = [t for t in with_place if t.draft.event == "gain" and t.stance is Stance.PLANNED]
    follows = draft.found.nominal and draft.slots is not None and draft.slots.governor is not None and not draft.actors
    before = [t for t in with_place if follows and t.draft.event in {"strike", "siege", "advance"}]
    before = [t for t in before if t.draft.word.i < draft.word.i]  # "shelled A, and a ground assault followed"
    for source in (planned, ended, inside, before[-1:]):
        if source and not draft.places:
            draft.places = list(source[0].draft.places)
    if planned:
        draft.targets = draft.targets or list(planned[0].draft.targets)


def _place_of_gain(one: ClaimCandidate, live: Sequence[ClaimCandidate]) -> None:
    """Lend an area to a gain: a capture that names no place lies in the area where its actor fought."""
    draft = one.draft
    others = [t for t in live if t is not one and t.draft.event in {"advance", "clash", "gain"} and t.draft.places]
    others = [t for t in others if texts(t.draft.actors) & texts(draft.actors)]
    if not others:
        return
    whole = draft.found.predicate.words[-1] == "control" and not draft.counts
    fought = (
        whole or (others[0].draft.event == "clash" and draft.event == "gain" and draft.counts) or draft.event == "passage"
    )
    one.notes["borrowed"] = 1.0
    draft.places = [p for p in others[0].draft.places if p.role == "in_area" or (fought and p.role == "at")]


def _place_beside(one: ClaimCandidate, live: Sequence[ClaimCandidate]) -> None:
    """Lend a loss, strike or move the place of the nearest clause; a plan or strike only of one that it belongs to."""
    draft = one.draft
    others = [t for t in live if t is not one and t.draft.places and t.draft.event != "agreement"]
    if one.stance is Stance.PLANNED or draft.event == "strike":
        others = [
            t
            for t in others
            if (t.draft.word.i < draft.word.i and one.stance is not Stance.PLANNED)
            or _under(draft.word, t.draft.word)
            or (_under(t.draft.word, draft.word) and t.draft.word.dep == "advcl" and t.draft.word.i < draft.word.i)
        ]
    others.sort(key=lambda t: abs(t.draft.word.i - draft.word.i))
    if others and (draft.event != "siege" or draft.targets or (draft.slots is not None and draft.slots.object)):
        draft.places = [replace(p, role="from" if draft.event == "loss" else p.role) for p in others[0].draft.places]


def _under(word: Word, top: Word) -> bool:
    other = word.head
    while other is not None:
        if other is top:
            return True
        other = other.head
    return False


def inherit(batch: Sequence[ClaimCandidate], earlier: Sequence[ClaimCandidate]) -> None:
    """Give a defence, a fight or a loss without a place the one where the same parties were just said to be."""
    if not earlier:
        return
    last = earlier[-1].draft
    for one in batch:
        draft = one.draft
        if one.dropped:
            continue
        if draft.event == "loss" and not draft.places and not draft.counts and earlier[-1].sentence >= one.sentence - 1:
            taken = [
                t.draft for t in earlier if t.sentence >= one.sentence - 1 and t.draft.event in {"gain", "advance", "clash"}
            ]
            taken = [d for d in taken if not texts(d.actors) & texts(draft.actors)]
            taken = [d for d in taken if any(p.text[:1].isupper() and p.role in {"at", "to"} for p in d.places)]
            draft.places = [replace(p, role="from") for p in (taken[-1].places if taken else []) if p.text[:1].isupper()]
        if draft.event in {"hold", "clash"} and not draft.places and earlier[-1].sentence >= one.sentence - 1:
            mine = texts(draft.targets) if draft.event == "hold" else texts(draft.actors) | texts(draft.targets)
            theirs = texts(last.actors) | texts(last.targets)
            places = [p for p in last.places if p.role == "at"]
            if mine & theirs and draft.found.frame in {"repel", "fight"} and len(places) == 1:
                draft.places = places


def agentless(batch: Sequence[ClaimCandidate], reader: Reader, earlier: Sequence[ClaimCandidate]) -> None:
    """Name who acts in a passive without agent: who acted at its place before is meant, and who held it defends it."""
    for one in batch:
        draft = one.draft
        if draft.actors or draft.event not in {"gain", "hold"}:
            continue
        if one.stance is Stance.DENIED and draft.event == "gain":
            meant = [
                t.draft
                for t in (*earlier, *batch)
                if t.draft.event == "gain" and t.draft.actors and t.stance is not one.stance
            ]
            meant = [d for d in meant if texts(d.places) & texts(draft.places)]
            draft.actors = list(meant[-1].actors) if meant else []
            continue
        if draft.event == "hold" and draft.targets:
            for place in draft.places:
                holders = reader.discourse.holders.get(place.text.lower(), ())
                draft.actors = draft.actors or [h for h in holders if h.text not in texts(draft.targets)]
        elif (
            draft.event == "gain"
            and earlier
            and earlier[-1].sentence >= one.sentence - 2
            and one.speaker == earlier[-1].speaker
        ):
            near = [t.draft for t in earlier if t.sentence >= one.sentence - 3]
            about = [d for d in near if texts(d.places) & texts(draft.places)]
            ranked = [
                d for event in ("gain", "advance", "siege", "clash") for d in reversed(near) if d.event == event and d.actors
            ]
            last = (
                next((d for d in reversed(about) if d.event in {"gain", "advance", "clash"}), None)
                or (ranked or [earlier[-1].draft])[0]
            )
            taken_back = (
                last.event == "gain" and texts(draft.places) & texts(last.places) and draft.found.word.lower.startswith("re")
            )
            if last.event in {"gain", "advance", "clash", "siege"}:
                draft.actors = list(last.targets if taken_back else last.actors)


def texts(refs: Sequence[object]) -> set[str]:
    """Return the surface strings of references."""
    return {str(getattr(r, "text", r)) for r in refs}
