"""What a place's posterior is without a source: which one, left out, would change its most probable controller."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tenure.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Container, Mapping
    from datetime import date

    from tenure.control import Fused

__all__ = ["without_source"]


def without_source(fused: Fused, place_id: str, when: date, source: str, *, listed: Container[str]) -> dict[str, Any]:
    """Return source, controller, flips and posterior of a place on a day without all that a source says of the place.

    The neighbours and what was learned of sources stay as they are. Raises InputError for one that says nothing of it,
    which names those that do of the `listed` (a report's own words for its source may name a person).
    """
    from tenure.control import leave_out_sources

    found = leave_out_sources(fused, place_id, when)
    if source not in found:
        known = ", ".join([s for s in found if s in listed][:8])
        remedy = f"use one of {known}" if known else "no listed source speaks of it"
        raise InputError("--without: the source says nothing of this place", value=source, remedy=remedy)
    posterior, states = fused.posterior, fused.posterior.states
    before = posterior.on(when)[posterior.place_ids.index(place_id)]
    after = found[source]
    return {
        "source": source,
        "controller": states[int(after.argmax())],
        "flips": bool(after.argmax() != before.argmax()),
        "posterior": {s: round(float(v), 4) for s, v in zip(states, after, strict=True)},
    }


def flips_without(fused: Fused, source: str, *, names: Mapping[str, str], listed: Container[str]) -> list[dict[str, Any]]:
    """Return the places whose most probable controller changes without a source, by the first day on which it does.

    Keys: place_id, name, day, with, without. `names` are those of the places that may be shown; field and reliabilities stay
    as they are. Raises InputError for a source that is not `listed` or says nothing.
    """
    from tenure.control import sensitivity

    heard = [s for s in fused.scene.rows.obs.sources if s in listed]
    if source not in heard:
        remedy = f"use one of {', '.join(heard[:8])}" if heard else "no listed source says who holds what"
        raise InputError("--without: the source says nothing of any place", value=source, remedy=remedy)
    told = sorted((f.day, f.place_id, f.with_source, f.without_source) for f in sensitivity(fused, source))
    return [
        {"place_id": place, "name": names[place], "day": day.isoformat(), "with": held, "without": other}
        for day, place, held, other in told
        if place in names
    ]
