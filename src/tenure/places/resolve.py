"""Toponyms of one document resolved together: a posterior over each one's candidates.

Log-linear score of a candidate: how well the name fits, how prominent the place is, and how it agrees with the other toponyms
(containment in a named unit, same unit, same country, distance), the study's area and countries, and the outlet's own area.
Two passes: the second weighs agreement by the first one's posterior. See docs/theory/places.md.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import numpy as np

from tenure.model import FeatureClass
from tenure.places.gazetteer import FEATURES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from tenure.places.gazetteer import Gazetteer
    from tenure.places.recognise import Toponym

__all__ = ["DocumentPosterior", "Setting", "resolve_document"]

_MOST = 30
"""Candidates of one name that are weighed."""


@cache
def _weights() -> dict[str, Any]:
    return tomllib.loads(files("tenure.places").joinpath("data/weights.toml").read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True, eq=False)
class Setting:
    """What every document of a study shares: the gazetteer's arrays and the study's area and countries."""

    gazetteer: Gazetteer
    area: BaseGeometry | None
    country_numbers: frozenset[int]
    prominence: NDArray[np.float64]
    """(places,) log prior of a place being spoken of at all."""
    study: NDArray[np.bool_]
    """(places,) True for rows of the study's own gazetteer."""

    @classmethod
    def of(cls, gazetteer: Gazetteer, *, area: str | None, countries: Sequence[str]) -> Setting:
        """Return the setting of a study."""
        arrays = gazetteer.arrays
        weights = _weights()
        by_class = np.array([weights["class"].get(f.value, 0.0) for f in FEATURES])
        prominence = by_class[arrays["feature"]] + weights["population"] * np.log10(arrays["population"] + 100.0)
        sources = [entry["gazetteer"] for entry in gazetteer.meta["sources"]]
        own = np.array([name != "geonames" for name in sources], dtype=bool)
        study = own[arrays["source"]] if len(sources) else np.zeros(0, dtype=bool)
        shape = None
        if area is not None:
            import shapely

            shape = shapely.from_geojson(area)
            shapely.prepare(shape)
        codes = {code.upper() for code in countries}
        numbers = frozenset(i for i, code in enumerate(gazetteer.countries) if code in codes)
        return cls(gazetteer, shape, numbers, prominence, study)


@dataclass(frozen=True, slots=True, eq=False)
class DocumentPosterior:
    """Posterior of one toponym: candidate rows, (n,), best first, their probabilities, (n,), and the name's log scores, (n,)."""

    rows: NDArray[np.int64]
    p: NDArray[np.float64]
    log_name: NDArray[np.float64]


def _softmax(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    e = np.exp(scores - scores.max())
    return np.asarray(e / e.sum())


def _base_scores(
    setting: Setting, toponym: Toponym, weights: Mapping[str, Any]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    rows, log_name, kind = toponym.matches.rows, toponym.matches.log_name, toponym.matches.kind
    score = weights["name"] * log_name + setting.prominence[rows] + np.asarray(weights["kind"])[kind]
    score = score + weights["study"] * setting.study[rows]
    arrays = setting.gazetteer.arrays
    if setting.country_numbers:
        inside = np.isin(arrays["country"][rows], list(setting.country_numbers))
        score = score + weights["country"] * inside
    if setting.area is not None:
        import shapely

        score = score + weights["area"] * shapely.contains_xy(setting.area, arrays["lon"][rows], arrays["lat"][rows])
    if toponym.phrase.unit is not None:
        same = arrays["feature"][rows] == FEATURES.index(toponym.phrase.unit)
        score = score + weights["unit"] * same
    best = np.argsort(-score, kind="stable")[:_MOST]
    return best, score[best]


def _near(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return pairwise distances in km, (n, n), on a sphere."""
    x, y = np.radians(lon), np.radians(lat)
    xyz = np.stack([np.cos(y) * np.cos(x), np.cos(y) * np.sin(x), np.sin(y)], axis=1)
    chord = np.sqrt(np.maximum(0.0, 2.0 - 2.0 * xyz @ xyz.T))
    return np.asarray(2 * 6371.0088 * np.arcsin(np.minimum(1.0, chord / 2)))


def _containers(setting: Setting, rows: NDArray[np.int64]) -> NDArray[np.int64]:
    arrays = setting.gazetteer.arrays
    return np.stack([rows, arrays["admin1"][rows], arrays["admin2"][rows], arrays["admin3"][rows]], axis=1)


def _agreement(
    setting: Setting, rows: NDArray[np.int64], owner: NDArray[np.int64], p: NDArray[np.float64], weights: Mapping[str, Any]
) -> NDArray[np.float64]:
    """Return for every candidate how the other toponyms' candidates speak for it, (n,)."""
    arrays = setting.gazetteer.arrays
    other = (owner[:, None] != owner[None, :]).astype(float)
    ways = _containers(setting, rows)
    country = arrays["country"][rows]
    inside = (ways[:, 1:, None] == rows[None, None, :]).any(axis=1)
    inside |= (arrays["feature"][rows] == FEATURES.index(FeatureClass.COUNTRY))[None, :] & (
        country[:, None] == country[None, :]
    )
    same1 = (ways[:, 1][:, None] == ways[:, 1][None, :]) & (ways[:, 1] >= 0)[:, None]
    lon, lat = np.nan_to_num(arrays["lon"][rows]), np.nan_to_num(arrays["lat"][rows])
    near = np.exp(-_near(lon, lat) / weights["near_km"])
    pair = (
        weights["inside"] * inside
        + weights["same_unit"] * same1
        + weights["same_country"] * (country[:, None] == country[None, :])
    )
    pair = pair + weights["near"] * near
    support = other * p[None, :] * pair
    names = np.unique(owner)
    strongest = np.stack([support[:, owner == name].sum(axis=1) for name in names], axis=1)
    return np.asarray(
        weights["best"] * strongest.max(axis=1) + weights["mean"] * strongest.sum(axis=1) / max(len(names) - 1, 1)
    )


def resolve_document(
    setting: Setting,
    text: str,
    toponyms: Sequence[Toponym],
    context: Sequence[Toponym] = (),
    *,
    source_point: tuple[float, float] | None = None,
) -> list[DocumentPosterior]:
    """Return the posterior of every toponym; an empty one where the name has no candidate."""
    weights = _weights()
    groups: dict[str, int] = {}
    where = [groups.setdefault(t.phrase.name.casefold(), len(groups)) for t in (*toponyms, *context)]
    first = [where.index(g) for g in range(len(groups))]
    every = (*toponyms, *context)
    rows_of, score_of, name_of = [], [], []
    for i in first:
        best, score = _base_scores(setting, every[i], weights)
        rows_of.append(every[i].matches.rows[best])
        name_of.append(every[i].matches.log_name[best])
        score_of.append(score)
    posterior = [_softmax(s) if s.size else s for s in score_of]
    if rows_of and sum(r.size for r in rows_of):
        rows = np.concatenate(rows_of)
        owner = np.repeat(np.arange(len(rows_of)), [r.size for r in rows_of])
        base = np.concatenate(score_of)
        cuts = np.cumsum([r.size for r in rows_of])[:-1]
        for _ in range(2):
            scores = base + _agreement(setting, rows, owner, np.concatenate(posterior), weights)
            posterior = [_softmax(s) if s.size else s for s in np.split(scores, cuts)]
    out = []
    for group in where[: len(toponyms)]:
        order = np.argsort(-posterior[group], kind="stable")
        out.append(DocumentPosterior(rows_of[group][order], posterior[group][order], name_of[group][order]))
    return out
