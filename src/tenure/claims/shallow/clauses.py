"""Predicates of a sentence and what stands in their slots, by word order, case and the marks between clauses.

Slavic and Arabic predicates look for places after them, Turkish ones before them. A clause ends at the last comma or "and"
before the next predicate that no list of places or actors holds.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tenure.claims.shallow.mentions import ActorMention, Spot
    from tenure.claims.shallow.packs import Pack

__all__ = ["Clause", "Head", "fill", "heads_in"]

_MARK = re.compile(r"[,;،؛:—–]\s|\s(?:и|та|і|а|но|але|ve|ancak|بينما|فيما|حيث)\s|\s(?=و\w)")
_AND = re.compile(r"\s*(?:\s(?:и|та|і|й|ve|ile)\s|\sو)")
_ASIDE = frozenset({"from", "with"})
_OBJECT = 60  # characters between "repelled" and the attack that was
_PASSIVE = frozenset({"undergo", "name", "repelled"})


@dataclass(frozen=True, slots=True)
class Head:
    """A predicate's characters, its event and frame, and the particles before it (Arabic)."""

    start: int
    end: int
    event: str
    frame: str
    before: str = ""


@dataclass(slots=True)
class Clause:
    """A predicate with its window of the sentence and what fills its slots."""

    head: Head
    start: int
    end: int
    actors: list[ActorMention] = field(default_factory=list)
    targets: list[ActorMention] = field(default_factory=list)
    places: list[Spot] = field(default_factory=list)


def heads_in(low: str, pack: Pack) -> list[Head]:
    """Return the predicates of a folded sentence in order; of two that overlap the longer, else the first in the pack."""
    found = []
    for order, way in enumerate(pack.ways):
        for hit in way.pattern.finditer(low):
            before = hit.groupdict().get("pre") or ""
            found.append((hit.start() - hit.end(), order, Head(hit.start(), hit.end(), way.event, way.frame, before)))
    out: list[Head] = []
    for _, _, head in sorted(found, key=lambda f: f[:2]):
        if not any(o.start < head.end and head.start < o.end for o in out):
            out.append(head)
    return _whole(sorted(out, key=lambda h: h.start), turkic=pack.family == "turkic")


def _whole(heads: list[Head], *, turkic: bool) -> list[Head]:
    """Leave out the attack that was repelled: it is the object of "repelled", no happening of its own."""

    def object_of(head: Head, other: Head) -> bool:
        gap = head.start - other.end if not turkic else other.start - head.end
        return other.frame in {"repel", "repelled"} and head.event in {"clash", "advance", "strike"} and 0 <= gap < _OBJECT

    return [h for h in heads if not any(object_of(h, o) for o in heads if o is not h)]


def fill(
    low: str, heads: Sequence[Head], actors: Sequence[ActorMention], places: Sequence[Spot], pack: Pack
) -> list[Clause]:
    """Return the clauses of a sentence with their slots filled, in order."""
    spans = [(p.start, p.end) for p in places] + [(a.start, a.end) for a in actors]
    cuts = [0, *(_cut(low, pair, spans, spans[len(places) :], pack) for pair in pairwise(heads)), len(low)]
    out: list[Clause] = []
    for k, head in enumerate(heads):
        clause = Clause(head, cuts[k], cuts[k + 1])
        _places(clause, places, pack)
        _parties(clause, actors, out[-1] if out else None, low, pack)
        out.append(clause)
    return out


def _cut(
    low: str, pair: tuple[Head, Head], spans: Sequence[tuple[int, int]], actors: Sequence[tuple[int, int]], pack: Pack
) -> int:
    """Return where the clause of a predicate ends and that of the next begins."""
    one, two = pair
    if pack.family == "turkic":
        return one.end
    marks = [
        hit.start()
        for hit in _MARK.finditer(low, one.end, two.start)
        if not any(s < hit.start() < e for s, e in spans) and not _in_list(hit, spans)
    ]
    if pack.family == "slavic" and not marks and two.frame in {"act", "leave", "oust", "repel"}:
        return max((s for s, _ in actors if one.end < s < two.start), default=two.start)
    return marks[-1] if marks else two.start


def _in_list(hit: re.Match[str], spans: Sequence[tuple[int, int]]) -> bool:
    """Whether a mark stands between two names with nothing else between them."""
    before = any(0 <= hit.start() - e <= 1 for _, e in spans)
    after = any(0 <= s - hit.end() <= 1 for s, _ in spans)
    return before and after


