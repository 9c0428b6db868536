"""The posterior as a table, place by day or knot by knot, whole or in chunks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa

    from tenure.control.fusion import Fused
    from tenure.model import Posterior

__all__ = ["panel", "panel_chunks"]


def panel(fused: Fused, *, daily: bool = True) -> pa.Table:
    """Return place_id, date, p_<actor>..., p_contested, informed: a row a place and day, or a knot (until the next)."""
    import pyarrow as pa

    return pa.concat_tables(list(panel_chunks(fused, daily=daily)))


def panel_chunks(fused: Fused, *, daily: bool = True, rows: int = 1_000_000) -> Iterator[pa.Table]:
    """Yield the panel in tables of about `rows` rows, places in order: a study of 50 million place-days streams."""
    posterior = fused.posterior
    at_once = max(1, rows // posterior.days) if daily else max(1, rows // 16)
    for first in range(0, len(posterior.place_ids), at_once):
        yield _chunk(posterior, first, min(first + at_once, len(posterior.place_ids)), daily=daily)


def _chunk(posterior: Posterior, first: int, last: int, *, daily: bool) -> pa.Table:
    import pyarrow as pa

    low, high = int(posterior.offsets[first]), int(posterior.offsets[last])
    knots = np.arange(low, high)
    place = np.repeat(np.arange(first, last), np.diff(posterior.offsets[first : last + 1]))
    day = posterior.day[low:high].astype(np.int64)
    if daily:
        # how long each knot is valid: until the place's next knot, or to the end
        until = np.append(day[1:], posterior.days)
        until[posterior.offsets[first + 1 : last + 1] - low - 1] = posterior.days
        length = until - day
        knots, place = np.repeat(knots, length), np.repeat(place, length)
        day = np.tile(np.arange(posterior.days), last - first)
    ids = pa.array(posterior.place_ids[first:last])
    dates = np.datetime64(posterior.first_day, "D") + day
    columns = {
        "place_id": pa.DictionaryArray.from_arrays(pa.array(place - first, pa.int32()), ids).cast(pa.string()),
        "date": pa.array(dates, pa.date32()),
        **{f"p_{s}": pa.array(posterior.p[knots, k]) for k, s in enumerate(posterior.states)},
        "informed": pa.array(posterior.informed[knots]),
    }
    return pa.table(columns)
