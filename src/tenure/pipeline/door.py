"""`tenure.open(dir)`: a built study as tables, and the questions that the command line answers, for a notebook."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tenure.errors import InputError
from tenure.pipeline.answers import check_study, explain_place, measure_study, open_built, watch_zones
from tenure.pipeline.exports import release_built

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa
    from geopandas import GeoDataFrame

    from tenure.publish import Release

__all__ = ["OpenStudy", "open_study"]


class OpenStudy:
    """A built study. Every table is the released one: the embargo and the coarsening are those of the map.

    The build is read and fused once, at the first question, and kept as long as the object lives.
    """

    def __init__(self, folder: Path, *, now: datetime) -> None:
        """Check that the study is built; NotBuiltError when it is not."""
        open_built(folder)
        self.folder, self._now = folder, now
        self._released: Release | None = None

    def _release(self) -> Release:
        if self._released is None:
            self._released = release_built(self.folder, now=self._now)
        return self._released

    @property
    def tables(self) -> tuple[str, ...]:
        """Names of the published tables."""
        from tenure.publish import table_names

        return table_names()

    def arrow(self, table: str = "control") -> pa.Table:
        """Return a published table as Arrow, without geometry; each field's metadata has its unit and meaning."""
        from tenure.publish.tables import table as released_table
        from tenure.publish.tables import to_arrow

        return to_arrow(released_table(self._release(), table))

    def pandas(self, table: str = "control") -> pd.DataFrame:
        """Return a published table as a pandas data frame, without geometry."""
        frame: pd.DataFrame = self.arrow(table).to_pandas()
        return frame

    def geopandas(self, table: str = "control") -> GeoDataFrame:
        """Return a published table as a GeoDataFrame in WGS 84; rows and tables without geometry have None there."""
        import geopandas
        import shapely

        from tenure.publish.tables import table as released_table
        from tenure.publish.tables import to_arrow

        data = released_table(self._release(), table)
        shapes = [None if g is None else shapely.from_geojson(g) for g in data.geometry]
        return geopandas.GeoDataFrame(to_arrow(data).to_pandas(), geometry=shapes, crs="EPSG:4326")

    def control_on(self, on: date | str) -> GeoDataFrame:
        """Return one row a place: who most probably holds it on a day, with p_<actor>, informed, and its cell.

        Raises InputError for a day outside what is published.
        """
        import geopandas
        import numpy as np

        day = _day(on)
        publication = self._release().publication
        posterior = publication.posterior
        dates = posterior.dates
        if not dates[0] <= day <= dates[-1]:
            raise InputError("the day is not published", value=day, remedy=f"use {dates[0]} to {dates[-1]}")
        p, informed = posterior.on(day), posterior.informed_on(day)
        cells = {c.place_id: c.geometry for c in publication.cells}
        names = {q.place_id: q.name for q in publication.places}
        columns: dict[str, Any] = {
            "place_id": list(posterior.place_ids),
            "name": [names.get(i, "") for i in posterior.place_ids],
            "controller": np.where(informed, np.array(posterior.states)[p.argmax(axis=1)], "unknown"),
            "informed": informed,
        }
        columns |= {f"p_{state}": p[:, k] for k, state in enumerate(posterior.states)}
        return geopandas.GeoDataFrame(columns, geometry=_shapes(posterior.place_ids, cells), crs="EPSG:4326")

    def measure(self, *, since: str | None = None, until: str | None = None, by: str | None = None) -> pd.DataFrame:
        """Return what `tenure measure` prints, one row a measure."""
        import pandas as pd

        return pd.DataFrame(measure_study(self.folder, since=since, until=until, by=by, now=self._now))

    def check(self) -> pd.DataFrame:
        """Return what `tenure check` prints, one row a reported quantity."""
        import pandas as pd

        return pd.DataFrame(check_study(self.folder, now=self._now))

    def watch(self) -> pd.DataFrame:
        """Return what `tenure watch` prints, one row an incident."""
        import pandas as pd

        return pd.DataFrame(watch_zones(self.folder, now=self._now))

    def why(self, place: str, on: date | str) -> dict[str, Any]:
        """Return the posterior of a place on a day and the claims that made it, each with weight, speaker and quote."""
        return explain_place(self.folder, place, on=_day(on).isoformat(), now=self._now)


def _day(on: date | str) -> date:
    from tenure.pipeline.fusion import day

    found = on if isinstance(on, date) else day(on, name="on")
    assert found is not None  # noqa: S101 - a text is never None
    return found


def _shapes(place_ids: tuple[str, ...], cells: dict[str, str]) -> list[Any]:
    import shapely

    return [shapely.from_geojson(cells[i]) if i in cells else None for i in place_ids]


def open_study(folder: str | Path, *, now: datetime | None = None) -> OpenStudy:
    """Open a built study; `now` (default: the clock) is what the embargo counts from. NotBuiltError when it is not built."""
    return OpenStudy(Path(folder), now=now or datetime.now(UTC))
