"""Drafts of one sentence seen together: an attack that ends in a capture, failed attempts, plans, tolls, repetitions."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tenure.claims.context.lending import agentless, inherit, share, texts
from tenure.claims.context.outcomes import settle_moves
from tenure.claims.phrases.mentions import count_of
from tenure.model import Stance

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tenure.claims.context.candidate import ClaimCandidate
    from tenure.claims.frames.draft import Draft
    from tenure.claims.phrases.reader import Reader
    from tenure.claims.syntax.parse import Word

__all__ = ["is_background", "reconcile"]


def reconcile(batch: Sequence[ClaimCandidate], reader: Reader, earlier: Sequence[ClaimCandidate]) -> list[ClaimCandidate]:
    """Return the claims of a sentence, reconciled among each other and with those told `earlier`, in order."""
    out = [t for t in batch if not t.dropped]
    _fail(out, reader)
    settle_moves(out, reader)
    _repelled(out, earlier)
    _toll(out)
    share(out)
    agentless(out, reader, earlier)
    inherit(out, earlier)
    _unnamed(out, reader)
    out = [t for t in out if not t.dropped and not _redundant(t, out) and not _repeats(t, earlier, out)]
    return [t for t in out if _complete(t)]


def _fail(batch: Sequence[ClaimCandidate], reader: Reader) -> None:
    """Make a gain under "failed to" a hold by whoever defends, and one under "tried to" an attack whose outcome is open."""
    lexicon, lemmas = reader.pack.lexicon, reader.pack.lemmas
    for one in batch:
        if one.draft.event in {"clash", "advance"} and _no_success(one.draft, reader):
            one.draft.event, one.draft.targets, one.draft.actors = (
                "hold",
                one.draft.actors,
                [t for t in one.draft.targets if t.text not in texts(one.draft.actors)],
            )
            one.stance = Stance.ASSERTED
            continue
        if one.draft.event not in {"gain", "advance", "hold"} or one.draft.found.frame in {
            "failed",
            "repel",
            "prevent",
            "state",
        }:
            continue
        word, failed, tried = one.draft.word, _could_not(one.draft.word), False
        for _ in range(3):
            head = word.head
            if head is None:
                break
            unlucky = any(c.lower in lexicon["support.fail"] for c in head.children if c.dep == "amod")
            if unlucky or head.lower in lexicon["support.fail"] or lemmas.get(head.lower) == "fail":
                failed = True
            trying = head.lower in {"attempt", "attempts", "bid", "effort"} and head.dep == "pobj" and word.dep == "acl"
            if trying and one.draft.event == "gain":
                one.stance = Stance.PLANNED  # "began an offensive in an attempt to take A"
            elif word.dep in {"xcomp", "acl", "pcomp"} and (
                lemmas.get(head.lower) in lexicon["support.attempt"] or head.lower in {"attempt", "attempts"}
            ):
                tried = True
            if word.dep not in {"xcomp", "acl", "conj", "pcomp", "prep", "advcl"}:
                break
            word = head
        if failed:
            others = one.draft.targets if one.draft.found.frame == "expel" else []  # "could not dislodge Y from A"
            one.draft.event, one.draft.targets, one.draft.actors = "hold", one.draft.actors, list(others)
            one.stance = Stance.ASSERTED
        elif tried and (one.draft.event == "gain" or not one.draft.places):
            one.draft.event, one.stance = "clash", Stance.ASSERTED


def _could_not(word: Word) -> bool:
    """Read "could not capture A": tried in vain, unlike "did not capture A", which denies."""
    low = {c.lower for c in word.children if c.dep == "aux"}
    return bool(low & {"could"}) and any(c.dep == "neg" for c in word.children)


def _no_success(draft: Draft, reader: Reader) -> bool:
    """Read "unsuccessful attacks", "attacked without success", "advanced but had no success"."""
    fail = reader.pack.lexicon["support.fail"]
    word = draft.word
    near = {c.lower for c in word.children if c.dep in {"amod", "advmod", "compound"}}
    governor = draft.slots.governor if draft.slots is not None else None
    if governor is not None:
        near |= {c.lower for c in governor.children if c.dep == "advmod"}
    if near & fail:
        return True
    top = governor or word
    clauses = [top, *[c for c in top.children if c.dep in {"conj", "advcl", "prep"}]]
    for clause in clauses:
        for word_below in clause.subtree():
            if word_below.lower in {"success", "gains", "progress", "advances", "gain"} and (
                any((c.dep == "det" and c.lower == "no") or c.dep == "neg" for c in word_below.children)
                or (word_below.head is not None and word_below.head.lower == "without")
            ):
                return True
            if word_below.lower in {"unsuccessful", "unsuccessfully"}:
                return True
    return False


def _repelled(batch: Sequence[ClaimCandidate], earlier: Sequence[ClaimCandidate]) -> None:
    """Place a repelled attack where the attackers tried, beside it or in the sentence before; their attempt is no claim."""
    for one in batch:
        if one.draft.found.frame not in {"repel", "failed"}:
            continue
        before = [
            t
            for t in batch
            if t is not one
            and t.draft.word.i < one.draft.word.i
            and (
                t.draft.event == "clash"
                or t.stance is Stance.PLANNED
                or (t.draft.event == "advance" and texts(t.draft.actors) & texts(one.draft.targets))
            )
        ]
        last = [t for t in earlier if t.sentence == one.sentence - 1 and t.draft.event == "clash"]
        for other in before or (last if not one.draft.places else []):
            if one.draft.targets and other.draft.actors and not texts(one.draft.targets) & texts(other.draft.actors):
                continue
            if not one.draft.places:
                one.draft.places = [replace(p, role="at" if p.role == "to" else p.role) for p in other.draft.places]
            if other.draft.actors:
                one.draft.targets = list(other.draft.actors)
            one.draft.actors = one.draft.actors or [t for t in other.draft.targets if t.text not in texts(one.draft.targets)]
            other.dropped = other in batch or other.dropped


def _toll(batch: Sequence[ClaimCandidate]) -> None:
    """Killing beside fighting or a strike is its toll, not a claim of its own."""
    for one in batch:
        struck = any(t.draft.event == "strike" and t.draft.found.frame != "kill" for t in batch)
        if one.draft.found.frame != "kill" or (one.draft.event == "strike" and not struck):
            continue
        partners = [
            t
            for t in batch
            if t is not one
            and t.draft.event in {"clash", "strike", "gain", "hold", "siege"}
            and t.draft.found.frame != "kill"
        ]
        partners.sort(key=lambda t: (t.draft.event not in {"strike", "clash"}, abs(t.draft.word.i - one.draft.word.i)))
        if partners:
            partner = partners[0].draft
            if partner.event in {"strike", "clash"} and not partner.places:
                partner.places = list(one.draft.places)
            if partner.event == "strike" and not partner.targets:
                partner.targets = list(one.draft.targets)
            if partner.event in {"strike", "clash"} and one.draft.places and partner.places:
                partner.places += [
                    p
                    for p in one.draft.places
                    if p.text not in texts(partner.places) and partner.found.nominal and not partner.actors
                ]
            one.dropped = True
            one.draft.absorbed.append(partner.word)


def _redundant(one: ClaimCandidate, batch: Sequence[ClaimCandidate]) -> bool:  # noqa: C901, PLR0911, PLR0912 - a table of cases reads best in one piece
    """Return an attack with no place of its own beside the gain or hold that it led to; a repeat of another draft.

    A subordinate loss.
    """
    draft = one.draft
    live = [t for t in batch if t is not one and not t.dropped]
    if draft.event == "clash":
        for other in live:
            if other.draft.event not in {"gain", "hold", "strike", "passage"}:
                continue
            if (
                other.draft.event == "gain"
                and not draft.actors
                and draft.found.nominal
                and (texts(draft.places) <= texts(other.draft.places))
            ):
                return True
            same = texts(other.draft.actors) & texts(draft.actors) or other.draft.event == "hold"
            if (
                (same or not draft.actors)
                and not draft.places
                and not (
                    draft.found.frame == "fight"
                    and draft.actors
                    and draft.targets
                    and not any(c.tag == "PRP$" for c in draft.word.children)
                )
            ):
                return True
        if draft.word.dep == "relcl" and not draft.places:
            return True
        return draft.found.nominal and _ended(draft)
    if _told_again(one, live):
        return True
    if draft.event == "advance":
        return any(
            o.draft.event == "gain"
            and "borrowed" not in o.notes
            and texts(o.draft.actors) == texts(draft.actors)
            and texts(draft.places) <= texts(o.draft.places)
            for o in live
        )
    if (
        draft.event == "hold"
        and draft.found.frame == "hold"
        and draft.word.dep == "relcl"
        and draft.slots is not None
        and any(s.tag == "PRP" for s in draft.slots.subject)
    ):
        return True
    if draft.event == "loss":
        gains = [o.draft for o in live if o.draft.event == "gain"]
        lost = draft.word.dep == "acl" and draft.slots is not None and draft.slots.passive and not draft.actors
        for gain in gains if lost else []:  # "regained ground lost in A"
            gain.places = gain.places or list(draft.places)
        return bool(gains) and (draft.word.dep == "relcl" or bool(lost))
    if draft.event == "passage" and draft.found.nominal:
        for other in live:
            if other.draft.event == "passage":
                other.draft.places += [p for p in draft.places if p.text not in texts(other.draft.places)]
                return True
    return False


def _unnamed(batch: Sequence[ClaimCandidate], reader: Reader) -> None:
    """Take common nouns that say nothing of where ("the border", "positions") from claims of control."""
    generic = reader.pack.lexicon["place.generic"]
    for one in batch:
        if one.draft.event in {"gain", "hold", "loss"}:
            one.draft.places = [p for p in one.draft.places if p.text.lower() not in generic]


def _told_again(one: ClaimCandidate, live: Sequence[ClaimCandidate]) -> bool:
    """Read "took A, making it the third town taken this month": the gain that names nobody is the one beside it."""
    draft = one.draft
    if draft.event != "gain" or draft.actors or not draft.places or draft.word.dep not in {"acl", "relcl", "pobj", "conj"}:
        return False
    named = [o.draft for o in live if o.draft.event == "gain" and o.draft.actors and o.stance is one.stance]
    return any(texts(draft.places) <= texts(d.places) for d in named)


def _ended(draft: Draft) -> bool:
    head = draft.word.head
    while head is not None and not head.tag.startswith("VB"):
        if head.lower in {"end", "halt", "cessation", "pause", "stop"}:
            return True
        head = head.head
    return False


def _repeats(one: ClaimCandidate, earlier: Sequence[ClaimCandidate], batch: Sequence[ClaimCandidate]) -> bool:
    """Return a nominal that only names an event again ("the capture of the village brought ...")."""
    draft = one.draft
    if not draft.found.nominal or draft.event not in {"gain", "loss"}:
        return False
    others = [t for t in (*earlier, *batch) if t is not one and t.draft.event == draft.event]
    return bool(draft.places) and any(
        texts(draft.places) <= texts(t.draft.places) and (not draft.actors or texts(draft.actors) & texts(t.draft.actors))
        for t in others
    )


_TIMES = {"during", "before", "since", "until", "despite", "after", "amid", "following", "prior"}


_STAGES = {
    "days",
    "start",
    "beginning",
    "end",
    "phase",
    "stage",
    "part",
    "course",
    "face",
    "day",
    "weeks",
    "onset",
    "midst",
    "outbreak",
    "first",
    "result",
    "stages",
    "aim",
    "goal",
    "cost",
    "height",
    "risk",
    "fear",
    "threat",
    "possibility",
    "prospect",
}


def is_background(draft: Draft) -> bool:
    """Read "during the offensive", "since the start of the operation": a mention that only dates something else."""
    if not draft.found.nominal or draft.event not in {"clash", "strike", "advance", "gain", "loss", "siege"}:
        return False
    word = draft.word
    prep = word.head if word.dep == "pobj" else None
    if prep is None:
        return False
    if prep.lower == "without":
        return True
    if prep.lower == "of" and prep.head is not None and prep.head.lower in _STAGES:
        return True
    own = [
        c
        for c in word.children
        if c.dep in {"prep", "agent", "poss", "compound", "nmod"}
        and c.i != word.i
        and (c.dep == "prep" or c.name is not None)
    ]
    return prep.lower in _TIMES and not own


def _complete(one: ClaimCandidate) -> bool:  # noqa: PLR0911 - a table of cases reads best in one piece
    """Whether a draft has, after all lending, what its event needs."""
    draft = one.draft
    if draft.event == "agreement":
        return bool(draft.places or draft.actors)
    if draft.event in {"siege", "clash"} and draft.places and draft.slots is not None and draft.slots.passive:
        return True
    if draft.event in {"clash", "siege"}:
        return bool(
            draft.places and (draft.actors or draft.targets or draft.found.nominal or draft.found.frame == "change")
        ) or bool(draft.actors and draft.targets)
    if draft.event == "loss" and draft.slots is not None and draft.slots.passive and draft.places:
        return True
    if draft.event in {"advance", "loss", "other"}:
        counted = draft.event == "loss" and draft.counts and (draft.extent or any(count_of(c) for c in draft.counts))
        return bool(draft.actors) and bool(draft.places or counted)
    if (
        draft.event == "gain"
        and one.stance is Stance.PLANNED
        and not draft.places
        and not any(count_of(c) for c in draft.counts)
    ):
        return False
    if draft.event == "gain" and not draft.places and not draft.counts and not draft.extent:
        return False
    if draft.event in {"gain", "hold"} and not (draft.places or draft.actors or any(count_of(c) for c in draft.counts)):
        return False
    if draft.event == "passage":
        return bool(draft.actors and (draft.places or draft.targets))
    if draft.event == "strike":
        return bool(draft.places) or bool(draft.actors and draft.targets)
    return True
