"""Evidence of a study's claims, those on a pocket among them: what "the entire pocket" means only control itself can say.

Rules
 1. A pocket is what the filtered reading of all other claims has cut off on the day before the claim begins, or on the
    last of the days before on which it had one: nothing that came later decides what was meant.
 2. Whose it is: the claim's target; else the holder that its words name ("the X pocket"); else, of a loss or a holding, the
    actor itself; else anybody but the actor and its allies.
 3. Of several pockets the one nearest to a place that the claim names is meant, of which it names none the largest.
 4. Places known only by their area have no ground that could be shut in. They are in the pocket if its holder has them and
    most of what else it holds in their area.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np

from tenure.model import Event, Evidence, Extent, PlaceRole, to_table
from tenure.pipeline.ground import fuse_study

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet
    from datetime import date

    from numpy.typing import NDArray

    from tenure.config import Study
    from tenure.control import EvidenceResult
    from tenure.grid import Cells
    from tenure.model import Claim, ClaimPlace, Placement, Posterior, Report
    from tenure.territory.pocket import Snapshot

__all__ = ["gather_evidence"]

_RECALL_DAYS = 14  # a pocket that the reading lost sight of within so many days is still the one that is spoken of
_MOSTLY = 0.5
_CONTROL = frozenset({Event.GAIN, Event.LOSS, Event.HOLD})
_OWN = frozenset({Event.LOSS, Event.HOLD})


def gather_evidence(
    study: Study,
    claims: Sequence[Claim],
    placements: Sequence[Placement],
    reports: Sequence[Report],
    cells: Cells,
    *,
    use_areas: bool = True,
) -> EvidenceResult:
    """Return the evidence of a study's claims as `tenure.control.collect_evidence` does, claims on pockets resolved."""
    from tenure.control import collect_evidence

    spoken = {c.claim_id: (c, place) for c in claims if (place := _pocket_of(c)) is not None}
    meant: dict[str, tuple[AbstractSet[str], Extent]] = {}
    if spoken:
        others = [c for c in claims if c.claim_id not in spoken]
        evidence = to_table(Evidence, collect_evidence(others, placements, reports, study, use_areas=use_areas).evidence)
        reading = _Reading(study, fuse_study(study, evidence, cells, reading="filtered").posterior, cells)
        at: dict[str, list[tuple[float, float]]] = {}
        for placement in placements:
            if placement.claim_id in spoken and placement.lon is not None and placement.lat is not None:
                at.setdefault(placement.claim_id, []).append((placement.lon, placement.lat))
        for claim_id, (claim, place) in spoken.items():
            shut = reading.shut_in(claim, place, at.get(claim_id, ()))
            if shut:
                meant[claim_id] = shut, place.extent or Extent.PLAIN
    return collect_evidence(claims, placements, reports, study, use_areas=use_areas, pockets=meant)


def _pocket_of(claim: Claim) -> ClaimPlace | None:
    """Return the pocket that a claim of control speaks of, as its language's pack names one."""
    from tenure.claims import languages, load_pack

    if claim.event not in _CONTROL or claim.language not in languages():
        return None
    nouns = load_pack(claim.language).lexicon["place.pockets"]
    return next(
        (p for p in claim.places if p.role in {PlaceRole.AT, PlaceRole.IN_AREA} and nouns & {*p.name.casefold().split()}),
        None,
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Reading:
    """Control as it was known without the claims on pockets, and the pockets that it has by day."""

    study: Study
    control: Posterior
    cells: Cells
    pockets: dict[date, tuple[tuple[Snapshot, ...], NDArray[np.int64]]] = field(default_factory=dict)
    """By day the pockets and the holders, (places,)."""

    def shut_in(self, claim: Claim, place: ClaimPlace, named: Sequence[tuple[float, float]]) -> AbstractSet[str]:
        """Return the places of the pocket that a claim means, none where there is none.

        `named` are the points (lon, lat) of the places that the claim names.
        """
        from tenure.territory.labels import names_of

        cells, names = self.cells, names_of(self.control)
        last = min(claim.start, self.study.config.end) - timedelta(days=1)
        for on in (last - timedelta(days=back) for back in range(_RECALL_DAYS + 1)):
            if on < self.control.first_day:
                break
            shots, labels = self.on(on)
            for holders in _owners(self.study, claim, place, shots, names):
                mine = [s for s in shots if {names[h] for h in s.holders} & holders]
                if mine:
                    shot = min(mine, key=lambda s: (_away_km(s, named, cells), -s.area_km2, s.members.tolist()))
                    members = (*shot.members.tolist(), *_known_by_area(shot, labels, cells))
                    return {cells.places[i].place_id for i in members}
        return frozenset()

    def on(self, day: date) -> tuple[tuple[Snapshot, ...], NDArray[np.int64]]:
        """Return the pockets and the holders of a day; looked for once, however many claims ask."""
        from tenure.territory.allies import allies_on
        from tenure.territory.labels import labels_on, names_of
        from tenure.territory.pocket import snapshots

        if day not in self.pockets:
            labels, allies = labels_on(self.control, self.cells, day), allies_on(self.study.relations, day)
            self.pockets[day] = snapshots(labels, self.cells, names_of(self.control), allies), labels
        return self.pockets[day]


def _known_by_area(shot: Snapshot, labels: NDArray[np.int64], cells: Cells) -> list[int]:
    """Return the places without ground of their own that the holders of a pocket have in its areas."""
    inside = {int(i) for i in shot.members}
    held: dict[str, list[bool]] = {}
    loose = []
    for i in np.flatnonzero(np.isin(labels, shot.holders)).tolist():
        area = cells.places[i].area_id
        if area and np.isfinite(cells.x_km[i]):
            held.setdefault(area, []).append(i in inside)
        elif area:
            loose.append(i)
    return [i for i in loose if np.mean(held.get(str(cells.places[i].area_id), [False])) > _MOSTLY]


def _owners(
    study: Study, claim: Claim, place: ClaimPlace, shots: Sequence[Snapshot], names: Sequence[str]
) -> list[AbstractSet[str]]:
    """Return the sets of actors whose pocket may be meant, the likeliest first."""
    from tenure.claims.identities import match_actor
    from tenure.territory.allies import allies_on

    allies = allies_on(study.relations, claim.start)
    mine = {*claim.actor_ids}.union(*(allies.get(a, frozenset()) for a in claim.actor_ids))
    others = {names[h] for s in shots for h in s.holders} - mine
    if claim.target_ids:
        return [{*claim.target_ids}]
    said = match_actor(place.name, study.actors)
    if said:
        return [{said}]
    return [{*claim.actor_ids}, others] if claim.event in _OWN else [others]


def _away_km(shot: Snapshot, named: Sequence[tuple[float, float]], cells: Cells) -> float:
    """Return how far the nearest place that a claim names lies from a pocket, 0 where it names none."""
    if not named:
        return 0.0
    x, y = cells.projection.forward(*np.array(named).T)
    apart = np.hypot(cells.x_km[shot.members][:, None] - x, cells.y_km[shot.members][:, None] - y)
    return float(np.nanmin(apart, initial=np.inf))
