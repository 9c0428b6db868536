"""The shared campaigns in process: texts to evidence, to daily panels, to figures by the bench's own scorer."""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import io
import runpy
import shutil
import sys
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from campaigns_record import track_record

if TYPE_CHECKING:
    from types import ModuleType

    import pandas as pd
    import pyarrow as pa

    from tenure.config import Study
    from tenure.control import ControlSettings, Fused
    from tenure.grid import Cells
    from tenure.model import Claim, Placement, Report

BENCH = Path(__file__).resolve().parents[2] / "shared" / "bench" / "campaigns"
NAMES = ("afghanistan-2021", "iraq-2014-17", "karabakh-2020")
NEAR_DAYS, NEAREST = 21, 10
"""A change of holder is claimed when a claim lies so many days away at most, at the place or one of so many nearest."""


@dataclass(frozen=True, slots=True, eq=False)
class Chain:
    """What one campaign's texts say, up to the places."""

    name: str
    study: Study
    reports: tuple[Report, ...]
    claims: tuple[Claim, ...]
    placements: tuple[Placement, ...]
    cells: Cells

    def evidence(self, *, use_areas: bool = True) -> pa.Table:
        """Return the evidence table."""
        from tenure.model import Evidence, to_table
        from tenure.pipeline.enclosed import gather_evidence

        found = gather_evidence(self.study, self.claims, self.placements, self.reports, self.cells, use_areas=use_areas)
        return to_table(Evidence, found.evidence)


def sizes(name: str) -> dict[str, int]:
    """Return how many reports, places, changes and changes that the reports name a campaign has."""
    import pandas as pd

    reports = sorted((BENCH / name / "study" / "reports").glob("*.jsonl"))
    coverage = pd.read_csv(BENCH / name / "coverage.csv")
    stable = BENCH / name / "stable.csv"
    return {
        "reports": sum(len(path.read_text(encoding="utf-8").splitlines()) for path in reports),
        "places": int(pd.read_csv(BENCH / name / "truth.csv").place_id.nunique()),
        "stable": len(pd.read_csv(stable)) if stable.exists() else 0,
        "changes": len(coverage),
        "named": int(coverage.named.sum()),
    }


def digest() -> str:
    """Return the digest of every file of the campaigns that bears on a figure."""
    total = hashlib.sha256()
    for name in NAMES:
        for path in sorted(p for p in (BENCH / name).rglob("*") if p.is_file()):
            total.update(path.relative_to(BENCH).as_posix().encode() + path.read_bytes())
    total.update((BENCH / "score.py").read_bytes())
    return total.hexdigest()[:16]


def read_chain(name: str, kept: Path | None = None) -> Chain:
    """Return a campaign's chain, read from its texts, or from a finished build in a folder `kept`."""
    from tenure.pipeline.ground import study_cells
    from tenure.pipeline.study import load_study

    if kept is not None:
        study = load_study(kept / name)
        return Chain(name, study, *_kept_records(kept / name), study_cells(study))
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / name
        shutil.copytree(BENCH / name / "study", copy)
        study = load_study(copy)
        return Chain(name, study, *_made_records(copy, study), study_cells(study))


def _kept_records(folder: Path) -> Any:  # noqa: ANN401 - reports, claims, placements
    from tenure.model import Claim, Placement, Report, from_table
    from tenure.store import ReadStore

    with ReadStore.open(folder) as store:
        kinds = (("reports", Report), ("claims", Claim), ("placements", Placement))
        return [tuple(from_table(kind, store.table(table))) for table, kind in kinds]


def _made_records(folder: Path, study: Study) -> Any:  # noqa: ANN401 - reports, claims, placements
    """Return the records as a build makes them, without what it writes."""
    from tenure import reports as stage
    from tenure.pipeline.study import make_extractor, make_locator, study_file
    from tenure.store import read_documents

    documents = read_documents(folder, study_file(study, "reports"))
    read = stage.read_documents(documents, sources=study.sources, default_country=study.config.country or None)
    reports = stage.mark_copies(read.reports)
    claims = {e.report_id: list(e.claims) for e in make_extractor(study).extract(reports) if e.claims}
    told = [r for r in reports if r.report_id in claims]
    lists = [claims[r.report_id] for r in told]
    locator = make_locator(study, folder=folder).learn_sources(told, lists).learn_front(told, lists)
    placed = [p for r in told for p in locator.place_claims(r, claims[r.report_id])]
    return reports, tuple(c for r in told for c in claims[r.report_id]), tuple(placed)


def fuse_chain(chain: Chain, evidence: pa.Table, reading: str, settings: ControlSettings | None = None) -> Fused:
    """Return the campaign's fused control, as a build fuses it, with other settings where they are given."""
    from tenure.control import ControlSettings, fuse
    from tenure.pipeline.ground import control_places, initial_table

    study = chain.study
    return fuse(
        evidence,
        control_places(study, chain.cells),
        initial=initial_table(study, chain.cells),
        start=study.config.start,
        end=study.config.end,
        states=[a.actor_id for a in study.actors if a.holds_ground],
        sides={a.actor_id: a.side for a in study.actors},
        reading=reading,
        settings=settings or ControlSettings(),
    )


@cache
def scored_places(name: str) -> frozenset[str]:
    """Return the places whose truth is known."""
    import pandas as pd

    tables = [BENCH / name / file for file in ("truth.csv", "stable.csv")]
    return frozenset(str(i) for path in tables if path.exists() for i in pd.read_csv(path).place_id)


