"""`tenure fuse` on files as other tools write them: the answer joins back to what was given."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest
from typer.testing import CliRunner

from tenure.cli import app


@pytest.mark.parametrize("kind", ["int32", "int64", "str"])
def test_place_ids_come_back_in_the_type_they_were_given_in(tmp_path, kind):
    ids = pd.Series([11, 12, 13]).astype(kind)
    pd.DataFrame(
        {"place_id": ids, "name": ["A", "B", "C"], "x": [0.0, 4.0, 8.0], "y": [0.0, 0.0, 0.0], "area_km2": 9.0}
    ).to_parquet(tmp_path / "places.parquet")
    pd.DataFrame({"place_id": ids, "state": ["red", "red", "blue"]}).to_parquet(tmp_path / "initial.parquet")
    pd.DataFrame(
        {
            "claim_id": ["c1"], "source": ["wire"], "side": ["NEU"], "verb": ["took"], "actor": ["blue"],
            "place_id": ids[1:2].to_numpy(), "t0": [date(2031, 3, 5)], "t1": [date(2031, 3, 5)], "pub": [date(2031, 3, 6)],
            "prec_km": [0.0], "story": ["s1"],
        }
    ).to_parquet(tmp_path / "claims.parquet")  # fmt: skip
    for more in (["--daily"], []):
        arguments = [
            "fuse", "claims.parquet", "places.parquet", "--initial", "initial.parquet", "--start", "2031-03-01",
            "--end", "2031-03-20", "--out", "out.parquet", *more,
        ]  # fmt: skip
        done = CliRunner().invoke(
            app, [str(tmp_path / a) if a.endswith(".parquet") else a for a in arguments], catch_exceptions=False
        )
        assert done.exit_code == 0, done.output
        out = pd.read_parquet(tmp_path / "out.parquet")
        assert out["place_id"].dtype == pd.read_parquet(tmp_path / "places.parquet")["place_id"].dtype
        assert set(out["place_id"]) == set(ids)
