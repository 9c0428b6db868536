"""How many: numbers of a clause with what they count."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tenure.model import Qualifier, Quantity, QuantityKind

if TYPE_CHECKING:
    from tenure.claims.shallow.folding import Folded
    from tenure.claims.shallow.packs import Pack

__all__ = ["quantities_in"]

_NEAR = 28  # characters between a number and its noun: an adjective or two
_BEFORE = 24
_KINDS = ("km2", "km", "villages", "displaced", "killed", "wounded", "fighters", "vehicles", "strikes")
_BY_VERB = ("killed", "wounded", "displaced")


def quantities_in(folded: Folded, start: int, end: int, pack: Pack) -> tuple[Quantity, ...]:
    """Return the quantities of a stretch of a folded text in order; a number that counts nothing known is left out."""
    out = []
    for hit in pack.number.finditer(folded.low, start, end):
        value, stop = _value(hit[0], folded.low, hit.end(), pack)
        kind, last = _kind(folded.low, stop, end, pack)
        kind = _by_verb(folded.low, hit.start(), end, kind, pack)
        if value is None or kind is None:
            continue
        quote, _, _ = folded.verbatim(hit.start(), min(last, end))
        out.append(Quantity(QuantityKind(kind), value, _qualifier(folded.low, hit.start(), hit.end(), pack), None, quote))
    return tuple(out)


def _value(text: str, low: str, end: int, pack: Pack) -> tuple[float | None, int]:
    if text in pack.numbers:
        value = float(pack.numbers[text])
    else:
        plain = re.sub(r"[., ](?=\d{3}(?!\d))", "", text).replace(",", ".").replace(" ", "")
        value = float(plain) if re.fullmatch(r"\d{1,9}(?:\.\d+)?", plain) else -1.0
    if value < 0:
        return None, end
    for name, factor in (("thousand", 1000), ("million", 1_000_000)):
        hit = re.compile(rf"\s*(?:{pack.words[f'numbers.{name}'].pattern.replace('?P<pre>', '')})\.?").match(low, end)
        if hit:
            return value * factor, hit.end()
    return value, end


def _kind(low: str, start: int, end: int, pack: Pack) -> tuple[str | None, int]:
    best: tuple[int, str, int] | None = None
    for kind in _KINDS:
        hit = pack.counts[kind].search(low, start, min(end, start + _NEAR))
        if hit and not re.search(r"[,;.()]|\d", low[start : hit.start()]) and (best is None or hit.start() < best[0]):
            best = (hit.start(), kind, hit.end())
    return (best[1], best[2]) if best else (None, start)


def _by_verb(low: str, start: int, end: int, kind: str | None, pack: Pack) -> str | None:
    """Return what befell those who are counted, where people are: the nearest such verb decides."""
    if kind not in {None, "fighters"}:
        return kind
    around = [
        (abs(hit.start() - start), name)
        for name in _BY_VERB
        for hit in pack.counts[f"{name}_by"].finditer(low, max(0, start - 40), min(end, start + 70))
    ]
    return min(around)[1] if around else kind


def _qualifier(low: str, start: int, end: int, pack: Pack) -> Qualifier:
    around = low[max(0, start - _BEFORE) : start]
    if pack.family == "turkic":
        around += " " + low[end : end + _BEFORE]
    for name, qualifier in (("over", Qualifier.OVER), ("under", Qualifier.UNDER), ("about", Qualifier.ABOUT)):
        if pack.words[f"numbers.{name}"].search(around):
            return qualifier
    return Qualifier.EXACT
