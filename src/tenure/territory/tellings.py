"""Of which places the claims speak, and when: a measure can only contradict a figure where reports would have shown it.

Reports count more villages than they name. Ground that nobody names keeps its earlier holder in the model, which is the
best guess for each place and a bad one for their sum: what a speaker counts may lie there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tenure.model import Event, PlacementStatus

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from numpy.typing import NDArray

    from tenure.grid import Cells
    from tenure.model import Claim, Placement

__all__ = ["RECENT_DAYS", "SLACK_DAYS", "Tellings"]

REACH_KM = 10.0
"""Unnamed places that were taken lie beside taken or named ones: so near, or a thrust of its own would have been told."""

SLACK_DAYS = 3
"""A place that is told of so soon before or after an interval counts as told of in it."""

RECENT_DAYS = 14
"""What is held on a day and was last told of longer ago rests on nothing but its past."""

_OF_CONTROL = frozenset({Event.GAIN, Event.LOSS, Event.HOLD, Event.CLASH, Event.SIEGE, Event.ADVANCE})


@dataclass(frozen=True, slots=True, eq=False)
class Tellings:
    """One row a claim and place: the cell, and the first and last day of the claim as ordinals; all (tellings,)."""

    cells: Cells
    cell: NDArray[np.int64]
    first: NDArray[np.int64]
    last: NDArray[np.int64]

    @classmethod
    def of(cls, claims: Sequence[Claim], placed: Mapping[str, Sequence[Placement]], cells: Cells) -> Tellings:
        """Return the tellings of every claim of control that is placed at a place; areas name no place."""
        index = {place_id: i for i, place_id in enumerate(cells.place_ids)}
        rows = [
            (index[placement.place_id], claim.start.toordinal(), claim.end.toordinal())
            for claim in claims
            if claim.event in _OF_CONTROL
            for placement in placed.get(claim.claim_id, ())
            if placement.status is PlacementStatus.RESOLVED and placement.place_id in index
        ]
        table = np.array(sorted(rows), np.int64).reshape(-1, 3)
        return cls(cells, table[:, 0], table[:, 1], table[:, 2])

    def between(self, start: date, end: date) -> NDArray[np.bool_]:
        """Return which cells are told of by a claim whose days overlap [start, end], (cells,)."""
        heard = np.zeros(len(self.cells.place_ids), np.bool_)
        heard[self.cell[(self.first <= end.toordinal()) & (self.last >= start.toordinal())]] = True
        return heard

    def beside(self, ground: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Return which cells lie within REACH_KM of the cells of a ground, (cells,); one without a point is beside all."""
        from scipy.spatial import cKDTree

        located = np.isfinite(self.cells.x_km) & np.isfinite(self.cells.y_km)
        near = ~located
        if (ground & located).any():
            points = np.column_stack((self.cells.x_km, self.cells.y_km))
            distance, _ = cKDTree(points[ground & located]).query(points[located])
            near[located] = distance <= REACH_KM
        return near
