"""No output of a study, whatever its form, holds an embargoed day, a private person, or a protected site."""

from __future__ import annotations

import base64
import gzip
import io
import json
import re
import sqlite3
import threading
import zipfile
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

import httpx
import pytest

from tenure.commands import ExportRequest, check_study, explain_place, export_study, measure_study, watch_zones
from tenure.commands.open import open_study
from tenure.config import study_template
from tenure.errors import InputError
from tenure.pipeline import build_study
from tenure.pipeline.built import release_built
from tenure.publish import export, table_names
from tenure.publish.map.parts import make_parts
from tenure.serve import ServeSettings, StudyFeed, create_app
from tenure.serve.server import listen
from tenure.store import write_new_folder

pytestmark = pytest.mark.slow
NOW = datetime(2014, 5, 24, 12, tzinfo=UTC)
MAPS = ("start", "end", "change")
CUTOFF = date(2014, 5, 10)
"""The template's embargo of 14 days before `NOW`."""

REPORTS = {
    "resident": """---
id: talk-with-nadia-orvane
published_at: 2014-03-26T10:00:00Z
publisher: Nadia Orvane's valley notes
url: https://t.me/nadia_orvane/17
country: XV
---
# Nadia Orvane: rebels shelled Orlen

Council forces captured the village of Tavesh on 25 March 2014, Nadia Orvane said. Orvane, who can be reached at
+383 44 555 123, added that rebels shelled Orlen on 25 March 2014.
""",
    "second": """---
id: tavesh-again
published_at: 2014-03-28T10:00:00Z
publisher: Selk Valley Monitor
country: XV
---
# Army back in Tavesh

Government forces recaptured Tavesh on 27 March 2014, the Selk Valley Monitor said. Army units led by Colonel Branko Feldisar
attacked rebels near Orlen on 27 March 2014 while Orvane and her sons fled.
""",
    "hospital": """---
id: clinic-hit
published_at: 2014-04-02T10:00:00Z
publisher: Selk Valley Monitor
country: XV
---
# Shelling in the valley

Government forces shelled the Saint Orla Hospital on 1 April 2014, the Selk Valley Monitor said.
""",
    "in the zone": """---
id: zone-clash
published_at: 2014-05-02T10:00:00Z
publisher: Selk Valley Monitor
country: XV
---
# Clash inside the zone

Government forces attacked rebels near Ashvale on 1 May 2014, Nadia Orvane told the Monitor. Government forces captured
two villages in the Selk valley on 1 May 2014, Nadia Orvane said.
""",
    "edited": """---
id: orlen-edited
published_at: 2014-04-20T10:00:00Z
updated_at: 2014-05-20T10:00:00Z
publisher: Selk Valley Monitor
country: XV
---
# Orlen shelled in the Quorvin offensive

Government forces shelled Orlen on 19 April 2014 in the operation called Quorvin, the Selk Valley Monitor said.
""",
    "late": """---
id: zindelmark-report
published_at: 2014-05-15T10:00:00Z
publisher: Selk Valley Monitor
country: XV
---
# Zindelmark tells of Orlen

Council forces captured Orlen on 30 April 2014 in the operation called Zindelmark, the Selk Valley Monitor said. Council
forces captured 31 villages in the Selk valley in April, and the army attacked rebels near Ashvale on 30 April 2014
in Zindelmark.
""",
}
HOSPITAL = "v90,Saint Orla Hospital,Orla Hospital,-18.7777,-38.2888,facility,Selk,Lower Selk,,,XV,VD02,\n"
SECRETS = ("nadia", "orvane", "feldisar", "branko", "555 123", "zindelmark", "quorvin", "v90", "18.7777", "38.2888")


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    folder = tmp_path_factory.mktemp("everywhere") / "study"
    files = study_template("everywhere")
    files["places.csv"] += HOSPITAL.encode()
    for name, text in REPORTS.items():
        files[f"reports/{name}.md"] = text.encode()
    write_new_folder(folder, files)
    return folder, build_study(folder, now=NOW)


