"""Requests per second of `items` beside pygeoapi on the same features in the same run, and a collection through ogr2ogr.

    python bench/serve.py [--places 35000] [--spells 3] [--seconds 6] [--pygeoapi PYTHON]

PYTHON is an interpreter that has pygeoapi and gunicorn (in a venv of its own, made by an interpreter whose sqlite3 loads
extensions, with mod_spatialite installed: its SQLite provider needs that); without it, or without ogr2ogr, that part is left
out by name. Features: a grid of places with hexagon cells and a history of spells; pygeoapi reads them from SpatiaLite, its
fastest provider of files, behind one gunicorn worker. Both answer 100 features a request on loopback, every request a page
that was not asked before: anywhere, in the first tenth of the collection, or in a box. Prints one JSON line a figure.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

FIRST = date(2017, 1, 1)
FLOOR, AIM = 5.0, 20.0


def show(**figures: object) -> None:
    print(json.dumps(figures), flush=True)


def hexagon(lon: float, lat: float, radius: float) -> str:
    corners = [(lon + radius * math.cos(a * math.pi / 3), lat + radius * math.sin(a * math.pi / 3)) for a in range(7)]
    ring = [[round(x, 6), round(y, 6)] for x, y in (*corners[:6], corners[0])]
    return json.dumps({"type": "Polygon", "coordinates": [ring]})


def control_rows(places: int, spells: int) -> tuple[list[dict[str, object]], list[str]]:
    """Return rows and geometries of the control table."""
    side, rng = math.isqrt(places) + 1, random.Random(7)  # noqa: S311 - test data
    rows, shapes = [], []
    for i in range(places):
        lon, lat = 36 + (i % side) * 0.02, 33 + (i // side) * 0.02
        cell = hexagon(lon, lat, 0.011)
        start = FIRST
        for j in range(spells):
            end = start + timedelta(days=rng.randrange(30, 400))
            state = ("government", "opposition", "contested")[(i + j) % 3]
            rows.append(
                {
                    "place_id": f"C{i:05d}", "name": f"Tell Number {i}", "lon": lon, "lat": lat, "admin1": "Idlib",
                    "admin2": "Ariha", "admin3": f"Sub {i % 90}", "area_km2": 4.2, "start": start, "end": end,
                    "status": "controlled", "controller": state, "controller_name": state.title(), "p": 0.9371,
                    "p_change": 0.81, "start_lo": start, "start_hi": end,
                    "tier": "assessed", "sources": 3, "last_evidence": start,
                    "known_from": datetime(start.year, start.month, start.day, tzinfo=UTC), "method": "control-1:abcdef",
                }
            )  # fmt: skip
            shapes.append(cell)
            start = end
    return rows, shapes


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def serve_ours(places: int, spells: int, port: int) -> None:
    """Run the service over the features until killed (in a process of its own)."""
    import uvicorn

    from tenure.publish.tables import Table, columns_of
    from tenure.serve import FixedFeed, ServeSettings, create_app
    from tenure.serve.collection import make_collection
    from tenure.serve.edition import Edition

    rows, shapes = control_rows(places, spells)
    began = time.perf_counter()
    collection = make_collection(Table("control", columns_of("control"), tuple(rows), tuple(shapes)))
    show(figure="features loaded", count=collection.size, seconds=round(time.perf_counter() - began, 2))
    edition = Edition("bench", "Bench", "Bench", (), datetime.now(UTC), {"control": collection}, FIRST)
    app = create_app(FixedFeed(edition), ServeSettings(port=port))
    uvicorn.run(app, host="127.0.0.1", port=port, log_level="warning", access_log=False, lifespan="off", ws="none")


class Client:
    """One connection that sends requests and reads whole answers; it connects again where the server closes."""

    def __init__(self, address: str) -> None:
        """Take the address; the connection is made with the first request."""
        self.netloc = urlsplit(address).netloc
        self.host, _, port = self.netloc.partition(":")
        self.port, self.socket = int(port), None

    def get(self, path: str) -> int:
        """Return the length of the body of an answer; anything but 200 is an error."""
        if self.socket is None:
            self.socket = socket.create_connection((self.host, self.port), timeout=60)
        self.socket.sendall(f"GET {path} HTTP/1.1\r\nHost: {self.netloc}\r\nAccept: application/geo+json\r\n\r\n".encode())
        data = bytearray()
        while b"\r\n\r\n" not in data:
            part = self.socket.recv(65536)
            if not part:
                raise ConnectionError(path)
            data += part
        head, _, body = bytes(data).partition(b"\r\n\r\n")
        lines = head.lower().split(b"\r\n")
        assert b" 200 " in lines[0], (path, head, body[:300])
        length = int(next(line for line in lines if line.startswith(b"content-length:")).split(b":")[1])
        received = len(body)
        while received < length:
            received += len(self.socket.recv(1 << 20))
        if b"connection: close" in lines:
            self.socket.close()
            self.socket = None
        return length


def queries(kind: str, features: int, extra: str) -> list[str]:
    """Return addresses that differ from each other."""
    rng = random.Random(11)  # noqa: S311 - test data
    path = f"/collections/control/items?{extra}limit=100"
    if kind != "box":
        reach = features - 100 if kind == "any page" else features // 10
        return [f"{path}&offset={o}" for o in rng.sample(range(reach), min(reach, 40_000))]
    out = []
    for _ in range(20_000):
        west, south = 36 + rng.random() * 3, 33 + rng.random() * 3
        out.append(f"{path}&bbox={west:.6f},{south:.6f},{west + 0.2:.6f},{south + 0.2:.6f}")
    return out


def rate(address: str, kind: str, features: int, seconds: float, extra: str = "") -> tuple[float, float]:
    """Return requests per second and mean bytes of an answer."""
    client, asked, total = Client(address), 0, 0
    addresses = queries(kind, features, extra)
    for path in addresses[:5]:
        client.get(path)
    began = time.perf_counter()
    while time.perf_counter() - began < seconds and asked < len(addresses) - 5:
        total += client.get(addresses[5 + asked])
        asked += 1
    return asked / (time.perf_counter() - began), total / asked


def wait_for(address: str, process: subprocess.Popen[bytes], seconds: float = 180) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", urlsplit(address).port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit(f"{address} did not start")


def through_ogr2ogr(address: str, folder: Path, features: int) -> None:
    """Measure how long ogr2ogr takes to copy the whole collection into a FlatGeobuf."""
    if shutil.which("ogr2ogr") is None:
        show(figure="ogr2ogr", skipped="ogr2ogr is not installed")
        return
    target = folder / "control.fgb"
    began = time.perf_counter()
    command = ["ogr2ogr", "-f", "FlatGeobuf", str(target), f"OAPIF:{address}", "control", "-oo", "PAGE_SIZE=10000"]
    subprocess.run(command, check=True, capture_output=True)
    show(figure="ogr2ogr", features=features, seconds=round(time.perf_counter() - began, 2), floor=5.0, aim=1.0)
    copy = folder / "copy.geojson"
    subprocess.run(["ogr2ogr", "-f", "GeoJSON", str(copy), str(target)], check=True, capture_output=True)
    began = time.perf_counter()
    subprocess.run(["ogr2ogr", "-f", "FlatGeobuf", str(folder / "again.fgb"), str(copy)], check=True, capture_output=True)
    show(figure="ogr2ogr from a local file", features=features, seconds=round(time.perf_counter() - began, 2))


PYGEOAPI = """
server:
  bind: {{host: 127.0.0.1, port: {port}}}
  url: http://127.0.0.1:{port}
  mimetype: application/json; charset=UTF-8
  encoding: utf-8
  languages: [en-US]
  limits: {{default_items: 100, max_items: 10000}}
  pretty_print: false
  map: {{url: "https://tiles.example/{{z}}/{{x}}/{{y}}.png", attribution: none}}
