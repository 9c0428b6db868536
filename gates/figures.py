"""Figures of the gates, kept beside them for docs/accuracy.md: written with `--figures`, else held to what is measured."""

from __future__ import annotations

import json
import math
import re
import sys
from bisect import bisect_right
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

FOLDER = Path(__file__).resolve().parent / "figures"
EDGES = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95)
APART = 0.03
"""A figure between -1 and 1 may differ so much from what the page says, a larger one by a fifth."""


def write(name: str, content: dict[str, Any]) -> None:
    """Write the figures of one gate; numbers keep four digits, so that the file's changes can be read."""
    FOLDER.mkdir(exist_ok=True)
    text = json.dumps(_short(content), indent=1, sort_keys=True)
    text = re.sub(r"\[[^][{}]*\]", lambda row: " ".join(row[0].split()), text)  # a list of numbers on one line
    (FOLDER / f"{name}.json").write_text(text + "\n", encoding="utf-8")


def read(name: str) -> dict[str, Any]:
    """Return the figures of one gate."""
    return dict(json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8")))


def stale(name: str, content: dict[str, Any]) -> list[str]:
    """Return what docs/accuracy.md says otherwise than was measured now: only what stands under `figures`."""
    kept, now = _leaves(read(name)["figures"]), _leaves(_short(content)["figures"])
    changed = [key for key in sorted(kept.keys() | now.keys()) if _apart(kept.get(key), now.get(key))]
    remedy = "run `just figures`"
    return [f"docs/accuracy.md says {key} {kept.get(key)}, measured {now.get(key)}: {remedy}" for key in changed]


def keep(name: str, content: dict[str, Any]) -> list[str]:
    """Write the figures where the gate was asked to (`--figures`), else return what the page says otherwise."""
    if "--figures" not in sys.argv:
        return stale(name, content)
    write(name, content)
    return []


def _apart(kept: float | None, now: float | None) -> bool:
    if kept is None or now is None:
        return kept is not now
    return abs(kept - now) > APART * max(1.0, abs(kept) / 0.15 if abs(kept) > 1 else 1.0)


def _leaves(value: Any, path: str = "") -> dict[str, float | None]:  # noqa: ANN401 - JSON
    """Return the numbers of nested objects by dotted key."""
    if not isinstance(value, dict):
        return {path: value}
    return {k: v for key, each in value.items() for k, v in _leaves(each, f"{path}.{key}".lstrip(".")).items()}


def _short(value: Any) -> Any:  # noqa: ANN401 - JSON
    """Return the same with numbers of four digits; what is not finite is null."""
    if isinstance(value, dict):
        return {key: _short(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_short(each) for each in value]
    if isinstance(value, float):
        return float(f"{value:.4g}") if math.isfinite(value) else None
    return value


def bands(judged: Iterable[tuple[float, bool]], edges: Sequence[float]) -> dict[str, list[float]]:
    """Return by band of p how many were judged (`count`), how many of them were right, and the mean p."""
    out: dict[str, list[float]] = {"count": [0] * len(edges), "right": [0] * len(edges), "p": [0.0] * len(edges)}
    for p, right in judged:
        band = max(bisect_right(edges, p) - 1, 0)
        out["count"][band] += 1
        out["right"][band] += int(right)
        out["p"][band] += p
    out["p"] = [total / count if count else 0.0 for total, count in zip(out["p"], out["count"], strict=True)]
    return out
