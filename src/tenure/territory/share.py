"""Shares of an area that a claim states: "more than 60 percent of the province", "half of the district"."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from tenure.model import Event, Qualifier, Quantity, QuantityKind

if TYPE_CHECKING:
    from tenure.model import Claim

__all__ = ["is_share", "shares_of"]

_CHANGES = (Event.GAIN, Event.LOSS, Event.HOLD)
_WORDS = 4  # that may stand between a share and the area that it is of
_ALL = 100.0


@cache
def _words() -> dict[str, Any]:
    return tomllib.loads(files("tenure.territory").joinpath("data/shares.toml").read_text(encoding="utf-8"))


def is_share(quantity: Quantity) -> bool:
    """Return whether a quantity is one of `shares_of`: a number of percent."""
    return quantity.kind is QuantityKind.OTHER


def shares_of(claim: Claim) -> tuple[Quantity, ...]:
    """Return the shares in percent that a claim of a gain, loss or hold states of one of its places, or of an area.

    "60 percent of the fighters" is none: after the share the area must be named, or be called an area.
    """
    if claim.event not in _CHANGES or not claim.places:
        return ()
    words = _words()
    patterns = [(words["percent"], None), *((rf"\b{text}\b", value) for text, value in words["fractions"].items())]
    out = []
    for pattern, fixed in patterns:
        for match in re.finditer(pattern, claim.quote, re.IGNORECASE):
            value = float(match.group(1).replace(",", ".")) if fixed is None else float(fixed)
            if 0 < value <= _ALL and _of_area(claim, claim.quote[match.end() :]):
                out.append(
                    Quantity(QuantityKind.OTHER, value, _qualifier(claim.quote[: match.start()], fixed), None, match.group())
                )
    return tuple(out)


def _qualifier(before: str, fixed: float | None) -> Qualifier:
    for name, pattern in _words()["qualifiers"].items():
        if re.search(pattern, before, re.IGNORECASE):
            return Qualifier(name)
    return Qualifier.EXACT if fixed is None else Qualifier.ABOUT


def _of_area(claim: Claim, after: str) -> bool:
    words = _words()
    lead = re.match(words["of"], after, re.IGNORECASE)
    if lead is None:
        return False
    rest = after[lead.end() :]
    names = [re.escape(p.name) for p in claim.places if p.name]
    ground, areas = "|".join(map(re.escape, words["ground"])), "|".join(words["areas"])
    named = rf"(?:(?:{ground})\s+){{0,{_WORDS}}}(?:{'|'.join([*names, areas])})\b"
    return re.match(named, rest, re.IGNORECASE) is not None