def _places(clause: Clause, places: Sequence[Spot], pack: Pack) -> None:
    inside = [p for p in places if clause.start <= p.start and p.end <= clause.end]
    after = [p for p in inside if p.start >= clause.head.end]
    before = [p for p in inside if p.end <= clause.head.start]
    frame = clause.head.frame
    overlapping = [p for p in inside if p not in after and p not in before]
    if pack.family == "turkic":
        chosen = before + overlapping or after
    elif frame in {"come_under", "rule"}:
        chosen = overlapping or before or after
    elif frame in {"undergo", "meet", "happen", "agree", "go"}:
        after = sorted([*overlapping, *after], key=lambda p: p.start)
        chosen = after + [p for p in before if frame != "go"] if not (after and before) else [*before, *after]
    else:
        chosen = (after + overlapping) or before
    if clause.head.event in {"gain", "hold", "siege"} and any(not p.anaphor and p.role != "from" for p in chosen):
        chosen = [p for p in chosen if not p.anaphor]
    if frame == "act" and clause.head.event in {"gain", "siege", "hold"}:
        kept = [p for p in chosen if p.role not in {"from", "to"}]
        chosen = kept or chosen
    if frame == "leave":
        kept = [p for p in chosen if p.role != "to"]
        chosen = kept or chosen
    named = [p for p in chosen if not p.anaphor]
    clause.places = sorted(named or chosen[:1], key=lambda p: p.start)


def _parties(clause: Clause, actors: Sequence[ActorMention], last: Clause | None, low: str, pack: Pack) -> None:
    head, frame = clause.head, clause.head.frame
    inside = [a for a in actors if clause.start <= a.start and a.end <= clause.end]
    before = [a for a in inside if a.end <= head.start]
    after = [a for a in inside if a.start > head.start]
    if pack.family == "semitic" and clause.places and frame not in {"come_under", "rule"}:
        after = [a for a in after if a.start < clause.places[0].start] or ([] if before else after)
    chosen = _joined(_chosen(frame, before, after, pack), inside, low)
    if frame == "repelled":
        clause.targets = chosen
        clause.actors = [a for a in inside if a.case == "agent" or low[a.end : a.end + 10].strip().startswith("tarafından")]
        return
    shared = (
        last is not None
        and frame in {"act", "leave", "oust", "repel", "go"}
        and last.head.frame in {"act", "leave", "oust", "repel", "go"}
    )
    if not chosen and last is not None and shared:
        chosen = last.actors
    clause.actors = chosen
    clause.targets = [a for a in inside if a not in chosen][:1]


def _joined(chosen: list[ActorMention], inside: Sequence[ActorMention], low: str) -> list[ActorMention]:
    """Return who acts with those that an "and" joins to them."""
    if len(chosen) != 1:
        return chosen
    out = list(chosen)
    for one in reversed([a for a in inside if a.end < out[0].start]):
        if _AND.fullmatch(low, one.end, out[0].start):
            out.insert(0, one)
    for one in (a for a in inside if a.start > out[-1].end):
        if _AND.fullmatch(low, out[-1].end, one.start):
            out.append(one)
    return out


def _chosen(frame: str, before: list[ActorMention], after: list[ActorMention], pack: Pack) -> list[ActorMention]:  # noqa: PLR0911 - a table of cases
    """Return who acts, by frame and family."""
    if pack.family == "turkic":
        return _turkic_chosen(frame, before)
    if frame in {"come_under", "rule"}:
        return after[:1] or [a for a in before if a.case == "agent"][:1]
    if pack.family == "semitic":
        if frame in _PASSIVE:
            return [a for a in [*after, *before] if a.case == "agent"][:1]
        doers = [a for a in after if a.case not in _ASIDE]
        return doers[:1] or [a for a in before if a.case not in _ASIDE][-1:]
    if frame in _PASSIVE:
        return [a for a in [*after, *before] if a.case == "agent"][:1]
    subjects = [a for a in before if a.case not in {"agent", *_ASIDE}]
    plain = [a for a in subjects if a.case == "subject"]
    nominative = [a for a in after if a.case == "subject"]
    if frame in {"meet", "happen"}:
        return (plain or subjects)[-1:] or after[:1]
    return (plain or subjects)[-1:] or nominative[:1] or (after[:1] if frame == "leave" else [])


def _turkic_chosen(frame: str, before: list[ActorMention]) -> list[ActorMention]:
    if frame in {"come_under", "rule"}:
        genitive = [a for a in before if a.case == "genitive"]
        return genitive[-1:] or before[-1:]
    if frame == "undergo":
        return [a for a in before if a.case == "agent"][:1]
    subjects = [a for a in before if a.case != "from"]
    return subjects[:1]
