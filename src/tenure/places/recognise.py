"""Toponyms of raw text: the parser's entities and a scan of capitalised words against the gazetteer."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tenure.places.names import normalise

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tenure.model import Actor
    from tenure.places.toponyms import Lookup

__all__ = ["Parser", "recognise"]

Parser = Callable[[str], Any]
"""What makes a spaCy-like document of a text: with `.ents`, each with start_char, end_char and label_."""

_LABELS = {"GPE", "LOC", "NORP", "FAC"}


def recognise(
    text: str, lookup: Lookup, *, actors: Sequence[Actor] = (), parser: Callable[[], Parser] | None = None
) -> list[tuple[int, int]]:
    """Return the spans of toponyms in a text, in order, not overlapping; actors' names are left out."""
    names = {normalise(name) for actor in actors for name in (actor.name, *actor.aliases)}
    spans: list[tuple[int, int]] = []
    if parser is not None:
        for entity in parser()(text).ents:
            if entity.label_ in _LABELS:
                spans.append((entity.start_char, entity.end_char))
    spans += [s for s in lookup.scan(text) if not any(a < s[1] and s[0] < b for a, b in spans)]
    return sorted(s for s in spans if normalise(text[s[0] : s[1]]) not in names)
