"""Spells of control of which some days lie in a besieged pocket: cut at the pocket's days, the controller as it was.

Control tells who holds a place, territory who is cut off; only here are both known. The rule:
 1. A pocket counts when one adversary (or allies) surrounds it and its `p` is at least one half.
 2. A place is besieged on the days on which it lay in such a pocket, as far as its spell says that the actor of the pocket,
    or an ally shut in with it, controls it. Contested and unknown days stay what they are.
 3. All that a spell says of its controller stands in each of its parts: p, p_change, the interval of the change, evidence.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tenure.model import ControlStatus

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from tenure.model import ControlSpell
    from tenure.territory import Pocket, Stay

__all__ = ["LIKELY", "is_besieged", "with_sieges"]

LIKELY = 0.5
"""Probability from which a pocket counts; one that no sampled day tested does not."""


def is_besieged(pocket: Pocket) -> bool:
    """Return whether one adversary (or allies) shuts a pocket in, and likely so."""
    return bool(pocket.besieged_by) and pocket.p >= LIKELY


def with_sieges(
    spells: Sequence[ControlSpell], pockets: Sequence[Pocket], stays: Sequence[Stay]
) -> tuple[ControlSpell, ...]:
    """Return the spells in their order, those that lie in part in a besieged pocket cut at its days."""
    holders = {p.pocket_id: p.holders for p in pockets if is_besieged(p)}
    shut: dict[tuple[str, str], list[tuple[date, date]]] = {}
    for stay in stays:
        for actor in holders.get(stay.pocket_id, ()):
            shut.setdefault((stay.place_id, actor), []).append((stay.start, stay.end))
    return tuple(part for s in spells for part in _parts(s, sorted(shut.get((s.place_id, s.controller), ()))))


def _parts(spell: ControlSpell, shut: Sequence[tuple[date, date]]) -> Iterator[ControlSpell]:
    """Yield a spell cut at the sorted days on which its place is shut in; days that touch or overlap make one part."""
    if spell.status is not ControlStatus.CONTROLLED:
        yield spell
        return
    at = spell.start
    for start, end in _joined(shut):
        first, last = max(start, at), min(end, spell.end)
        if first >= last:
            continue
        if first > at:
            yield replace(spell, start=at, end=first)
        yield replace(spell, start=first, end=last, status=ControlStatus.BESIEGED)
        at = last
    if at < spell.end:
        yield replace(spell, start=at)


def _joined(days: Sequence[tuple[date, date]]) -> list[tuple[date, date]]:
    out: list[tuple[date, date]] = []
    for start, end in days:
        if out and start <= out[-1][1]:
            out[-1] = (out[-1][0], max(end, out[-1][1]))
        else:
            out.append((start, end))
    return out