def readable(name: str, content: bytes) -> str:
    """Return everything that a file says as text: archives opened, columns spelt out, a page's data unpacked."""
    suffix = name.rsplit(".", maxsplit=1)[-1]
    if suffix == "parquet":
        import pyarrow.parquet as pq

        table = pq.read_table(io.BytesIO(content))
        bare = table.drop_columns([c for c in ("geometry",) if c in table.column_names])
        return str(bare.schema) + str(bare.to_pylist())
    if suffix == "gpkg":
        with sqlite3.connect(":memory:") as database:
            database.deserialize(content)
            return "\n".join(database.iterdump())
    if suffix == "zip":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return "\n".join(n + readable(n, archive.read(n)) for n in archive.namelist())
    if suffix == "html":
        text = content.decode()
        packed = re.findall(r">([A-Za-z0-9+/=\s]{400,})<", text)
        for block in packed:
            raw = base64.b64decode(block)
            text = text.replace(block, "")
            text += (gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw).decode("latin-1")
        return text
    return content.decode("utf-8", "replace")


@contextmanager
def served(folder):
    import uvicorn

    settings = ServeSettings(port=0)
    with listen(settings) as bound:
        app = create_app(StudyFeed(folder, now=lambda: NOW), settings)
        server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off", ws="none"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]}, daemon=True)
        thread.start()
        with httpx.Client(base_url=f"http://127.0.0.1:{bound.getsockname()[1]}", trust_env=False, timeout=60) as client:
            yield client
        server.should_exit = True
        thread.join(10)


def from_files(folder):
    for made in ("site", "out"):
        for path in sorted((folder / made).rglob("*")):
            if path.is_file():
                yield path.relative_to(folder).as_posix(), readable(path.name, path.read_bytes())


def from_exports(folder):
    wanted = [
        (f"{table}{suffix}", {"table": table}) for table in table_names() for suffix in (".geojson", ".parquet", ".csv")
    ]
    wanted += [(f"{t}.fgb", {"table": t}) for t in ("control", "places", "events", "fronts")]
    wanted += [("all.gpkg", {}), ("all.zip", {}), ("acled.csv", {"schema": "acled"}), ("viina.csv", {"schema": "viina"})]
    for step in ("day", "week"):
        for filtered in (False, True):
            wanted += [(f"panel-{step}-{filtered}{s}", {"step": step, "filtered": filtered}) for s in (".csv", ".parquet")]
    released = release_built(folder, now=NOW)
    for name, options in wanted:
        yield name, readable(name, export(released, name[name.rindex(".") :], **options))
    export_study(folder, ExportRequest(to=folder.parent / "once.csv", table="claims"), now=NOW)
    report = folder.parent / "report.md"
    rows = export_study(folder, ExportRequest(to=report, since="2014-03-15", until="2014-05-09"), now=NOW)
    pictures = (*(f"map-{m}.svg" for m in MAPS), "weeks-held.svg", "weeks-net.svg")
    assert [r["file"] for r in rows] == [str(folder.parent / n) for n in ("report.md", *pictures)]
    yield from ((str(r["file"]), (folder.parent / r["file"]).read_text()) for r in rows)
    assert "Situation between 2014-03-15 and 2014-05-09" in report.read_text()
    with pytest.raises(InputError, match="until is not published: 2014-05-11; use 2014-03-01 to 2014-05-10"):
        export_study(folder, ExportRequest(to=report, until="2014-05-11"), now=NOW)
    assert (folder.parent / "once.csv").read_bytes() == export(released, ".csv", table="claims")


