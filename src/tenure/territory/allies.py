"""Who lets whom pass: alliances by date, from the study's dated relations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tenure.model import RelationKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from tenure.model import Relation

__all__ = ["ALLIED", "allies_on", "change_dates"]

ALLIED = frozenset({RelationKind.PARENT, RelationKind.ALLIANCE, RelationKind.OPERATIONS_ROOM})
"""Relations under which one's ground is a way for the other; a mere understanding is a report to be examined, not a way."""


def allies_on(
    relations: Sequence[Relation], on: date, *, kinds: Iterable[RelationKind] = ALLIED
) -> dict[str, frozenset[str]]:
    """Return for every actor that has some its allies on a date; being allied is not passed on from ally to ally.

    >>> from datetime import date
    >>> from tenure.model import Relation
    >>> room = Relation(RelationKind.OPERATIONS_ROOM, ("a", "b"), date(2018, 1, 11), None, "announced")
    >>> allies_on([room], date(2018, 1, 11))["a"], allies_on([room], date(2018, 1, 10))
    (frozenset({'b'}), {})
    """
    wanted = frozenset(kinds)
    found: dict[str, set[str]] = {}
    for relation in relations:
        started = relation.start is None or relation.start <= on
        ended = relation.end is not None and relation.end <= on
        if relation.kind in wanted and started and not ended:
            for actor in relation.actors:
                found.setdefault(actor, set()).update(a for a in relation.actors if a != actor)
    return {actor: frozenset(found[actor]) for actor in sorted(found)}


def change_dates(relations: Sequence[Relation]) -> frozenset[date]:
    """Return the dates on which some relation starts or ends."""
    return frozenset(d for r in relations for d in (r.start, r.end) if d is not None)
