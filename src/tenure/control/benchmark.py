"""The benchmark's claim columns as Evidence rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tenure.errors import SchemaError

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["evidence_from_bench"]


def evidence_from_bench(table: pa.Table) -> pa.Table:
    """Return an Evidence table from columns claim_id, source, side, verb, actor, place_id, t0, t1 (inclusive), pub, story.

    Optional columns: p_place, kind, stance, confidence. Sides ``NEU`` and empty are non-partisan; a date that cannot be read
    stays null and is excluded, with its claim, by `fuse`.
    """
    import pandas as pd
    import pyarrow as pa

    from tenure.model import Evidence, arrow_schema

    missing = [
        c for c in ("claim_id", "source", "verb", "actor", "place_id", "t0", "t1", "pub") if c not in table.column_names
    ]
    if missing:
        raise SchemaError("claims lack columns", value=", ".join(missing), remedy="see the benchmark's README")
    frame = table.to_pandas()
    n = len(frame)
    side = frame["side"] if "side" in frame else pd.Series([None] * n)
    story = frame["story"] if "story" in frame else frame["claim_id"]
    day = {c: pd.to_datetime(frame[c], utc=True, errors="coerce") for c in ("t0", "t1", "pub")}
    one = pd.Timedelta(days=1)
    columns = {
        "claim_id": frame["claim_id"].astype(str),
        "source": frame["source"].astype(str),
        "side": [None if s is None or s != s or s in {"NEU", ""} else str(s) for s in side],  # noqa: PLR0124 - NaN
        "kind": frame["kind"].astype(str) if "kind" in frame else ["unknown"] * n,
        "verb": frame["verb"].astype(str),
        "actor": frame["actor"].astype(str),
        "place_id": frame["place_id"].astype(str),
        "t0": [None if pd.isna(d) else d.date() for d in day["t0"]],
        "t1": [None if pd.isna(d) else (d + one).date() for d in day["t1"]],
        "pub": [None if pd.isna(d) else d.to_pydatetime() for d in day["pub"]],
        "p_place": pd.to_numeric(frame["p_place"], errors="coerce") if "p_place" in frame else [1.0] * n,
        "stance": frame["stance"].astype(str) if "stance" in frame else ["asserted"] * n,
        "story": story.astype(str),
        "confidence": pd.to_numeric(frame["confidence"], errors="coerce") if "confidence" in frame else [1.0] * n,
    }
    schema = arrow_schema(Evidence)
    loose = pa.schema([f.with_nullable(True) for f in schema])
    return pa.Table.from_arrays([pa.array(list(columns[f.name]), type=f.type) for f in loose], schema=loose)