def from_service(folder):
    with served(folder) as client:
        names = [c["id"] for c in client.get("/collections").json()["collections"]]
        paths = [f"/collections/{n}{part}" for n in names for part in ("", "/queryables", "/items?limit=9999")]
        paths += [f"/collections/{n}/items?limit=9999&f=html" for n in names]
        paths += ["/", "/api", "/map/", *(f"/why?place={p}&on=2014-05-09" for p in ("Orlen", "Tavesh", "Ashvale"))]
        paths += ["/why?place=Tavesh&on=2014-03-27&f=html", "/why?place=Tavesh&on=2014-03-28&known-on=2014-03-28"]
        paths += ["/collections/control/items?known-on=2014-04-10&limit=9999"]
        for path in paths:
            answer = client.get(path)
            assert answer.status_code == httpx.codes.OK, (path, answer.text)
            made = re.sub(rb'"timeStamp":"[^"]*"', b"", answer.content)
            yield path, readable("page.html" if path == "/map/" else "a.json", made)


def from_terminal(folder):
    for place, on in (("Orlen", "2014-05-10"), ("Tavesh", "2014-03-27"), ("Ashvale", "2014-05-01")):
        answer = explain_place(folder, place, on=on, now=NOW)
        assert answer["claims"], place
        yield f"why {place}", json.dumps(answer, ensure_ascii=False)
    yield "check", json.dumps(check_study(folder, now=NOW))
    yield "watch", json.dumps(watch_zones(folder, now=NOW))
    yield "measure", json.dumps(measure_study(folder, now=NOW, until="2014-05-10"))


def from_notebook(folder):
    study = open_study(folder, now=NOW)
    for name in study.tables:
        yield f"arrow {name}", str(study.arrow(name).to_pylist())
        yield f"geopandas {name}", study.geopandas(name).drop(columns="geometry", errors="ignore").to_csv()
    yield "control_on", study.control_on(CUTOFF).to_csv()
    yield "why", str(study.why("Tavesh", "2014-03-27"))
    yield "check", study.check().to_csv()
    yield "watch", study.watch().to_csv()


def from_page(folder):
    released = release_built(folder, now=NOW)
    for name, content in make_parts(released, span_days=7, group_places=3).items():
        text = content.decode("utf-8", "replace")
        yield f"part {name}", text if text.startswith(("{", "[")) else ""


SOURCES = (from_files, from_exports, from_service, from_terminal, from_notebook, from_page)


@pytest.mark.parametrize("outputs", SOURCES, ids=lambda f: f.__name__)
def test_no_output_holds_a_person_a_site_or_a_late_report(built, outputs):
    folder, _ = built
    count = 0
    for name, text in outputs(folder):
        count += 1
        low = text.casefold()
        for secret in SECRETS:
            at = low.find(secret)
            assert at < 0, (name, secret, text[max(0, at - 200) : at + 200])
        for day in re.findall(r"2014-05-\d\d", text):
            if date.fromisoformat(day) > CUTOFF + timedelta(days=1):
                assert is_zone(text, day), (name, day)
    assert count


def is_zone(text: str, day: str) -> bool:
    """Return whether a late day is the agreed end of a zone, which was public when the zone was made."""
    return day in ("2014-05-31", "2014-06-01") and ("selk" in text.casefold() or "zone" in text.casefold())


def test_the_secrets_are_in_the_study(built):
    """The test above can fail: what it looks for is in the build."""
    from tenure.pipeline.built import open_built

    built_study = open_built(built[0])
    texts = " ".join(r.text for r in built_study.reports).casefold()
    assert all(s in texts for s in SECRETS[:5])
    claims = {c.claim_id: c for c in built_study.claims}
    speakers = {c.speaker for c in claims.values()}
    assert "Nadia Orvane" in speakers
    assert any(p.place_id == "v90" for p in built_study.placements)
    assert any(c.known_from.date() > CUTOFF for c in claims.values())


def test_tables_of_the_build_are_released_too(built):
    text = json.dumps(built[1].tables, default=str).casefold()
    assert not [s for s in SECRETS if s in text]
    assert built[1].tables
