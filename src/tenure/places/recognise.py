"""Toponyms of a text: the parser's entities and a scan of capitalised words against the gazetteer."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from tenure.places.match import Matches, match_name
from tenure.places.names import normalise
from tenure.places.phrases import Phrase, parse_phrase

if TYPE_CHECKING:
    from tenure.model import Actor, PlaceRole
    from tenure.places.gazetteer import Gazetteer

__all__ = ["Parser", "Toponym", "context_toponyms", "recognise", "toponym_of"]

Parser = Callable[[str], Any]
"""What makes a spaCy-like document of a text: with `.ents`, each with start_char, end_char and label_."""

_LABELS = {"GPE", "LOC", "NORP", "FAC"}
_CAPITALISED = re.compile(r"[^\W\d_a-z][^\W\d_]*(?:['’\-.][^\W\d_]+)*")
_LONGEST = 4
_WINDOW = 160


@dataclass(frozen=True, slots=True, eq=False)
class Toponym:
    """A place phrase of a text with the places that its name may mean."""

    text: str
    start: int
    end: int
    phrase: Phrase
    matches: Matches
    claim_id: str | None = None
    role: PlaceRole | None = None

    def in_claim(self, claim_id: str, role: PlaceRole) -> Toponym:
        """Return the same toponym as a place of a claim."""
        return replace(self, claim_id=claim_id, role=role)


def toponym_of(gazetteer: Gazetteer, text: str, start: int = -1, end: int = -1) -> Toponym:
    """Return a phrase as a toponym: the whole of it when the gazetteer has it, else taken apart."""
    whole = match_name(gazetteer, text, fuzzy=False)
    if whole.rows.size:
        return Toponym(text, start, end, Phrase(text), whole)
    phrase = parse_phrase(text)
    return Toponym(text, start, end, phrase, match_name(gazetteer, phrase.name))


def _scan(text: str, gazetteer: Gazetteer) -> list[tuple[int, int]]:
    tokens = list(_CAPITALISED.finditer(text))
    out: list[tuple[int, int]] = []
    i = 0
    while i < len(tokens):
        for j in range(min(i + _LONGEST, len(tokens)), i, -1):
            start, end = tokens[i].start(), tokens[j - 1].end()
            gaps = (text[a.end() : b.start()] for a, b in zip(tokens[i : j - 1], tokens[i + 1 : j], strict=True))
            if all(gap in {" ", "-"} for gap in gaps) and gazetteer.find_key(normalise(text[start:end])) is not None:
                out.append((start, end))
                i = j
                break
        else:
            i += 1
    return out


def context_toponyms(text: str, gazetteer: Gazetteer, toponyms: Sequence[Toponym]) -> list[Toponym]:
    """Return the other names in the neighbourhood of toponyms, as context that is not itself placed."""
    taken = [(t.start, t.end) for t in toponyms]
    out = []
    for start, end in _scan(text, gazetteer):
        if any(a < end and start < b for a, b in taken):
            continue
        if taken and min(max(a - end, start - b) for a, b in taken) > _WINDOW:
            continue
        out.append(
            Toponym(
                text[start:end], start, end, Phrase(text[start:end]), match_name(gazetteer, text[start:end], fuzzy=False)
            )
        )
    return out


def recognise(
    text: str, gazetteer: Gazetteer, *, actors: Sequence[Actor] = (), parser: Callable[[], Parser] | None = None
) -> list[tuple[int, int]]:
    """Return the spans of toponyms in a text, in order, not overlapping; actors' names are left out."""
    names = {normalise(name) for actor in actors for name in (actor.name, *actor.aliases)}
    spans: list[tuple[int, int]] = []
    if parser is not None:
        for entity in parser()(text).ents:
            if entity.label_ in _LABELS:
                spans.append((entity.start_char, entity.end_char))
    spans += [s for s in _scan(text, gazetteer) if not any(a < s[1] and s[0] < b for a, b in spans)]
    return sorted(s for s in spans if normalise(text[s[0] : s[1]]) not in names)
