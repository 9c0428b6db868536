"""`tenure.open(dir)`: a built study as tables, and the questions that the command line answers, for a notebook."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tenure.commands.check import check_study
from tenure.commands.measure import measure_study
from tenure.commands.watch import watch_zones
from tenure.commands.why import open_explained
from tenure.errors import InputError
from tenure.pipeline.built import open_built, release_built

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa
    from geopandas import GeoDataFrame

    from tenure.commands.why import Explained
    from tenure.publish import Release

__all__ = ["OpenStudy", "open_study"]


class OpenStudy:
    """A built study. Everything it gives is released: embargo, redaction and coarsening are those of the map.

    The build is read at the first question and kept as long as the object lives; after a new build, open the study again.
    Days are `datetime.date` or text such as ``2018-02-09``. Errors are `tenure.errors.TenureError`, in one line.
    """

    def __init__(self, folder: Path, *, now: datetime) -> None:
        """Check that the study is built; NotBuiltError when it is not."""
        open_built(folder)
        self.folder, self._now = folder, now
        self._released: Release | None = None
        self._explained: Explained | None = None

    def __repr__(self) -> str:
        """Return what a notebook shows of the object: the study, its days and what may be asked."""
        released = self._release()
        days = f"{released.first_day} to {released.last_day}"
        asked = "control_on, measure, check, watch, why, columns, arrow, pandas, geopandas"
        return f"<study {str(self.folder)!r}, {days}; tables: {', '.join(self.tables)}; ask: {asked}>"

    def _release(self) -> Release:
        if self._released is None:
            self._released = release_built(self.folder, now=self._now)
        return self._released

    @property
    def first_day(self) -> date:
        """First day that is published."""
        return self._release().first_day

    @property
    def last_day(self) -> date:
        """Last day, inclusive, that is published: the study's, or the last before the embargo."""
        return self._release().last_day

    @property
    def tables(self) -> tuple[str, ...]:
        """Names of the published tables."""
        from tenure.publish import table_names

        return table_names()

    def columns(self, table: str = "control") -> pd.DataFrame:
        """Return the codebook of a table: name, type, unit, meaning and values of each column, one row a column."""
        import pandas as pd

        from tenure.publish import columns_of

        return pd.DataFrame(
            [(c.name, c.type, c.unit, c.meaning, " | ".join(c.values)) for c in columns_of(table)],
            columns=["column", "type", "unit", "meaning", "values"],
        )

    def arrow(self, table: str = "control") -> pa.Table:
        """Return a published table as Arrow, without geometry; each field's metadata has its unit and meaning.

        A study without such findings gives a table of no rows. Raises InputError for a name that is no table.
        """
        from tenure.publish.tables import table as released_table
        from tenure.publish.tables import to_arrow

        return to_arrow(released_table(self._release(), table))

    def pandas(self, table: str = "control") -> pd.DataFrame:
        """Return a published table as a pandas data frame, without geometry; empty cells are None or NaN."""
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

    def panel(self, *, step: str = "day", filtered: bool = False) -> pa.Table:
        """Return place x day (or, with `step` ``week``, the first day of each week): p_<state> in [0, 1] and `informed`.

        (places x days) rows, sorted by place and day; `filtered` gives each day as it was known then.
        """
        import pyarrow as pa

        from tenure.publish.files.panel import panel_batches

        return pa.Table.from_batches(panel_batches(self._release(), step=step, filtered=filtered))

    def control_on(self, on: date | str) -> GeoDataFrame:
        """Return one row a place: who most probably holds it on a day, with p_<state> in [0, 1] and its cell in WGS 84.

        `controller` is ``unknown`` where `informed` is False, whatever the p_ say; a place without ground has no geometry.
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
        cells = {c.place_id: c for c in publication.cells}
        names = {q.place_id: q.name for q in publication.places}
        columns: dict[str, Any] = {
            "place_id": list(posterior.place_ids),
            "name": [names.get(i, "") for i in posterior.place_ids],
            "controller": np.where(informed, np.array(posterior.states)[p.argmax(axis=1)], "unknown"),
            "informed": informed,
            "area_km2": [cells[i].area_km2 if i in cells else 0.0 for i in posterior.place_ids],
        }
        columns |= {f"p_{state}": p[:, k] for k, state in enumerate(posterior.states)}
        shapes = _shapes(posterior.place_ids, {i: c.geometry for i, c in cells.items()})
        return geopandas.GeoDataFrame(columns, geometry=shapes, crs="EPSG:4326")

    def measure(
        self, *, since: date | str | None = None, until: date | str | None = None, by: str | None = None
    ) -> pd.DataFrame:
        """Return area (km2) and places by actor on both days, and what was gained, lost and passed between them.

        Columns name, actor, group, since, until (inclusive), value, unit, lo50, hi50, lo90, hi90, method. Days default to
        those of the report; `by` is ``admin1``, ``admin2``, ``admin3``, ``zone`` or ``week``. Raises InputError for others.
        """
        import pandas as pd

        return pd.DataFrame(measure_study(self.folder, since=_text(since), until=_text(until), by=by, now=self._now))

    def check(self) -> pd.DataFrame:
        """Return each reported quantity beside the measured one, as `tenure check` prints them; none gives no rows."""
        import pandas as pd

        return pd.DataFrame(check_study(self.folder, now=self._now))

    def watch(self) -> pd.DataFrame:
        """Return the incidents in agreed zones, as `tenure watch` prints them; none gives no rows."""
        import pandas as pd

        return pd.DataFrame(watch_zones(self.folder, now=self._now))

    def why(self, place: str, on: date | str) -> dict[str, Any]:
        """Return the posterior of a place on a day and the claims that made it, each with weight, speaker and quote.

        Keys: place_id, name, on, informed, controller, posterior (state -> probability), claims (strongest first; `log_odds`
        is what the log-odds of `state` lose without the claim's story), also. `place` is an id or a name in any spelling.
        Raises UnknownPlaceError, and InputError for a day that is not published.
        """
        return self._explain().why(place, _day(on).isoformat())

    def flips_without(self, source: str) -> list[dict[str, Any]]:
        """Return the places that another would hold without a source: place_id, name, day (the first), with, without.

        Raises InputError for a source that is not of the study or says nothing.
        """
        return self._explain().flips(source)

    def _explain(self) -> Explained:
        if self._explained is None:
            self._explained = open_explained(self.folder, now=self._now)
        return self._explained


def _text(on: date | str | None) -> str | None:
    return on.isoformat() if isinstance(on, date) else on


def _day(on: date | str) -> date:
    from tenure.commands.days import day

    found = on if isinstance(on, date) else day(on, name="on")
    assert found is not None  # noqa: S101 - a text is never None
    return found


def _shapes(place_ids: tuple[str, ...], cells: dict[str, str]) -> list[Any]:
    import shapely

    return [shapely.from_geojson(cells[i]) if i in cells else None for i in place_ids]


def open_study(folder: str | Path, *, now: datetime | None = None) -> OpenStudy:
    """Return a built study, ready to be asked; `now` (default: the clock) is what the embargo counts from.

    Raises NotBuiltError when there is no build in the folder.
    """
    return OpenStudy(Path(folder), now=now or datetime.now(UTC))
