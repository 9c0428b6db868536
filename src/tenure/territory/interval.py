"""Sums over cells for every joint draw, and the intervals that the draws give."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tenure.model import Measure

if TYPE_CHECKING:
    from datetime import date

    from numpy.typing import NDArray

__all__ = ["quantiles", "tally", "to_measure"]

_LEVELS = (0.25, 0.75, 0.05, 0.95)  # 50 and 90% intervals


def tally(codes: NDArray[np.integer[Any]], count: int, weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return for every draw the sum of weights (places,) by code; codes (draws, places) in [0, count) -> (draws, count).

    >>> tally(np.array([[0, 1, 1]]), 2, np.array([1.0, 2.0, 4.0])).tolist()
    [[1.0, 6.0]]
    """
    draws = len(codes)
    used = np.flatnonzero(weights)
    flat = codes[:, used] + count * np.arange(draws)[:, None]
    spread = np.broadcast_to(weights[used], flat.shape)
    sums = np.bincount(flat.ravel(), spread.ravel(), minlength=draws * count)
    return sums.astype(np.float64).reshape(draws, count)


def quantiles(draws: NDArray[np.float64] | None, value: float) -> tuple[float, float, float, float]:
    """Return (lo50, hi50, lo90, hi90) of draws (draws,), widened where needed to hold the value; no draws give NaN."""
    if draws is None or not len(draws):
        return (float("nan"),) * 4
    lo50, hi50, lo90, hi90 = (float(q) for q in np.quantile(draws, _LEVELS))
    return min(lo50, value), max(hi50, value), min(lo90, value), max(hi90, value)


def to_measure(
    name: str,
    actor: str,
    span: tuple[date, date],
    *,
    value: float,
    draws: NDArray[np.float64] | None,
    method: str,
    group: str = "",
) -> Measure:
    """Return a measure over the half-open span with its intervals; the unit follows from the name's ending."""
    unit = next((u for ending, u in (("km2", "km2"), ("places", "places"), ("km", "km")) if name.endswith(ending)), "")
    lo50, hi50, lo90, hi90 = quantiles(draws, value)
    return Measure(name, actor, *span, group, float(value), unit, lo50, hi50, lo90, hi90, method)
