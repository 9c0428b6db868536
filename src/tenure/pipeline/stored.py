"""The published record of a build, kept in its store: exports, the service and the notebook read it instead of fusing again.

It is kept before the release rule: the embargo counts from the day on which something is handed out, not from the build's.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, get_args, get_type_hints

from tenure.errors import StoreError
from tenure.model import Claim, Placement, Report, from_table, to_table
from tenure.pipeline.attempts import Failure
from tenure.pipeline.study import credits_of

if TYPE_CHECKING:
    import pyarrow as pa

    from tenure.config import Study
    from tenure.model import Posterior
    from tenure.publish import Publication
    from tenure.store import ReadStore

__all__ = [
    "control_table",
    "load_publication",
    "publication_tables",
    "read_failures",
    "read_finding",
    "read_persons",
    "read_posterior",
]

_PREFIX = "published_"


_FROM_STUDY = ("actors", "config", "relations", "sources", "zones")
"""Fields that the study's files give as they stand."""
_KEPT_OTHERWISE = (
    *("study_area", "attributions", "listed_places"),
    *("posterior", "filtered", "claims", "placements", "reports"),
    *("persons", "method", "version", "lacking"),
)
"""Fields that are made of the study, or that other tables of the store hold."""


def _row_types() -> dict[str, type]:
    """Return the record of each field that is a table of its own: every field that nothing else keeps."""
    from tenure import config, model
    from tenure.publish import Publication, publication

    names = {name: getattr(stage, name) for stage in (model, config) for name in stage.__all__}
    names |= {"date": date, **vars(publication)}
    hints = get_type_hints(Publication, globalns=names)
    return {name: get_args(hint)[0] for name, hint in hints.items() if name not in _KEPT_OTHERWISE + _FROM_STUDY}


def publication_tables(publication: Publication) -> dict[str, pa.Table]:
    """Return the tables of a publication that the store does not hold already, by name."""
    import pyarrow as pa

    tables = {_PREFIX + name: to_table(row, getattr(publication, name)) for name, row in _row_types().items()}
    tables[_PREFIX + "persons"] = pa.table({"name": pa.array(publication.persons, pa.string())})
    tables[_PREFIX + "method"] = pa.table({"method": [publication.method], "version": [publication.version]})
    return tables


def load_publication(store: ReadStore, study: Study) -> Publication:
    """Return the publication of the last finished build; lists that the study's files give are taken from the study."""
    from tenure.publish import Publication

    rows: dict[str, Any] = {name: tuple(from_table(row, store.table(_PREFIX + name))) for name, row in _row_types().items()}
    method = store.table(_PREFIX + "method").to_pylist()[0]
    return Publication(
        **{name: getattr(study, name) for name in _FROM_STUDY},
        **rows,
        study_area=study.area,
        posterior=read_posterior(store.table("control"), study),
        filtered=read_posterior(store.table("control_filtered"), study),
        claims=tuple(from_table(Claim, store.table("claims"))),
        placements=tuple(from_table(Placement, store.table("placements"))),
        reports=tuple(from_table(Report, store.table("reports"))),
        persons=read_persons(store),
        attributions=credits_of(study),
        listed_places=tuple(p.place_id for p in study.places),
        method=method["method"],
        version=method["version"],
        lacking=tuple(f.what for f in read_failures(store)),
    )


def read_persons(store: ReadStore) -> tuple[str, ...]:
    """Return the strings that the build's claims stage took for persons; they are redacted wherever they stand."""
    return tuple(store.table(_PREFIX + "persons")["name"].to_pylist())


def read_failures(store: ReadStore) -> tuple[Failure, ...]:
    """Return the measures and findings that the last build could not make, with their reasons."""
    return tuple(from_table(Failure, store.table("failures"))) if store.has("failures") else ()


def read_finding(store: ReadStore, name: str) -> pa.Table:
    """Return the table of a finding; StoreError with the reason where the last build could not make it."""
    for failure in read_failures(store):
        if failure.what == name:
            raise StoreError(f"the last build could not make {name}", value=failure.reason, remedy="build again")
    return store.table(name)


def control_table(posterior: Posterior, known_from: dict[str, Any]) -> pa.Table:
    """Return the posterior as rows place_id, start, end (half-open), informed, p_<state>..., known_from, method.

    `known_from` gives by place the publication of the newest evidence at it; None where only neighbours speak.
    """
    import numpy as np
    import pyarrow as pa

    counts = np.diff(posterior.offsets)
    ids = np.repeat(np.array(posterior.place_ids, dtype=object), counts)
    following = np.append(posterior.day[1:], posterior.days)[: len(posterior.day)]
    following[posterior.offsets[1:] - 1] = posterior.days
    zero = (posterior.first_day - date(1970, 1, 1)).days
    columns = {
        "place_id": pa.array(ids, pa.string()),
        "start": pa.array((posterior.day + zero).astype("int32"), pa.date32()),
        "end": pa.array((following + zero).astype("int32"), pa.date32()),
        "informed": pa.array(posterior.informed),
    }
    for k, state in enumerate(posterior.states):
        columns[f"p_{state}"] = pa.array(posterior.p[:, k])
    columns["known_from"] = pa.array([known_from.get(i) for i in ids], pa.timestamp("us", tz="UTC"))
    columns["method"] = pa.array([posterior.method] * len(ids), pa.string())
    return pa.table(columns)


def read_posterior(table: pa.Table, study: Study) -> Posterior:
    """Return the posterior that `control_table` wrote."""
    import numpy as np

    from tenure.model import Posterior

    states = tuple(c.removeprefix("p_") for c in table.column_names if c.startswith("p_"))
    ids = table["place_id"].to_pylist()
    places = tuple(dict.fromkeys(ids))
    number = {place_id: i for i, place_id in enumerate(places)}
    of = np.array([number[i] for i in ids], np.int64)
    zero = (study.config.start - date(1970, 1, 1)).days
    return Posterior(
        place_ids=places,
        states=states,
        first_day=study.config.start,
        days=(study.config.end - study.config.start).days,
        offsets=np.concatenate([[0], np.cumsum(np.bincount(of, minlength=len(places)))]).astype(np.int64),
        day=(table["start"].cast("int32").to_numpy() - zero).astype(np.int32),
        p=np.stack([table[f"p_{s}"].to_numpy() for s in states], axis=1),
        informed=table["informed"].to_numpy(zero_copy_only=False).astype(np.bool_),
        method=str(table["method"][0].as_py()) if table.num_rows else "",
    )
