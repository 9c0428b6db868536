"""Evidence as sorted arrays: checked row by row, each misfit excluded with its reason and counted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from tenure.control.observing.exclusion import Exclusion
from tenure.errors import SchemaError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    import pandas as pd
    import pyarrow as pa
    from numpy.typing import NDArray

__all__ = ["INTERESTS", "VERBS", "Observations", "read_observations"]

VERBS = ("took", "lost", "held", "clash")
INTERESTS = ("own", "against", "neutral", "curated")
STANCES = ("asserted", "possible", "denied")
_NEUTRAL = frozenset({"", "NEU", "neutral", "none"})
_COLUMNS = (
    "claim_id",
    "source",
    "side",
    "kind",
    "verb",
    "actor",
    "place_id",
    "t0",
    "t1",
    "pub",
    "p_place",
    "stance",
    "story",
)
_MOST_UNITS = 3.0  # reports that a claim counts as when its source is judged, however many places it names
_DAY = np.timedelta64(1, "D")


@dataclass(frozen=True, slots=True, eq=False)
class Observations:
    """Evidence rows as arrays of one length, sorted by place, day, verb, actor, source, story, claim.

    Codes: `source` into `sources`, `verb` into VERBS, `actor` into states (-1 none), `place` into places, `interest` into
    INTERESTS, `stance` into STANCES. `t0`, `t1` day numbers, half-open, inside the study; `pub` days since start (float).
    """

    claim_id: NDArray[np.object_]
    source: NDArray[np.int32]
    sources: tuple[str, ...]
    verb: NDArray[np.int8]
    actor: NDArray[np.int16]
    place: NDArray[np.int64]
    t0: NDArray[np.int32]
    t1: NDArray[np.int32]
    pub: NDArray[np.float64]
    p: NDArray[np.float64]
    interest: NDArray[np.int8]
    stance: NDArray[np.int8]
    story: NDArray[np.int64]
    story_names: NDArray[np.object_]
    unit: NDArray[np.float64]
    """What a row counts in learning: a claim that is spread over many places is no more than some reports of its source."""

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.verb)

    def take(self, rows: NDArray[np.int64] | NDArray[np.bool_]) -> Observations:
        """Return the chosen rows, in the order given."""
        names = [n for n in self.__slots__ if n not in {"sources", "story_names"}]
        return replace(self, **{n: getattr(self, n)[rows] for n in names})


def read_observations(
    evidence: pa.Table,
    place_ids: Sequence[str],
    states: Sequence[str],
    *,
    start: date,
    days: int,
    sides: Mapping[str, str],
    known_on: date | None = None,
) -> tuple[Observations, tuple[Exclusion, ...]]:
    """Return the usable rows of an Evidence table, sorted, and every other row with the reason why it bears no weight."""
    import pandas as pd

    missing = [c for c in _COLUMNS if c not in evidence.column_names]
    if missing:
        raise SchemaError("evidence lacks columns", value=", ".join(missing), remedy="see tenure.model.Evidence")
    frame = _named_rows(evidence.to_pandas())
    actors = list(states[:-1])
    first = np.datetime64(start, "D")
    t0, t1, pub = (_days(frame[column], first) for column in ("t0", "t1", "pub"))
    place = pd.Index(list(place_ids)).get_indexer(pd.Index(frame["place_id"].astype(str)))
    verb = pd.Index(VERBS).get_indexer(pd.Index(frame["verb"].astype(str)))
    actor = pd.Index(actors).get_indexer(pd.Index(frame["actor"].astype(str)))
    stance = pd.Index(STANCES).get_indexer(pd.Index(frame["stance"].astype(str)))
    p = _probabilities(frame)
    horizon = np.inf if known_on is None else float((np.datetime64(known_on, "D") - first) // _DAY + 1)
    reasons = (
        ("no_source", ~frame["source"].fillna("").astype(bool).to_numpy(), "source"),
        ("no_date", np.isnan(t0) | np.isnan(t1) | np.isnan(pub), "t0"),
        ("not_yet_published", pub >= horizon, "pub"),
        ("unknown_verb", verb < 0, "verb"),
        ("unknown_place", place < 0, "place_id"),
        ("unknown_actor", (actor < 0) & (verb != VERBS.index("clash")), "actor"),
        ("unknown_stance", stance < 0, "stance"),
        ("bad_interval", ~(t0 < t1), "t0"),
        ("bad_probability", ~((p >= 0.0) & (p <= 1.0)), "p_place"),
        ("before_study", t1 <= 0, "t1"),
        ("after_study", t0 >= days, "t0"),
    )
    excluded, keep = _exclude(frame, reasons)
    rows = np.flatnonzero(keep)
    frame = frame.iloc[rows]
    return (
        _sorted_rows(
            frame,
            {
                "verb": verb[rows].astype(np.int8),
                "actor": np.where(verb[rows] == VERBS.index("clash"), -1, actor[rows]).astype(np.int16),
                "place": place[rows].astype(np.int64),
                "t0": np.clip(t0[rows], 0, days - 1).astype(np.int32),
                "t1": np.clip(t1[rows], 1, days).astype(np.int32),
                "pub": pub[rows],
                "p": p[rows],
                "stance": stance[rows].astype(np.int8),
            },
            actors,
            sides,
        ),
        excluded,
    )


def _named_rows(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with a name where claim or story lack one: such a claim is its own story."""
    for column in ("claim_id", "story"):
        if frame[column].isna().any():
            frame[column] = frame[column].where(frame[column].notna(), [f"row {n}" for n in range(len(frame))])
    return frame


