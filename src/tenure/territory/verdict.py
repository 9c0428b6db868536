"""The verdict on a reported figure: supported, disputed, or cannot tell, with the reason in a sentence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tenure.model import Qualifier, QuantityKind
from tenure.territory.share import is_share

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tenure.model import Quantity

__all__ = ["CANNOT_TELL", "DISPUTED", "SUPPORTED", "Measured", "judge"]

SUPPORTED, DISPUTED, CANNOT_TELL = "supported", "disputed", "cannot tell"

_CLEAR = 0.8  # probability from which a figure is supported
_BEYOND = 0.95  # probability from which it is disputed: of less than the figure, or (where it is held) of more
_SLACK = {Qualifier.EXACT: 0.1, Qualifier.ABOUT: 0.2, Qualifier.OVER: 0.0, Qualifier.UNDER: 0.0, Qualifier.RANGE: 0.1}
"""Part of the figure by which it may miss: journalists round, and ground is only known to the cell."""
_SPARSE_KM2 = 150.0
"""Ground of one listed settlement from which a gazetteer is a selection: lists of all villages have 5 to 60 km2 each."""
_MUCH_UNKNOWN = 0.3  # share of the area with no evidence from which a shortfall shows nothing


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """What was measured: `draws` (draws,) of the quantity, and how well the gazetteer and the record cover the area."""

    draws: NDArray[np.float64]
    settlements: int
    located: int
    cell_km2: float
    unknown_share: float
    larger: bool
    """Whether more than the claim's own area was measured, since none of its places is an area."""
    clipped: bool
    """Whether part of the claim's interval lies outside the study."""
    disjoint: bool
    """Whether all of it does."""
    missing: float = 0.0
    """How much more may have changed hands or be held, at places of which no report of those days tells."""
    resting: float = 0.0
    """How much of what is measured as held rests on no recent report."""
    measured_days: str = ""
    """Said when the sampled days are not the claim's own."""


def judge(quantity: Quantity, basis: str, measured: Measured) -> tuple[str, str]:
    """Return the verdict and its reason.

    What was gained or lost is judged as "at least", since others may have been taken besides those that a speaker counts;
    what is held is judged on both sides, and draws to both sides of the figure dispute nothing. "Under" is judged as "at
    most".
    """
    untold = _untold(quantity, measured)
    if untold:
        return CANNOT_TELL, untold
    low, high = _bounds(quantity, two_sided=basis in ("held", "pocket"))
    p = float(((measured.draws >= low) & (measured.draws <= high)).mean())
    where = _coverage(measured)
    clear = p >= _CLEAR
    if clear and not measured.larger:
        return SUPPORTED, f"probability {p:.2f} of {_span(low, high)}; {where}"
    lacking = _lacking(quantity, measured, short=float(measured.draws.mean()) < low) or _unheard(
        quantity, measured, low, high
    )
    if clear:
        lacking = "the claim's own area is not known, and the study area is larger"
    if lacking:
        return CANNOT_TELL, f"{lacking}; {where}"
    less, more = float((measured.draws < low).mean()), float((measured.draws > high).mean())
    if max(less, more) >= _BEYOND:
        side = f"{less:.2f} of less than {low:.0f}" if less > more else f"{more:.2f} of more than {high:.0f}"
        return DISPUTED, f"probability {side}; {where}"
    return CANNOT_TELL, f"probability {p:.2f} of {_span(low, high)} is no clear answer; {where}"


def _untold(quantity: Quantity, measured: Measured) -> str:
    """Return why nothing can be measured at all, empty where something can."""
    if measured.disjoint:
        return "the claim's interval lies outside the study"
    if not len(measured.draws):
        return "no actor of the claim holds ground in the control model"
    if is_share(quantity) and measured.larger:
        return f"the area of which it is a share is not known, or is a single place; {_coverage(measured)}"
    return ""


def _bounds(quantity: Quantity, *, two_sided: bool) -> tuple[float, float]:
    slack = _SLACK[quantity.qualifier]
    if quantity.qualifier is Qualifier.UNDER:
        return 0.0, quantity.value
    top = (quantity.high if quantity.high is not None else quantity.value) * (1 + slack)
    bounded = two_sided and quantity.qualifier is not Qualifier.OVER
    return quantity.value * (1 - slack), top if bounded else float("inf")


def _span(low: float, high: float) -> str:
    if high == float("inf"):
        return f"at least {low:.0f}"
    return f"at most {high:.0f}" if low == 0 else f"{low:.0f} to {high:.0f}"


def _coverage(measured: Measured) -> str:
    """Return the gazetteer's coverage of the area in words."""
    parts = [f"gazetteer: {measured.settlements} settlements, {measured.located} located"]
    if measured.located:
        parts.append(f"{measured.cell_km2:.0f} km2 each")
    if measured.unknown_share > 0:
        parts.append(f"{measured.unknown_share:.0%} without evidence")
    if measured.clipped:
        parts.append("only the days inside the study were measured")
    if measured.measured_days:
        parts.append(measured.measured_days)
    return ", ".join(parts)


def _unheard(quantity: Quantity, measured: Measured, low: float, high: float) -> str:
    """Return why silence may hold the difference, empty where it cannot: what nobody tells of contradicts nobody."""
    median = float(np.median(measured.draws))
    unit = {QuantityKind.VILLAGES: "places", QuantityKind.KM2: "km2"}.get(quantity.kind, "percent")
    if median < low and low - median <= measured.missing:
        return f"no report of those days tells of {measured.missing:,.0f} {unit} there that may belong to it"
    if median > high and median - high <= measured.resting:
        return f"{measured.resting:,.0f} {unit} of what is measured rests on no report of the days before"
    return ""


def _lacking(quantity: Quantity, measured: Measured, *, short: bool) -> str:
    """Return what the record lacks to dispute the figure, empty when nothing."""
    if quantity.kind is QuantityKind.VILLAGES and measured.settlements < quantity.value:
        return "the gazetteer knows fewer settlements there than the claim counts"
    if measured.clipped and short:
        return "part of the claim's interval lies outside the study"
    if measured.unknown_share > _MUCH_UNKNOWN and short:
        return "too much of the area has no evidence"
    if quantity.kind is QuantityKind.KM2 and measured.located and quantity.value < measured.cell_km2:
        return "the figure is smaller than one settlement's ground"
    if not measured.located and quantity.kind is QuantityKind.KM2:
        return "no settlement with coordinates lies in the area"
    sparse = quantity.kind is QuantityKind.VILLAGES and short and measured.located and measured.cell_km2 > _SPARSE_KM2
    return "the gazetteer is a selection of the settlements there" if sparse else ""
