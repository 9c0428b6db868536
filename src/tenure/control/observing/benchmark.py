"""The claim columns of `tenure fuse` (docs/reference/cli.md) as Evidence rows."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from tenure.errors import SchemaError

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["evidence_from_bench"]


def evidence_from_bench(table: pa.Table) -> pa.Table:
    """Return an Evidence table from columns claim_id, source, side, verb, actor, place_id, t0, t1 (inclusive), pub, story.

    Optional columns: p_place, kind, stance, confidence. Sides ``NEU`` and empty are non-partisan; a date that cannot be read
    or has no day after it, and text that is missing, stays null and is excluded, with its claim, by `fuse`.
    """
    import pandas as pd
    import pyarrow as pa

    from tenure.model import Evidence, arrow_schema

    missing = [
        c for c in ("claim_id", "source", "verb", "actor", "place_id", "t0", "t1", "pub") if c not in table.column_names
    ]
    if missing:
        raise SchemaError(
            "claims lack columns",
            value=", ".join(missing),
            remedy="name the columns as `tenure fuse` in docs/reference/cli.md lists them",
        )
    frame = table.to_pandas()
    n = len(frame)
    day = {c: pd.to_datetime(frame[c], utc=True, errors="coerce", format="ISO8601") for c in ("t0", "t1", "pub")}
    last = pd.Timestamp("9998-12-31", tz="UTC")
    day = {c: d.where(d <= last) for c, d in day.items()}

    def text(name: str, otherwise: str | None = None) -> list[str | None]:
        if name not in frame:
            return [otherwise] * n
        return [None if v is None or v != v else str(v) for v in frame[name]]  # noqa: PLR0124 - NaN

    columns = {
        "claim_id": text("claim_id"),
        "source": text("source"),
        "side": [None if s in {"NEU", ""} else s for s in text("side")],
        "kind": text("kind", "unknown"),
        "verb": text("verb"),
        "actor": text("actor"),
        "place_id": text("place_id"),
        "t0": [None if pd.isna(d) else d.date() for d in day["t0"]],
        "t1": [None if pd.isna(d) else d.date() + timedelta(days=1) for d in day["t1"]],
        "pub": [None if pd.isna(d) else d.to_pydatetime() for d in day["pub"]],
        "p_place": pd.to_numeric(frame["p_place"], errors="coerce") if "p_place" in frame else [1.0] * n,
        "stance": text("stance", "asserted"),
        "story": text("story" if "story" in frame else "claim_id"),
        "confidence": pd.to_numeric(frame["confidence"], errors="coerce") if "confidence" in frame else [1.0] * n,
    }
    schema = arrow_schema(Evidence)
    loose = pa.schema([f.with_nullable(True) for f in schema])
    return pa.Table.from_arrays([pa.array(list(columns[f.name]), type=f.type) for f in loose], schema=loose)