def _days(column: object, first: np.datetime64) -> NDArray[np.float64]:
    import pandas as pd

    values = pd.to_datetime(pd.Series(column), utc=True, errors="coerce").dt.tz_localize(None)
    return np.asarray((values - pd.Timestamp(first)) / pd.Timedelta(days=1), dtype=np.float64)


def _probabilities(frame: pd.DataFrame) -> NDArray[np.float64]:
    """Return the probability that each row speaks of its place, times its confidence if given; NaN for no number."""
    import pandas as pd

    p = pd.to_numeric(frame["p_place"], errors="coerce").to_numpy(dtype=float)
    if "confidence" in frame:
        p = p * pd.to_numeric(frame["confidence"], errors="coerce").to_numpy(dtype=float)
    return p


def _exclude(
    frame: pd.DataFrame, reasons: tuple[tuple[str, NDArray[np.bool_], str], ...]
) -> tuple[tuple[Exclusion, ...], NDArray[np.bool_]]:
    keep = np.ones(len(frame), dtype=np.bool_)
    out: list[Exclusion] = []
    ids = frame["claim_id"].astype(str).to_numpy()
    for reason, bad, column in reasons:
        rows = np.flatnonzero(bad & keep)
        values = frame[column].to_numpy()[rows]
        out += [Exclusion(ids[r], reason, f"{column} = {v}") for r, v in zip(rows, values, strict=True)]
        keep[rows] = False
    return tuple(sorted(out, key=lambda e: (e.claim_id, e.reason, e.detail))), keep


def _sorted_rows(
    table: pd.DataFrame, arrays: dict[str, NDArray[Any]], actors: list[str], sides: Mapping[str, str]
) -> Observations:
    import pandas as pd

    sources = sorted(set(table["source"].astype(str)))
    source = pd.Index(sources).get_indexer(pd.Index(table["source"].astype(str))).astype(np.int32)
    claim = table["claim_id"].astype(str).to_numpy(dtype=object)
    names = table["story"].astype(str).to_numpy(dtype=object)
    side = table["side"].fillna("").astype(str).to_numpy(dtype=object)
    curated = table["kind"].astype(str).isin(["curated", "analyst"]).to_numpy()
    interest = _interests(arrays["verb"], arrays["actor"], side, curated, [sides.get(a, a) for a in actors])
    order = np.lexsort((claim, names, source, arrays["actor"], arrays["verb"], arrays["t1"], arrays["place"]))
    story_names, story = np.unique(names.astype(str), return_inverse=True)
    unit = _units(claim, arrays["verb"], arrays["p"])[order]
    arrays = {k: v[order] for k, v in arrays.items()}
    return Observations(
        claim_id=claim[order],
        source=source[order],
        sources=tuple(sources),
        interest=interest[order],
        story=story.astype(np.int64)[order],
        story_names=story_names.astype(object),
        unit=unit,
        **arrays,
    )


def _units(claim: NDArray[np.object_], verb: NDArray[np.int8], p: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return what each row counts: at most `_MOST_UNITS` for all rows of a claim and verb together."""
    import pandas as pd

    at, names = pd.factorize(claim)
    at = at * len(VERBS) + verb
    total = np.bincount(at, p, minlength=len(names) * len(VERBS))
    return np.asarray(np.minimum(1.0, _MOST_UNITS / np.maximum(total, 1e-12))[at])


def _interests(
    verb: NDArray[np.int8],
    actor: NDArray[np.int16],
    side: NDArray[np.object_],
    curated: NDArray[np.bool_],
    actor_sides: list[str],
) -> NDArray[np.int8]:
    """Return whose interest each report serves: codes into INTERESTS."""
    about = np.array([*actor_sides, ""], dtype=object)[actor]
    same = about == side
    lost = verb == VERBS.index("lost")
    out = np.where(same != lost, 0, 1)
    out = np.where(np.isin(side, list(_NEUTRAL)) | (verb == VERBS.index("clash")), 2, out)
    return np.where(curated, 3, out).astype(np.int8)