def panel_of(fused: Fused, places: frozenset[str]) -> pd.DataFrame:
    """Return one row a place and day with P of every state."""
    import pandas as pd

    posterior = fused.posterior
    days = pd.date_range(posterior.first_day, periods=posterior.days)
    knots = np.array([posterior.knots_on(d) for d in range(posterior.days)])
    frames = []
    for i, place in enumerate(posterior.place_ids):
        if place in places:
            p = posterior.p[knots[:, i]]
            columns = {f"p_{s}": p[:, k] for k, s in enumerate(posterior.states)}
            frames.append(pd.DataFrame({"place_id": place, "date": days, **columns}))
    return pd.concat(frames)


def score(name: str, panel: Path | None) -> dict[str, Any]:
    """Return the bench's own figures of a panel (None: the initial holders for ever)."""
    return figures_of(scored(name, panel)["o"])


def scored(name: str, panel: Path | None) -> dict[str, Any]:
    """Return all names of the bench's own scorer after it has scored a panel."""
    argv = sys.argv
    sys.argv = ["score.py", str(BENCH / name), *(["--pred", str(panel)] if panel else [])]
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            return dict(runpy.run_path(str(BENCH / "score.py"), run_name="__main__"))
    finally:
        sys.argv = argv


def figures_of(o: dict[str, Any]) -> dict[str, Any]:
    """Return the figures that the gate shows; None where the campaign has nothing of the kind."""
    named = o["events_nameable"]
    return {
        "days": o["right_days_all"],
        "days_named": o["right_days_nameable"],
        "brier": o["brier"],
        "f1": o["f1_all"],
        "named_p": named["precision"],
        "named_r": named["recall"],
        "named_f1": named["f1"],
        "sure": o["p>=.95 nameable"]["right"],
        "sure_stable": o.get("stable_p>=.95", {}).get("right"),
        "false": o.get("stable", {}).get("false_changes"),
    }


def unclaimed_changes(chain: Chain, fused: Fused, evidence: pa.Table) -> int:
    """Return how many changes of holder at scored places have no claim near in time at the place or its nearest."""
    posterior = fused.posterior
    xy = np.c_[chain.cells.x_km, chain.cells.y_km]
    where = {p: i for i, p in enumerate(chain.cells.place_ids)}
    table = evidence.to_pandas()
    spans: dict[str, list[tuple[int, int]]] = {}
    for row in table.itertuples():
        span = ((row.t0 - posterior.first_day).days - NEAR_DAYS, (row.t1 - posterior.first_day).days + NEAR_DAYS)
        spans.setdefault(row.place_id, []).append(span)
    knots = np.array([posterior.knots_on(d) for d in range(posterior.days)])
    contested = posterior.states.index("contested") if "contested" in posterior.states else -1
    lone = 0
    for i, place in enumerate(posterior.place_ids):
        if place in scored_places(chain.name):
            holder = carried(posterior.p[knots[:, i]].argmax(-1), contested)
            near = np.argsort(((xy - xy[where[place]]) ** 2).sum(-1), kind="stable")[: NEAREST + 1]
            told = [s for k in (*near, where[place]) for s in spans.get(chain.cells.place_ids[k], ())]
            for day in np.flatnonzero(np.diff(holder)) + 1:
                lone += not any(a <= day <= b for a, b in told)
    return lone


def carried(states: Any, contested: int) -> Any:  # noqa: ANN401 - an array of states by day
    """Return the holder by day: contested days carry the last one."""
    out = states.copy()
    for day in range(1, len(out)):
        if out[day] == contested:
            out[day] = out[day - 1]
    return out


def load_run() -> ModuleType:
    """Return the bench's run.py as a module."""
    spec = importlib.util.spec_from_file_location("campaigns_run", BENCH / "run.py")
    if spec is None or spec.loader is None:
        raise SystemExit("run.py of the campaigns cannot be loaded")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def simple_readings(chain: Chain, evidence: pa.Table) -> dict[str, dict[str, Any]]:
    """Return the figures of the initial holders, the regular expression, and run.py's two readings of the own evidence."""
    import duckdb

    campaign = BENCH / chain.name
    with tempfile.TemporaryDirectory() as folder:
        study = Path(folder) / "study"
        shutil.copytree(campaign / "study", study)
        with duckdb.connect(str(study / "tenure.duckdb")) as store:
            store.register("rows", evidence)
            store.execute("create table evidence as select * from rows")
        load_run().own_readings(campaign, study)
        return {
            "initial": score(chain.name, None),
            "regex": score(chain.name, campaign / "base.parquet"),
            "last claim": score(chain.name, study / "hard.parquet"),
            "softened": score(chain.name, study / "soft.parquet"),
        }


def fused_figures(chain: Chain, evidence: pa.Table, reading: str, settings: ControlSettings | None = None) -> dict[str, Any]:
    """Return the figures of one fusion."""
    fused = fuse_chain(chain, evidence, reading, settings)
    with tempfile.TemporaryDirectory() as folder:
        panel = Path(folder) / "panel.parquet"
        panel_of(fused, scored_places(chain.name)).to_parquet(panel)
        seen = scored(chain.name, panel)
    record = track_record(seen, fused, evidence, filtered=reading == "filtered")
    return figures_of(seen["o"]) | {"unclaimed": unclaimed_changes(chain, fused, evidence), "record": record}
