"""Toponyms of one document resolved together: a posterior over each one's candidates.

Rules of this file:
- a name has one meaning in a document: its mentions share one set of candidates
- the score is linear in named features (data/weights.toml has one weight each) and a softmax over a name's candidates
- first every name is scored by itself; then again with what the other names' likeliest candidates ("voices") say for it:
  containment, the same unit, the same country, distance, the phrase "X, Y"
- the document's order does not matter, except that neighbours in the text speak louder
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from tenure.model import FeatureClass
from tenure.places.gazetteer.compiled import FEATURES
from tenure.places.toponyms.bearings import side_scores, stated_side
from tenure.places.toponyms.phrases import joins
from tenure.places.toponyms.setting import EARTH_KM, STATIC
from tenure.places.weights import weights

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from tenure.model import Report
    from tenure.places.gazetteer.match import Matches
    from tenure.places.toponyms.fighting import Fighting, Mention
    from tenure.places.toponyms.lookup import Toponym
    from tenure.places.toponyms.outlets import SourcePrior
    from tenure.places.toponyms.setting import Setting

__all__ = ["CONTEXT", "NOTHING_KNOWN", "OWN", "Background", "DocumentPosterior", "alone_scores", "resolve_document"]

OWN = (
    *STATIC,
    "log_name",
    "alternate",
    "demonym",
    "code",
    "unit",
    "unit_other",
    "outlet",
    "bare_district",
    "bare_governorate",
    "unit_clash",
    "broad",
    "front",
)
"""Features of a candidate by itself."""
CONTEXT = (
    "inside_best", "inside_all", "contains_all", "next_inside", "next_near", "same_unit", "same_unit_best", "same_country",
    "near_best", "near_all", "far", "close_best", "side",
)  # fmt: skip
"""Features of a candidate among the document's other names."""

_MOST = 24
"""Candidates of one name that are weighed together."""
_VOICES = 3
_HEARD = 0.05
"""Probability below which a candidate does not speak for others."""
_THEATRE = STATIC.index("theatre")
_GOVERNED = [STATIC.index("is_governorate"), STATIC.index("is_district")]
_UNITS = [STATIC.index(name) for name in ("is_country", "is_governorate", "is_district", "is_region")]
_COUNTRY = FEATURES.index(FeatureClass.COUNTRY)
_GOVERNORATE = FEATURES.index(FeatureClass.GOVERNORATE)


@dataclass(frozen=True, slots=True, eq=False)
class DocumentPosterior:
    """Posterior of one toponym, best first: rows (n,), probabilities (n,), the name's log scores (n,).

    `told` are the features of the best candidate, (OWN + CONTEXT,): what speaks for it.
    """

    rows: NDArray[np.int64]
    p: NDArray[np.float64]
    log_name: NDArray[np.float64]
    told: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Background:
    """What is known beside a document's text: the report, its outlet's area, the fighting, the theatre."""

    report: Report | None = None
    outlet: SourcePrior | None = None
    front: Fighting | None = None
    theatre: tuple[int, float] | None = None
    """Number of the country that such reports are about, and how surely, where no study says it."""


NOTHING_KNOWN = Background()
_NOTHING = DocumentPosterior(np.zeros(0, np.int64), np.zeros(0), np.zeros(0), np.zeros(len(OWN) + len(CONTEXT)))