logging: {{level: ERROR}}
metadata:
  identification: {{title: Bench, description: Bench, keywords: [bench], keywords_type: theme, terms_of_service: none, url: http://127.0.0.1}}
  license: {{name: CC0, url: http://127.0.0.1}}
  provider: {{name: Bench, url: http://127.0.0.1}}
  contact: {{name: Bench, position: none, address: none, city: none, stateorprovince: none, postalcode: none, country: none, email: bench@example.org}}
resources:
  control:
    type: collection
    title: Control
    description: Control
    keywords: [bench]
    extents: {{spatial: {{bbox: [30, 30, 45, 45], crs: "http://www.opengis.net/def/crs/OGC/1.3/CRS84"}}}}
    providers:
      - {{type: feature, name: SQLiteGPKG, data: {data}, id_field: fid, table: control}}
"""  # noqa: E501 - another project's configuration


def start_pygeoapi(
    python: str, folder: Path, rows: list[dict[str, object]], shapes: list[str]
) -> tuple[str, subprocess.Popen[bytes]]:
    import geopandas
    import shapely

    frame = geopandas.GeoDataFrame(rows, geometry=shapely.from_geojson(shapes), crs="OGC:CRS84")
    frame.to_file(folder / "control.gpkg", layer="control", driver="GPKG")
    data = folder / "control.sqlite"
    command = [
        "ogr2ogr",
        "-f",
        "SQLite",
        "-dsco",
        "SPATIALITE=YES",
        "-nln",
        "control",
        str(data),
        str(folder / "control.gpkg"),
    ]
    subprocess.run(command, check=True, capture_output=True)
    port = free_port()
    config, openapi = folder / "pygeoapi.yml", folder / "openapi.yml"
    config.write_text(PYGEOAPI.format(port=port, data=data), encoding="utf-8")
    tools = Path(python).parent
    environment = {**os.environ, "PYGEOAPI_CONFIG": str(config), "PYGEOAPI_OPENAPI": str(openapi)}
    subprocess.run(
        [str(tools / "pygeoapi"), "openapi", "generate", str(config), "--output-file", str(openapi)],
        check=True, env=environment, capture_output=True,
    )  # fmt: skip
    command = [str(tools / "gunicorn"), "-w", "1", "-k", "gthread", "--threads", "2", "-b", f"127.0.0.1:{port}"]
    process = subprocess.Popen([*command, "pygeoapi.flask_app:APP"], env=environment, stderr=subprocess.DEVNULL)
    return f"http://127.0.0.1:{port}", process


def compare(arguments: argparse.Namespace, ours: dict[str, float], folder: Path, features: int) -> None:
    rows, shapes = control_rows(arguments.places, arguments.spells)
    address, process = start_pygeoapi(arguments.pygeoapi, folder, rows, shapes)
    try:
        wait_for(address, process)
        for kind, own in ours.items():
            theirs, size = rate(address, kind, features, arguments.seconds, "f=json&")
            show(figure=f"pygeoapi {kind}", per_second=round(theirs, 1), bytes=round(size))
            show(figure=f"ratio {kind}", times=round(own / theirs, 1), floor=FLOOR, aim=AIM, holds=own / theirs >= FLOOR)
    finally:
        process.terminate()
        process.wait(20)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--places", type=int, default=35_000)
    parser.add_argument("--spells", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=6.0)
    parser.add_argument("--pygeoapi", help="interpreter that has pygeoapi and gunicorn")
    parser.add_argument("--serve-on", type=int, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.serve_on:
        serve_ours(arguments.places, arguments.spells, arguments.serve_on)
        return
    features, ours = arguments.places * arguments.spells, {}
    for spells in sorted({1, arguments.spells}):
        port = free_port()
        address = f"http://127.0.0.1:{port}"
        command = [
            sys.executable,
            __file__,
            "--places",
            str(arguments.places),
            "--spells",
            str(spells),
            "--serve-on",
            str(port),
        ]
        process = subprocess.Popen(command)
        try:
            wait_for(address, process)
            with tempfile.TemporaryDirectory() as folder:
                through_ogr2ogr(address, Path(folder), arguments.places * spells)
            if spells == arguments.spells:
                for kind in ("any page", "early page", "box"):
                    ours[kind], size = rate(address, kind, features, arguments.seconds)
                    show(figure=f"tenure {kind}", per_second=round(ours[kind], 1), bytes=round(size))
        finally:
            process.terminate()
            process.wait(20)
    if arguments.pygeoapi is None:
        show(figure="pygeoapi", skipped="no interpreter given with --pygeoapi")
        return
    with tempfile.TemporaryDirectory() as folder:
        compare(arguments, ours, Path(folder), features)


if __name__ == "__main__":
    main()
