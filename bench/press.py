"""Three invented campaigns in the manner of the press, built whole and set against what was written down before.

    python bench/press.py [STUDY ...] [--all]

The reports under bench/press are invented, on places that exist; `truth.csv` (place_id, date, controller) was written before
any of them was built. Prints by study the statements, the share whose P(true) is over 1/2, mean 1 - P and mean log loss,
beside those of the initial map left as it is. No report was reworded for the tool: what it misreads stays.
"""

from __future__ import annotations

import argparse
import csv
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().with_suffix("")
LEAST = 1e-3  # a certain error costs ln 1000


def build(study: Path, scratch: Path) -> dict[tuple[str, str], dict[str, float]]:
    """Return P by controller for every (place, day) of a study, built in a scratch folder."""
    import pandas as pd

    folder = scratch / study.name
    shutil.copytree(study, folder, ignore=shutil.ignore_patterns("truth.csv"))
    panel = folder / "panel.parquet"
    for words in (["build", str(folder)], ["export", str(folder), "--to", str(panel), "--daily"]):
        subprocess.run([sys.executable, "-m", "tenure", *words], check=True, capture_output=True)
    frame = pd.read_parquet(panel)
    states = [c for c in frame.columns if c.startswith("p_")]
    keys = zip(frame["place_id"].astype(str), frame["date"].astype(str).str[:10], strict=True)
    rows = frame[states].to_numpy()
    return {key: dict(zip((s[2:] for s in states), row, strict=True)) for key, row in zip(keys, rows, strict=True)}


def table(path: Path) -> list[dict[str, str]]:
    """Return the rows of a CSV file."""
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def show(name: str, p: list[float], left: list[float]) -> None:
    """Print one row: of the study, and of the initial map."""
    ours, theirs = np.array(p), np.array(left)
    loss, other = -np.log(np.maximum(ours, LEAST)).mean(), -np.log(np.maximum(theirs, LEAST)).mean()
    print(
        f"{name:10s} {len(ours):4d} statements  over 1/2 {np.mean(ours > 0.5):.3f} ({np.mean(theirs > 0.5):.3f})"
        f"  mean 1-p {1 - ours.mean():.3f} ({1 - theirs.mean():.3f})  log loss {loss:.3f} ({other:.3f})",
        flush=True,
    )


def main() -> None:
    """Build and score."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("studies", nargs="*", default=sorted(p.name for p in HERE.iterdir()))
    parser.add_argument("--all", action="store_true", help="print every statement")
    asked = parser.parse_args()
    every: list[float] = []
    still: list[float] = []
    print("in brackets: the initial map for ever, at .97")
    with tempfile.TemporaryDirectory() as scratch:
        for name in asked.studies:
            found = build(HERE / name, Path(scratch))
            stated = {row["place_id"]: row["controller"] for row in table(HERE / name / "initial.csv")}
            p, left = [], []
            for row in table(HERE / name / "truth.csv"):
                place, day, truth = row["place_id"], row["date"], row["controller"]
                p.append(float(found.get((place, day), {}).get(truth, 0.0)))
                left.append(0.97 if stated.get(place) == truth else 0.01)
                if asked.all:
                    print(f"{'     ' if p[-1] > 0.5 else 'WRONG'} {place:6s} {day} {truth:12s} {p[-1]:.3f}")
            show(name, p, left)
            every += p
            still += left
    show("all", every, still)


if __name__ == "__main__":
    main()
