"""Surface strings of actors and speakers matched with the study's own."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tenure.model import Actor, Source

__all__ = ["actor_ids", "match_actor", "match_source"]


def actor_ids(refs: Sequence[str], actors: Sequence[Actor]) -> tuple[str, ...]:
    """Return the ids of the study's actors that surface strings name, each once, in order."""
    out = []
    for text in refs:
        found = match_actor(text, actors)
        if found and found not in out:
            out.append(found)
    return tuple(out)


def match_actor(text: str, actors: Sequence[Actor]) -> str | None:
    """Return the id of the study's actor that a surface string names: an equal name, else the longest name inside it."""
    wanted = " ".join(re.findall(r"\w+", text.lower()))
    best: tuple[int, str] | None = None
    for actor in actors:
        for name in (actor.name, *actor.aliases):
            key = " ".join(re.findall(r"\w+", name.lower()))
            if key and (key == wanted or f" {key} " in f" {wanted} ") and (best is None or len(key) > best[0]):
                best = (len(key), actor.actor_id)
    return best[1] if best else None


def match_source(text: str | None, sources: Sequence[Source], actors: Sequence[Actor]) -> str | None:
    """Return the id of the source or actor that speaks, sources first."""
    if not text:
        return None
    wanted = " ".join(re.findall(r"\w+", text.lower()))
    best: tuple[int, str] | None = None
    for source in sources:
        for name in source.names:
            key = " ".join(re.findall(r"\w+", name.lower()))
            if key and f" {key} " in f" {wanted} " and (best is None or len(key) > best[0]):
                best = (len(key), source.source_id)
    return best[1] if best else match_actor(text, actors)
