"""What each mechanism of the control model gives on each campaign and on the control benchmark: one line a mechanism.

Usage: python bench/ablate.py [--kept FOLDER] [--campaigns-only]. Needs ../shared; figures of `all`, then the differences.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve()
sys.path.insert(0, str(HERE.parents[1] / "gates"))

ABLATIONS: dict[str, dict[str, Any]] = {
    "all": {},
    "no neighbours": {"neighbours": 0},
    "no claims on areas": {"use_areas": False},
    "no learning": {"learn": False},
    "silence tells nothing": {"absence": 0.0},
    "no fresh states": {"settle_days": 0.0},
    "first news of a hold is no change": {"first_holds": False},
    "precision not shifted by agreement": {"agreement": False},
    "no doubt where nothing is told": {"doubt": False},
    "neighbours without evidence count": {"use_recency": False},
}
SHOWN = ("days_named", "brier", "f1", "named_f1", "sure", "false", "unclaimed")
CONTROL = ("front", "brier", "f1")


def line(title: str, got: dict[str, Any], base: dict[str, Any] | None, shown: tuple[str, ...]) -> None:
    """Print figures, or their differences from those of `all`."""
    cells = []
    for figure in shown:
        value = got.get(figure)
        if value is None:
            cells.append("-")
        elif base is None:
            cells.append(f"{value:.3f}")
        else:
            cells.append(f"{value - base[figure]:+.3f}" if base.get(figure) is not None else "-")
    print(f"{title:36}" + "".join(f"{cell:>12}" for cell in cells), flush=True)


def campaign(name: str, kept: Path | None) -> None:
    """Print one campaign's table, hindsight."""
    from campaigns_bench import fused_figures, read_chain

    from tenure.control import ControlSettings

    chain = read_chain(name, kept)
    print(f"{name:36}" + "".join(f"{figure:>12}" for figure in SHOWN))
    base = None
    for title, settings in ABLATIONS.items():
        evidence = chain.evidence(use_areas=settings.get("use_areas", True))
        got = fused_figures(chain, evidence, "hindsight", ControlSettings(**settings))
        line(title, got, base, SHOWN)
        base = base or got


def control() -> None:
    """Print the control benchmark's tables, hindsight."""
    import pyarrow.parquet as pq

    import control as gate

    scorer = gate.load("score_control", gate.BENCH / "score_control.py")
    bench = scorer.Bench(str(gate.BENCH / "dev"))
    for key in ("sim", "isw"):
        claims = pq.read_table(gate.BENCH / f"dev/claims_{key}.parquet")
        print(f"control, {key:27}" + "".join(f"{figure:>12}" for figure in CONTROL))
        base = None
        for title, settings in ABLATIONS.items():
            got = gate.figures(scorer, bench, claims, reading="hindsight", **settings)
            line(title, got, base, CONTROL)
            base = base or got


def main() -> int:
    """Print the tables."""
    from campaigns_bench import BENCH, NAMES

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kept", type=Path)
    parser.add_argument("--campaigns-only", action="store_true")
    options = parser.parse_args()
    if not BENCH.is_dir():
        print(f"skipped: {BENCH} is not here")
        return 0
    for name in NAMES:
        campaign(name, options.kept)
    if not options.campaigns_only:
        control()
    return 0


if __name__ == "__main__":
    sys.exit(main())
