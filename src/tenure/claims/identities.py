"""Surface strings of actors and speakers matched with the study's own."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tenure.model import Actor, Claim, Source

__all__ = ["actor_ids", "claim_id", "match_actor", "match_source"]


def actor_ids(refs: Sequence[str], actors: Sequence[Actor], owners: Sequence[str] = ()) -> tuple[str, ...]:
    """Return the ids of the study's actors that surface strings name, each once, in order.

    Where a string names none, `owners` (as many, empty where not said) are those whose unit it is.
    """
    out = []
    for text, owner in zip(refs, owners or [""] * len(refs), strict=True):
        found = match_actor(text, actors) or (match_actor(owner, actors) if owner else None)
        if found and found not in out:
            out.append(found)
    return tuple(out)


def claim_id(claim: Claim) -> str:
    """Return the id of a claim: a hash of its report, clause, event, stance, parties, places, speaker and first day.

    Whatever engine finds a claim, it is the same one.
    """
    key = "\0".join(
        (
            claim.report_id,
            str((claim.start_char, claim.end_char)),
            claim.event.value,
            claim.stance.value,
            *claim.actors,
            "|",
            *(f"{p.name}@{p.role.value}" for p in claim.places),
            claim.speaker or "",
            str(claim.start),
        )
    )
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()[:16]


def match_actor(text: str, actors: Sequence[Actor]) -> str | None:
    """Return the id of the study's actor that a surface string names.

    An equal name, else the longest name inside it; else the only actor with several names that begin like it: where
    "Ukrainian forces" and "Ukrainian troops" are one actor and no other has the word, "Ukrainian marines" are too.
    """
    wanted = _bare(text)
    best: tuple[int, str] | None = None
    for actor in actors:
        for name in (actor.name, *actor.aliases):
            key = _bare(name)
            if key and (key == wanted or f" {key} " in f" {wanted} ") and (best is None or len(key) > best[0]):
                best = (len(key), actor.actor_id)
    return best[1] if best else _kindred(wanted.split(), actors)


def _kindred(words: Sequence[str], actors: Sequence[Actor]) -> str | None:
    for word in words:
        names = {a.actor_id: [_bare(n).split() for n in (a.name, *a.aliases)] for a in actors}
        having = [i for i, ways in names.items() if any(word in way for way in ways)]
        if len(having) == 1 and sum(len(way) > 1 and way[0] == word for way in names[having[0]]) > 1:
            return having[0]
    return None


def match_source(text: str | None, sources: Sequence[Source], actors: Sequence[Actor]) -> str | None:
    """Return the id of the source or actor that speaks, sources first."""
    if not text:
        return None
    wanted = _bare(text)
    best: tuple[int, str] | None = None
    for source in sources:
        for name in source.names:
            key = _bare(name)
            if key and f" {key} " in f" {wanted} " and (best is None or len(key) > best[0]):
                best = (len(key), source.source_id)
    return best[1] if best else match_actor(text, actors)


_ARTICLES = {"the", "a", "an"}


def _bare(text: str) -> str:
    """Return the words of a name in lower case, without an article before it and possessive endings.

    >>> _bare("The Army's")
    'army'
    """
    words = re.findall(r"\w+", re.sub(r"['\u2019]s\b", "", text.lower()))
    return " ".join(words[1:] if len(words) > 1 and words[0] in _ARTICLES else words)