@dataclass(slots=True, eq=False)
class _Candidates:
    """All candidates of a document end to end: rows (n,), number of the name (n,), own features (n, OWN), log_name (n,)."""

    rows: NDArray[np.int64]
    name: NDArray[np.int64]
    own: NDArray[np.float64]
    starts: NDArray[np.int64]
    names: int
    stated: tuple[tuple[slice, slice, NDArray[np.float64]], ...] = ()
    """Pairs of names of which the text says how they lie: the candidates of both and how well each pair lies so."""

    def of_name(self, name: int) -> slice:
        """Return where the candidates of a name stand."""
        return slice(int(self.starts[name]), int(self.starts[name + 1]) if name + 1 < self.names else self.rows.size)

    def normalised(self, score: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the softmax of scores within each name, (n,)."""
        top = np.maximum.reduceat(score, self.starts)
        lengths = np.diff(np.append(self.starts, score.size))
        e = np.exp(score - np.repeat(top, lengths))
        return np.asarray(e / np.repeat(np.add.reduceat(e, self.starts), lengths))


def _weight_vector(table: Mapping[str, float], names: Sequence[str]) -> NDArray[np.float64]:
    return np.array([table[name] for name in names])


def alone_scores(setting: Setting, matches: Matches) -> NDArray[np.float64]:
    """Return how likely the places of a name are spoken of before a text is read, (n,): log scores without a zero."""
    table = weights()["alone"]
    static = setting.static[matches.rows] @ _weight_vector(table, STATIC)
    kinds = np.array([0.0, table["alternate"], table["demonym"], table["code"]])
    return np.asarray(static + kinds[matches.kind] + table["log_name"] * matches.log_name)


def _own_features(
    setting: Setting, toponym: Toponym, known: Background, mentions: Sequence[Mention] = ()
) -> NDArray[np.float64]:
    rows, kind, report = toponym.matches.rows, toponym.matches.kind, known.report
    out = np.zeros((rows.size, len(OWN)))
    static = len(STATIC)
    out[:, :static] = setting.static[rows]
    if report is not None and report.country in setting.gazetteer.countries:
        theatre = setting.gazetteer.countries.index(report.country)
        out[:, _THEATRE] = np.maximum(out[:, _THEATRE], setting.gazetteer.arrays["country"][rows] == theatre)
    if known.theatre is not None:
        country, share = known.theatre
        out[:, _THEATRE] = np.maximum(out[:, _THEATRE], share * (setting.gazetteer.arrays["country"][rows] == country))
    out[:, static] = toponym.matches.log_name
    for offset in (1, 2, 3):
        out[:, static + offset] = kind == offset
    if toponym.phrase.unit is not None:
        same = setting.gazetteer.arrays["feature"][rows] == FEATURES.index(toponym.phrase.unit)
        out[:, static + 4] = same
        out[:, static + 5] = ~same
        units = out[:, _GOVERNED].any(axis=1)
        out[:, static + 9] = units if toponym.phrase.unit is FeatureClass.SETTLEMENT else ~units & ~same
    elif not toponym.broad:
        _mark_bare(setting, rows, out[:, static + 7 : static + 9])
    if toponym.broad:
        out[:, static + 10] = out[:, _GOVERNED].any(axis=1)
    if known.outlet is not None:
        out[:, static + 6] = known.outlet.density(setting.xyz[rows], report)
    if known.front is not None and mentions and rows.size > 1:
        out[:, static + 11] = _at_front(setting, known.front, rows, mentions)
    return out


def _at_front(
    setting: Setting, front: Fighting, rows: NDArray[np.int64], mentions: Sequence[Mention]
) -> NDArray[np.float64]:
    """Return how the fighting speaks for candidates, (n,), the mean over a name's mentions; units as the best point."""
    told = np.mean([front.log_odds(setting.xyz, rows, mention) for mention in mentions], axis=0)
    static = setting.static[rows]
    unit = (static[:, _UNITS] > 0).any(axis=1)
    return np.asarray(np.where(unit, told[~unit].max(initial=-np.inf) if (~unit).any() else 0.0, told))


def _mark_bare(setting: Setting, rows: NDArray[np.int64], out: NDArray[np.float64]) -> None:
    """Mark units whose own seat bears the same name: named without "district" or "province", the town is likelier meant."""
    a = setting.gazetteer.arrays
    seats = rows[a["seat"][rows] > 0]
    if not seats.size:
        return
    out[:, 1] = (rows[:, None] == a["admin1"][seats]).any(axis=1)
    out[:, 0] = (rows[:, None] == a["admin2"][seats]).any(axis=1) | (rows[:, None] == a["admin3"][seats]).any(axis=1)


def _gather(
    setting: Setting, names: Sequence[Toponym], known: Background, mentions: Sequence[Sequence[Mention]]
) -> _Candidates:
    weight = _weight_vector(weights()["alone"], OWN)
    rows, number, own, starts = [], [], [], []
    at = 0
    for i, toponym in enumerate(names):
        features = _own_features(setting, toponym, known, mentions[i])
        best = np.argsort(-(features @ weight), kind="stable")[:_MOST]
        rows.append(toponym.matches.rows[best])
        own.append(features[best])
        number.append(np.full(best.size, i))
        starts.append(at)
        at += best.size
    return _Candidates(np.concatenate(rows), np.concatenate(number), np.concatenate(own), np.array(starts), len(names))


def _voices(candidates: _Candidates, p: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the likeliest candidates of every name: those that speak for others."""
    order = np.lexsort((-p, candidates.name))
    rank = np.arange(order.size) - np.repeat(candidates.starts, np.diff(np.append(candidates.starts, order.size)))
    chosen = order[rank < _VOICES]
    return np.sort(chosen[p[chosen] > _HEARD])


def context_features(
    setting: Setting, candidates: _Candidates, p: NDArray[np.float64], follows: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Return how the other names speak for every candidate, (n, CONTEXT); `follows` (names, names): "X, Y" stands."""
    a = setting.gazetteer.arrays
    rows = candidates.rows
    voices = _voices(candidates, p)
    spoken = rows[voices]
    other = candidates.name[:, None] != candidates.name[voices][None, :]
    weight = other * p[voices][None, :]
    total = np.maximum(weight.sum(axis=1), 1e-9)
    country, feature = a["country"][rows], a["feature"][rows]
    admins = np.stack([a["admin1"][rows], a["admin2"][rows], a["admin3"][rows]])
    same_country = (country[:, None] == country[voices][None, :]) & (country >= 0)[:, None]
    inside = (admins[:, :, None] == spoken[None, None, :]).any(axis=0)
    inside |= same_country & (feature[voices] == _COUNTRY)[None, :] & (feature != _COUNTRY)[:, None]
    contains = (admins[:, voices][:, None, :] == rows[None, :, None]).any(axis=0)
    contains |= same_country & (feature == _COUNTRY)[:, None] & (feature[voices] != _COUNTRY)[None, :]
    unit = np.where(feature == _GOVERNORATE, rows, admins[0])
    same_unit = (unit[:, None] == unit[voices][None, :]) & (unit >= 0)[:, None]
    chord = 2.0 - 2.0 * setting.xyz[rows] @ setting.xyz[spoken].T
    km = np.sqrt(np.maximum(chord, 0.0)) * EARTH_KM
    near = np.exp(-km / 50.0)
    next_to = follows[candidates.name][:, candidates.name[voices]]
    out = np.zeros((rows.size, len(CONTEXT)))
    out[:, 0] = (weight * inside).max(axis=1, initial=0.0)
    out[:, 1] = np.log1p((weight * inside).sum(axis=1))
    out[:, 2] = np.log1p((weight * contains).sum(axis=1))
    out[:, 3] = (weight * inside * next_to).max(axis=1, initial=0.0)
    out[:, 4] = (weight * near * next_to).max(axis=1, initial=0.0)
    out[:, 5] = (weight * same_unit).sum(axis=1) / total
    out[:, 6] = (weight * same_unit).max(axis=1, initial=0.0)
    out[:, 7] = (weight * same_country).sum(axis=1) / total
    out[:, 8] = (weight * near).max(axis=1, initial=0.0)
    out[:, 9] = (weight * np.exp(-km / 200.0)).sum(axis=1) / total
    out[:, 10] = (weight * np.log1p(km / 100.0)).sum(axis=1) / total
    out[:, 11] = (weight * np.exp(-km / 12.0)).max(axis=1, initial=0.0)
    for one, other_name, fit in candidates.stated:
        out[one, 12] += fit @ p[other_name]
        out[other_name, 12] += p[one] @ fit
    return out


def _follows(text: str, toponyms: Sequence[Toponym], name: Sequence[int], names: int) -> NDArray[np.bool_]:
    """Return for every pair of names, (names, names), whether the second once follows the first as in "X, Y" or "X in Y"."""
    out = np.zeros((names, names), dtype=bool)
    order = sorted({(t.start, t.end, n) for t, n in zip(toponyms, name, strict=True) if t.start >= 0})
    joined = [joins(text[a[1] : b[0]]) for a, b in pairwise(order)]
    for i, is_joined in enumerate(joined):
        if is_joined and order[i][2] >= 0:
            if order[i + 1][2] >= 0:
                out[order[i][2], order[i + 1][2]] = True
            if i + 1 < len(joined) and joined[i + 1] and order[i + 2][2] >= 0:
                out[order[i][2], order[i + 2][2]] = True
    return out


def _stated(
    setting: Setting, text: str, named: tuple[Sequence[Toponym], Sequence[int]], candidates: _Candidates
) -> tuple[tuple[slice, slice, NDArray[np.float64]], ...]:
    """Return the pairs of names of which the words between them say on which side the one lies of the other."""
    order = sorted(((t.start, t.end, n, t) for t, n in zip(*named, strict=True) if t.start >= 0), key=lambda each: each[:3])
    out = []
    for (_, end, one, _), (start, _, other, following) in pairwise(order):
        if min(one, other) < 0 or one == other or (side := stated_side(text[end:start], following.phrase)) is None:
            continue
        pair = candidates.of_name(one), candidates.of_name(other)
        out.append((*pair, side_scores(setting, candidates.rows[pair[0]], candidates.rows[pair[1]], side)))
    return tuple(out)


def resolve_document(
    setting: Setting,
    text: str,
    toponyms: Sequence[Toponym],
    context: Sequence[Toponym] = (),
    *,
    known: Background = NOTHING_KNOWN,
) -> list[DocumentPosterior]:
    """Return the posterior of every toponym; an empty one where the name has no candidate."""
    every = (*toponyms, *context)
    number: dict[tuple[str, object, bool], int] = {}
    names: list[Toponym] = []
    name_of: list[int] = []
    mentions: list[dict[Mention, None]] = []
    for toponym in every:
        if not toponym.matches.rows.size:
            name_of.append(-1)
            continue
        key = (toponym.key, toponym.phrase.unit, toponym.broad)
        if key not in number:
            number[key] = len(names)
            names.append(toponym)
            mentions.append({})
        if toponym.mention is not None:
            mentions[number[key]][toponym.mention] = None
        name_of.append(number[key])
    if not names:
        return [_NOTHING] * len(toponyms)
    candidates = _gather(setting, names, known, [list(each) for each in mentions])
    follows = _follows(text, every, name_of, len(names))
    candidates.stated = _stated(setting, text, (every, name_of), candidates)
    p, about = score_candidates(setting, candidates, follows)
    return [_posterior(candidates, p, about, name) for name in name_of[: len(toponyms)]]


def score_candidates(
    setting: Setting, candidates: _Candidates, follows: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the posterior of every candidate, (n,), alone and then twice among the others, and its last (n, CONTEXT)."""
    table = weights()
    p = candidates.normalised(candidates.own @ _weight_vector(table["alone"], OWN))
    own = candidates.own @ _weight_vector(table["together"], OWN)
    about = _weight_vector(table["together"], CONTEXT)
    for _ in range(2):
        context = context_features(setting, candidates, p, follows)
        p = candidates.normalised(own + context @ about)
    return p, context


def _posterior(
    candidates: _Candidates, p: NDArray[np.float64], context: NDArray[np.float64], name: int
) -> DocumentPosterior:
    if name < 0:
        return _NOTHING
    own = candidates.of_name(name)
    order = own.start + np.argsort(-p[own], kind="stable")
    told = np.concatenate([candidates.own[order[0]], context[order[0]]])
    return DocumentPosterior(candidates.rows[order], p[order], candidates.own[order, len(STATIC)], told)
