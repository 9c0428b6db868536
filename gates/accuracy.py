"""Makes docs/accuracy.md, its pictures and the package's track record from the figures that the gates wrote.

Usage: python gates/accuracy.py [--check]. Needs nothing but gates/figures/*.json. With `--check` nothing is written; the
exit code is 1 when a file is not what the figures make. `just figures` measures anew and then runs this.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).resolve().parent))
import figures
from accuracy_chart import calibration_chart

if TYPE_CHECKING:
    from collections.abc import Iterable

ROOT = Path(__file__).resolve().parents[1]
TEMPLATE = Path(__file__).with_name("accuracy.md.jinja")
GATES = ("claims", "places", "control", "territory", "campaigns")
READINGS = ("hindsight", "filtered")
REACHES = ("near", "far")
Figures = dict[str, Any]


def made(found: Figures) -> dict[str, str]:
    """Return the text of every file that is made, by its path under the project's root."""
    record = pooled(found["campaigns"])
    return {
        "docs/accuracy.md": page(found, record),
        "docs/images/accuracy-campaigns.svg": calibration_chart(
            "Three campaigns, raw text to control",
            {
                "a claim within three weeks": record["hindsight"]["near"],
                "no claim within three weeks": record["hindsight"]["far"],
                "as known then, a claim": record["filtered"]["near"],
                "as known then, no claim": record["filtered"]["far"],
            },
            counted="place-days",
        ),
        "docs/images/accuracy-control.svg": calibration_chart(
            "Claims given, control to be found",
            {
                "real claims, hindsight": found["control"]["bands"]["real-hindsight"],
                "real claims, as known then": found["control"]["bands"]["real-filtered"],
                "simulated, hindsight": found["control"]["bands"]["sim-hindsight"],
                "simulated, as known then": found["control"]["bands"]["sim-filtered"],
                "simulated anew, hindsight": found["control"]["bands"]["held_back-hindsight"],
            },
            counted="place-days",
        ),
        "docs/images/accuracy-places.svg": calibration_chart(
            "Places: confidence against what was right",
            {title: found["places"]["bands"][key] for key, title in CORPORA.items()},
            counted="placed names",
        ),
        "docs/images/accuracy-claims.svg": calibration_chart(
            "Claims: confidence against what was right", {"all three sets": found["claims"]["bands"]}, counted="claims"
        ),
        "src/tenure/data/track_record.toml": toml(found["campaigns"], record),
    }


CORPORA = {"gwn": "GeoWebNews", "geovirus": "GeoVirus", "lgl": "LGL"}


def pooled(campaigns: Figures) -> dict[str, dict[str, dict[str, list[Any]]]]:
    """Return the track record of all campaigns together, by reading and reach, with the days of each campaign."""
    out: dict[str, dict[str, dict[str, list[Any]]]] = {}
    for reading in READINGS:
        out[reading] = {}
        for reach in REACHES:
            each = [record[reading][reach] for _, record in sorted(campaigns["record"].items())]
            sums = {
                key: [int(sum(v)) for v in zip(*(e[key] for e in each), strict=True)] for key in ("days", "right", "places")
            }
            weighted = ([n * p for n, p in zip(e["days"], e["p"], strict=True)] for e in each)
            total = [sum(v) for v in zip(*weighted, strict=True)]
            mean = [t / n if n else 0.0 for t, n in zip(total, sums["days"], strict=True)]
            by_campaign = [list(v) for v in zip(*(e["days"] for e in each), strict=True)]
            out[reading][reach] = {**sums, "p": mean, "by_campaign": by_campaign}
    return out


def toml(campaigns: Figures, record: Figures) -> str:
    """Return the package's track record."""
    changed = sum(size["places"] for size in campaigns["sizes"].values())
    every = changed + sum(size["stable"] for size in campaigns["sizes"].values())
    lines = [
        "# How often the likeliest holder was right, by band of its P; written by gates/accuracy.py, not by hand.",
        "# days: place-days of the band; right: of these right; places: with such days; by_campaign: days of each campaign.",
        "# near: a claim bears on the place within three weeks of the day. Days shown as contested are not counted.",
        f'method = "{campaigns["method"]}"',
        f"edges = {campaigns['edges']}",
        f"campaigns = {_list(sorted(campaigns['record']))}",
        f"places = {every}",
        f"changed = {changed} # of these places, how many changed hands",
    ]
    for reading in READINGS:
        for reach in REACHES:
            lines += ["", f"[{reading}.{reach}]"]
            lines += [f"{key} = {record[reading][reach][key]}" for key in ("days", "right", "places", "by_campaign")]
    return "\n".join(lines) + "\n"


def _list(names: Iterable[str]) -> str:
    return "[" + ", ".join(f'"{name}"' for name in names) + "]"


def page(found: Figures, record: Figures) -> str:
    """Return docs/accuracy.md."""
    import jinja2

    environment = jinja2.Environment(undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True)  # noqa: S701 - no HTML
    environment.globals["hundred"] = hundred
    environment.filters |= {"two": two, "hundred": hundred, "count": lambda n: f"{n:,.0f}"}
    template = environment.from_string(TEMPLATE.read_text(encoding="utf-8"))
    bands = list(zip(found["campaigns"]["edges"], [*found["campaigns"]["edges"][1:], 1.0], strict=True))
    return template.render(**found, record=record, bands=bands, corpora=CORPORA) + "\n"


def two(value: float | None) -> str:
    """Return a figure as it is written in a table; a dash where there is none."""
    if value is None:
        return "\u2013"
    return f"{value:,.0f}" if isinstance(value, int) or abs(value) >= 10 else f"{value:.2f}"


def hundred(right: float, days: float, least: int = 100) -> str:
    """Return how many of a hundred are right, rounded down; few days say nothing."""
    return "not known" if days < least else f"{int(100 * right / days)}"


def main() -> int:
    """Write the files, or say which are not what the figures make."""
    files, changed = made({name: figures.read(name) for name in GATES}), []
    for name, text in files.items():
        path = ROOT / name
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            changed.append(name)
            if "--check" not in sys.argv:
                path.write_text(text, encoding="utf-8")
    verb = "is not what the figures make" if "--check" in sys.argv else "written"
    print("\n".join(f"{name} {verb}" for name in changed) or "all as the figures make it")
    return 1 if changed and "--check" in sys.argv else 0


if __name__ == "__main__":
    sys.exit(main())
