"""Invented passages about other conflicts with the claims that they hold, in the schema of the gold passages."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

CAMPAIGNS = Path(__file__).with_name("claims_campaigns.txt")


def read_campaigns(text: str) -> list[dict[str, Any]]:
    """Return the passages of `claims_campaigns.txt`; its head says how they are written."""
    rows: list[dict[str, Any]] = []
    for line in text.splitlines():
        if line.startswith("## "):
            name, published, country = line[3:].split()
            rows.append(
                {"id": name, "published_at": published, "publisher": "press", "country": country, "text": "", "claims": []}
            )
        elif line.startswith("= "):
            rows[-1]["claims"].append(_claim(line[2:], rows[-1]))
        elif line.strip() and rows and not line.startswith("#"):
            rows[-1]["text"] += ("\n\n" if rows[-1]["text"] else "") + line
    return rows


def _claim(line: str, row: dict[str, Any]) -> dict[str, Any]:
    kind, actors, targets, places, dates, speaker, quantities = (part.strip() for part in line.split(";"))
    event, stance = kind.split()
    start, _, end = (dates or row["published_at"]).partition("..")
    return {
        "quote": row["text"],
        "event": event,
        "stance": stance,
        "actor": _list(actors),
        "target": _list(targets),
        "places": [{"name": p.partition("@")[0], "role": p.partition("@")[2] or "at"} for p in _list(places)],
        "start": start,
        "end": end or start,
        "speaker": speaker or None,
        "quantities": [
            {"kind": k, "value": float(v), "qualifier": q} for k, v, q in (re.split(":", x) for x in _list(quantities))
        ],
    }


def _list(text: str) -> list[str]:
    return [part.strip() for part in text.split("+") if part.strip()]
