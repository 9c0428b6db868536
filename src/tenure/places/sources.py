"""Where an outlet reports from: learned from the places that its other reports resolve to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from tenure.model import Report

__all__ = ["SourcePrior", "learn_priors", "source_key"]

_REACH_KM = 60.0
_EARTH_KM = 6371.0088


def source_key(report: Report) -> str:
    """Return what tells outlets apart: the study's source, else the publisher's name; empty when neither is known."""
    return report.source_id or report.publisher or ""


@dataclass(frozen=True, slots=True, eq=False)
class SourcePrior:
    """Points that an outlet's reports speak of: unit vectors (n, 3), weights (n,), the number of the report (n,)."""

    xyz: NDArray[np.float64]
    weight: NDArray[np.float64]
    report: NDArray[np.int64]
    reports: Mapping[str, int]

    def density(self, xyz: NDArray[np.float32], report_id: str) -> NDArray[np.float64]:
        """Return for points (m, 3) the share, (m,) in [0, 1], of the outlet's other places that lie within reach."""
        others = self.report != self.reports.get(report_id, -1)
        weight = self.weight[others]
        if not weight.size:
            return np.zeros(len(xyz))
        chord = np.sqrt(np.maximum(0.0, 2.0 - 2.0 * xyz.astype(np.float64) @ self.xyz[others].T))
        near = np.exp(-chord * _EARTH_KM / _REACH_KM)
        return np.asarray(near @ weight / (weight.sum() + 1.0))


def learn_priors(resolved: Iterable[tuple[Report, Sequence[tuple[NDArray[np.float32], float]]]]) -> dict[str, SourcePrior]:
    """Return the prior of every outlet from its reports and, per report, the points and probabilities of its places.

    A report counts at most as one report: its points share a weight of 1, so that one long list does not decide.
    """
    gathered: dict[str, list[tuple[str, NDArray[np.float32], float]]] = {}
    for report, points in resolved:
        key = source_key(report)
        if key and points:
            share = 1.0 / len(points)
            gathered.setdefault(key, []).extend((report.report_id, xyz, p * share) for xyz, p in points)
    priors = {}
    for key, entries in gathered.items():
        reports = {report_id: i for i, report_id in enumerate(dict.fromkeys(entry[0] for entry in entries))}
        priors[key] = SourcePrior(
            np.array([entry[1] for entry in entries], dtype=np.float64),
            np.array([entry[2] for entry in entries]),
            np.array([reports[entry[0]] for entry in entries]),
            reports,
        )
    return priors
