"""How a place stands on a day: its posterior, and how often a P like it was right."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tenure.model.track_record import NAMED_P, NEAR_DAYS, told_record

if TYPE_CHECKING:
    from datetime import date

    from tenure.control import Fused
    from tenure.model import Place

__all__ = ["state_of"]


def state_of(fused: Fused, place: Place, when: date) -> dict[str, Any]:
    """Return place_id, name, on, informed, controller, posterior and track_record of a place of the study on a day."""
    posterior = fused.posterior
    index = posterior.place_ids.index(place.place_id)
    p, informed = posterior.on(when)[index], bool(posterior.informed_on(when)[index])
    controller = posterior.states[int(p.argmax())]
    near = _is_spoken_of(fused, index, posterior.index_of(when))
    return {
        "place_id": place.place_id,
        "name": place.name,
        "on": when.isoformat(),
        "informed": informed,
        "controller": controller,
        "posterior": {s: round(float(v), 4) for s, v in zip(posterior.states, p, strict=True)},
        "track_record": told_record(controller, float(p.max()), near=near) if informed else None,
    }


def _is_spoken_of(fused: Fused, index: int, day: int) -> bool:
    """Return whether a claim that bears on a place lies near a day (its number)."""
    told = fused.scene.evidence
    mine = (told.place == index) & (told.p >= NAMED_P)
    return bool(((told.t0[mine] - NEAR_DAYS <= day) & (day < told.t1[mine] + NEAR_DAYS)).any())
