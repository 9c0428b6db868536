"""The control panel: place x day (or week) with the probability of every state, as Parquet or CSV.

Big panels (tens of millions of rows) are made and written a block of places at a time: memory follows the block.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from tenure.errors import InputError
from tenure.publish.tables import cell_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

    from tenure.model import Posterior
    from tenure.publish.release import Release

__all__ = ["panel_batches", "panel_columns", "panel_csv", "panel_parquet"]

_EPOCH = date(1970, 1, 1)
_STEPS = {"day": 1, "week": 7}
_BLOCK_ROWS = 2_000_000  # rows of one row group: about 60 MB in memory with five states


def panel_columns(posterior: Posterior) -> tuple[str, ...]:
    """Return the column names of the panel: place_id, date, one p_ column a state, informed."""
    return ("place_id", "date", *(f"p_{s}" for s in posterior.states), "informed")


def _source(released: Release, *, filtered: bool) -> Posterior:
    posterior = released.publication.filtered if filtered else released.publication.posterior
    if posterior is None:
        raise InputError("the study has no as-known-then series", remedy="build it with the filtered posterior")
    return posterior


def panel_batches(released: Release, *, step: str = "day", filtered: bool = False) -> Iterator[pa.RecordBatch]:
    """Yield the panel in blocks, sorted by place and day; probabilities are float32, the first day of each week with `week`.

    `step` is ``day`` or ``week``; `filtered` gives each day as it was known then. Raises InputError for any other step.
    """
    import numpy as np
    import pyarrow as pa

    if step not in _STEPS:
        raise InputError("no such panel step", value=step, remedy="use day or week")
    posterior = _source(released, filtered=filtered)
    days = np.arange(0, posterior.days, _STEPS[step], dtype=np.int32)
    epoch = (posterior.first_day - _EPOCH).days
    dates = pa.array(days + epoch, type=pa.int32()).cast(pa.date32())
    block = max(1, _BLOCK_ROWS // max(len(days), 1))
    ids = pa.array(posterior.place_ids, type=pa.string())
    schema = _schema(posterior)
    for first in range(0, len(posterior.place_ids), block):
        last = min(first + block, len(posterior.place_ids))
        knots = _knots(posterior, first, last, days)
        places = pa.DictionaryArray.from_arrays(np.repeat(np.arange(first, last, dtype=np.int32), len(days)), ids)
        many = pa.concat_arrays([dates] * (last - first))
        columns = [pa.array(posterior.p[knots, s].astype(np.float32)) for s in range(len(posterior.states))]
        yield pa.RecordBatch.from_arrays([places, many, *columns, pa.array(posterior.informed[knots])], schema=schema)


def _schema(posterior: Posterior) -> pa.Schema:
    import pyarrow as pa

    names = panel_columns(posterior)
    kinds = [pa.dictionary(pa.int32(), pa.string()), pa.date32(), *[pa.float32()] * len(posterior.states), pa.bool_()]
    return pa.schema(list(zip(names, kinds, strict=True)))


def _knots(posterior: Posterior, first: int, last: int, days: NDArray[np.int32]) -> NDArray[np.int64]:
    """Return the knot that is valid for each place of the block on each day, flattened place by place."""
    import numpy as np

    start, end = posterior.offsets[first], posterior.offsets[last]
    owner = np.repeat(np.arange(last - first, dtype=np.int64), np.diff(posterior.offsets[first : last + 1]))
    key = owner * (posterior.days + 1) + posterior.day[start:end]
    wanted = (np.arange(last - first, dtype=np.int64)[:, None] * (posterior.days + 1) + days[None, :]).ravel()
    return np.asarray(np.searchsorted(key, wanted, side="right") - 1 + start, dtype=np.int64)


def panel_parquet(released: Release, *, step: str = "day", filtered: bool = False) -> bytes:
    """Return the panel as Parquet, one row group a block; equal releases give equal bytes."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = _schema(_source(released, filtered=filtered))
    sink = pa.BufferOutputStream()
    dictionary = ["place_id", "date", *(n for n in schema.names if n.startswith("p_"))]
    with pq.ParquetWriter(sink, schema, compression="zstd", version="2.6", use_dictionary=dictionary) as writer:
        for batch in panel_batches(released, step=step, filtered=filtered):
            writer.write_batch(batch)
    return bytes(sink.getvalue().to_pybytes())


def panel_csv(released: Release, *, step: str = "day", filtered: bool = False) -> bytes:
    """Return the panel as CSV: ISO dates, probabilities with four decimals, informed as true or false."""
    posterior = _source(released, filtered=filtered)
    lines = [",".join(panel_columns(posterior))]
    width = len(posterior.states)
    for batch in panel_batches(released, step=step, filtered=filtered):
        columns = [batch.column(i).to_pylist() for i in range(batch.num_columns)]
        for row in zip(*columns, strict=True):
            numbers = ",".join(f"{v:.4f}" for v in row[2 : 2 + width])
            lines.append(f"{_quoted(cell_text(row[0]))},{row[1].isoformat()},{numbers},{'true' if row[-1] else 'false'}")
    return ("\r\n".join(lines) + "\r\n").encode()


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if any(c in text for c in ',"\r\n') else text
