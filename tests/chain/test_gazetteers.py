"""Gazetteers added to a study: downloaded or given, checked, compiled, credited; a bad file changes nothing."""

from __future__ import annotations

import hashlib
import io
import re
import threading
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tenure.commands import GazetteerRequest, add_gazetteer, gazetteer_info
from tenure.errors import FetchError, InputError, TenureError
from tenure.fetch import Fetcher
from tenure.pipeline import init_study
from tenure.pipeline import study as loading
from tenure.pipeline.study import load_study, make_gazetteer


def dump_row(number, name, lat, lon):
    cells = [str(number), name, name, f"Old {name}", str(lat), str(lon), "P", "PPL", "XV", "", "", "", "", "", "900"]
    return "\t".join([*cells, "", "", "Asia/Damascus", "2019-01-01"])


def dump(count=400):
    rows = [dump_row(1, "Zarbek", 40.1, 50.2), *(dump_row(n, f"Village {n}", 40.0, 50.0) for n in range(2, count))]
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("readme.txt", "terms" * 10)
        archive.writestr("XV.txt", "\n".join(rows))
    return sink.getvalue()


DUMP = dump()
DIGEST = hashlib.sha256(DUMP).hexdigest()


@pytest.fixture
def study(tmp_path, monkeypatch):
    """A study whose index leaves the world out: the same steps, without the ten seconds of compiling it."""
    compiled = loading._gazetteer
    monkeypatch.setattr(loading, "_gazetteer", lambda *a, **o: compiled(*a, **{**o, "world": False}))
    init_study(tmp_path / "study")
    return tmp_path / "study"


class Server:
    def __init__(self):
        self.body, self.breaks, self.asked = DUMP, 0, []

    def answer(self, handler):
        self.asked.append(handler.headers.get("Range", ""))
        start = int(re.sub(r"\D", "", self.asked[-1]) or 0)
        if handler.path != "/XV.zip":
            handler.send_error(404)
            return
        rest = self.body[start:]
        handler.send_response(206 if start else 200)
        handler.send_header("ETag", '"v1"')
        handler.send_header("Content-Length", str(len(rest)))
        if start:
            handler.send_header("Content-Range", f"bytes {start}-{len(self.body) - 1}/{len(self.body)}")
        handler.end_headers()
        handler.wfile.write(rest[: len(rest) // 2] if len(self.asked) <= self.breaks else rest)


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setitem(Fetcher.__init__.__kwdefaults__, "sleep", lambda _: None)
    told = Server()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            told.answer(self)

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as httpd:
        thread = threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        told.url = f"http://127.0.0.1:{httpd.server_port}"
        yield told
        httpd.shutdown()
        thread.join()


def request(study, target="geonames:XV", **options):
    return GazetteerRequest(target, study, **options)


def snapshot(study):
    return {p.relative_to(study).as_posix(): p.read_bytes() for p in sorted(study.rglob("*")) if p.is_file()}


def finds(study, name):
    gazetteer = make_gazetteer(load_study(study), folder=study)
    return [gazetteer.place_id(row) for row in gazetteer.lookup(name)[0].tolist()]


def test_a_countrys_file_is_downloaded_checked_and_looked_up(study, server):
    before = load_study(study)
    assert finds(study, "Zarbek") == []
    (row, *_) = add_gazetteer(request(study, "geonames:xv", base_url=server.url, sha256=DIGEST))
    assert (row["outcome"], row["count"]) == ("added", 399)
    assert finds(study, "Zarbek") == finds(study, "Old Zarbek") == ["geonames:1"]
    after = load_study(study)
    assert after.digest != before.digest
    assert after.places == before.places, "nobody holds an added place"
    assert ("CC-BY-4.0", "GeoNames, https://www.geonames.org/") in {(a.licence, a.credit) for a in after.attributions}
    (row, *_) = add_gazetteer(request(study, base_url=server.url))
    assert row["outcome"] == "known"


def test_a_download_that_is_cut_off_goes_on_where_it_stopped(study, server):
    server.breaks = 2
    add_gazetteer(request(study, base_url=server.url))
    assert finds(study, "Zarbek") == ["geonames:1"]
    assert server.asked[0] == ""
    assert all(asked.startswith("bytes=") for asked in server.asked[1:])


def test_another_checksum_is_refused_and_the_old_index_stays(study, server, tmp_path):
    add_gazetteer(request(study, base_url=server.url))
    before = snapshot(study)
    server.body = dump(500)
    with pytest.raises(FetchError, match="another SHA-256"):
        add_gazetteer(request(study, base_url=server.url, sha256="0" * 64))
    (tmp_path / "XV.zip").write_bytes(server.body)
    with pytest.raises(InputError, match=r"another SHA-256 .*XV\.zip"):
        add_gazetteer(request(study, file=tmp_path / "XV.zip", sha256=DIGEST))
    assert snapshot(study) == before


def test_offline_uses_what_was_downloaded_before(study, server):
    with pytest.raises(FetchError, match="network is off"):
        add_gazetteer(request(study, base_url=server.url, offline=True))
    add_gazetteer(request(study, base_url=server.url))
    asked = len(server.asked)
    assert add_gazetteer(request(study, base_url=server.url, offline=True))[0]["outcome"] == "known"
    assert len(server.asked) == asked


def test_a_country_that_the_server_does_not_have_is_told(study, server):
    with pytest.raises(FetchError, match=r"XQ\.zip"):
        add_gazetteer(request(study, "geonames:XQ", base_url=server.url))


def test_a_file_got_by_hand_serves_as_well(study, tmp_path):
    (tmp_path / "mine.zip").write_bytes(DUMP)
    add_gazetteer(request(study, file=tmp_path / "mine.zip", sha256=DIGEST.upper()))
    assert (study / "gazetteers" / "geonames-XV.csv").is_file()


PCODES = (
    "admin4Pcode,admin4Name_en,admin4Name_ar,admin3Name_en,admin1Name_en,Latitude,Longitude\n"
    "C1,Kafr Zita,كفر زيتا,Kafr Zeita,Hama,,\nC2,Tell Mardikh,,Saraqab,Idlib,35.8,36.8\n"
)


GEOJSON = """{"type": "FeatureCollection", "features": [{"type": "Feature", "id": "C2",
  "properties": {"name": "Tell Mardikh"}, "geometry": {"type": "Point", "coordinates": [36.8, 35.8]}}]}"""


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("pcodes.csv", PCODES),
        ("pcodes.tsv", PCODES.replace(",", "\t")),
        (
            "pcodes.jsonl",
            '{"id": "C1", "name": "Kafr Zita"}\n{"id": "C2", "name": "Tell Mardikh", "lat": 35.8, "lon": 36.8}',
        ),
        ("pcodes.geojson", GEOJSON),
    ],
    ids=["csv", "tsv", "jsonl", "geojson"],
)
def test_a_file_of_any_known_kind_is_kept_in_the_columns_of_places_csv(study, tmp_path, name, content):
    (tmp_path / name).write_text(content, encoding="utf-8")
    add_gazetteer(request(study, str(tmp_path / name), licence="CC BY-IGO", credit="OCHA", name="p codes"))
    assert finds(study, "Tell Mardikh") == ["C2"]
    kept = (study / "gazetteers" / "p-codes.csv").read_text(encoding="utf-8").splitlines()
    assert kept[0].startswith("place_id,name,alternate_names,lon,lat,feature,admin1")
    (info,) = [r for r in gazetteer_info(study) if r["gazetteer"] == "gazetteers/p-codes"]
    assert (info["licence"], info["credit"]) == ("CC BY-IGO", "OCHA")


def test_names_survive_being_kept(study, tmp_path):
    content = 'id,name,alternate_names\n1,"Tell, the\u200f upper","one;two"\n2,Duma|Douma,"a; b|c"\n'
    (tmp_path / "odd.csv").write_text(content, encoding="utf-8")
    add_gazetteer(request(study, str(tmp_path / "odd.csv")))
    first = (study / "gazetteers" / "odd.csv").read_bytes()
    (tmp_path / "again.csv").write_bytes(first)
    add_gazetteer(request(study, str(tmp_path / "again.csv"), name="odd"))
    assert (study / "gazetteers" / "odd.csv").read_bytes() == first
    assert "\u200f" not in first.decode()


def test_a_place_that_the_study_has_too_lends_it_its_names(study, tmp_path):
    place = load_study(study).places[0]
    (tmp_path / "more.csv").write_text(
        f"id,name,alternate_names,lat,lon\n{place.place_id},Otherwise,,{place.lat},{place.lon}\n"
        f"x9,{place.name},Byname,{place.lat},{place.lon}\n",
        encoding="utf-8",
    )
    add_gazetteer(request(study, str(tmp_path / "more.csv")))
    assert finds(study, "Otherwise") == finds(study, "Byname") == finds(study, place.name) == [place.place_id]


def test_an_id_of_another_place_is_refused(study, tmp_path):
    place = load_study(study).places[0]
    (tmp_path / "clash.csv").write_text(f"id,name,lat,lon\n{place.place_id},Far away,1,1\n", encoding="utf-8")
    with pytest.raises(InputError, match=f"another place: {place.place_id} is Far away here"):
        add_gazetteer(request(study, str(tmp_path / "clash.csv")))


def test_a_gazetteer_is_replaced_and_taken_out_again(study, tmp_path):
    path = tmp_path / "list.csv"
    path.write_text("id,name,lat,lon\n1,Firstham,40,50\n", encoding="utf-8")
    add_gazetteer(request(study, str(path)))
    path.write_text("id,name,lat,lon\n1,Nextham,40,50\n", encoding="utf-8")
    assert add_gazetteer(request(study, str(path)))[0]["outcome"] == "replaced"
    assert (finds(study, "Firstham"), finds(study, "Nextham")) == ([], ["1"])
    for kept in (study / "gazetteers").iterdir():
        kept.unlink()
    assert finds(study, "Nextham") == []


def zipped(content):
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("XV.txt", content)
    return sink.getvalue()


DAMAGED = bytearray(zipped("\n".join(dump_row(n, f"Place {n}", 1, 1) for n in range(400))))
DAMAGED[300] ^= 255
POINT = '{"features": [{"id": "1", "properties": {"name": "x"}, "geometry": %s}]}'


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", b""),
        ("a.csv", b"id,name\n"),
        ("a.csv", b"id,name\n1,a\n1,b\n"),
        ("a.csv", b"id,name,lat,lon\n1,a,95,181\n"),
        ("a.csv", b"id,name,lat,lon\n1,a,120,36\n"),
        ("a.csv", b"id,name,lat,lon\n1,a,36,\n"),
        ("a.csv", b"id,name,lat,lon\n1,a,north,36\n"),
        ("a.csv", "id,name\n1,Жито\n".encode("cp1251")),
        ("a.csv", b"id,name\n1," + b"a" * 1_100_000),
        ("a.csv", DUMP),
        ("a.jsonl", b"[" * 100_000),
        ("a.geojson", b'{"features": [1]}'),
        ("a.geojson", (POINT % '{"type": "Point", "coordinates": ["a", 1]}').encode()),
        ("a.geojson", (POINT % '{"type": "Nothing"}').encode()),
        ("a.zip", DUMP[: len(DUMP) // 2]),
        ("a.zip", bytes(DAMAGED)),
        ("a.zip", zipped("not a dump")),
        ("a.xlsx", b"PK"),
    ],
    ids=lambda v: v if isinstance(v, str) else "",
)
def test_a_bad_file_gets_one_line_and_the_old_index_stays(study, tmp_path, name, content):
    add_gazetteer(request(study, _file(tmp_path, "good.csv", b"id,name,lat,lon\n1,Goodham,40,50\n")))
    before = snapshot(study)
    with pytest.raises(TenureError) as caught:
        add_gazetteer(request(study, _file(tmp_path, name, content), name="good"))
    assert "\n" not in str(caught.value)
    assert snapshot(study) == before


def _file(folder, name, content):
    (folder / name).write_bytes(content)
    return str(folder / name)


def test_swapped_columns_are_detected_against_the_studys_areas(study, tmp_path):
    places = [p for p in load_study(study).places if p.lon is not None]
    rows = "".join(f"x{p.place_id},{p.name},{p.lon},{p.lat}\n" for p in places)
    with pytest.raises(InputError, match="swapped"):
        add_gazetteer(request(study, _file(tmp_path, "swapped.csv", f"id,name,lat,lon\n{rows}".encode())))


def test_oddities_are_counted_and_named(study, tmp_path):
    content = b"id,name,lat,lon\n1,Nowhere,0,0\n2,Abroad,1,1\n3," + b"a" * 10_000 + b",,\n"
    rows = add_gazetteer(request(study, _file(tmp_path, "odd.csv", content)))
    assert {r["outcome"]: r["count"] for r in rows} == {"added": 3, "null_island": 1, "outside_areas": 1, "long_name": 1}


@pytest.mark.parametrize("target", ["geonames:", "geonames:SYR", "absent.csv"])
def test_a_target_that_is_none_is_told(study, target):
    with pytest.raises(InputError):
        add_gazetteer(request(study, target))


def test_info_states_the_licences_that_the_study_states(study):
    (own,) = [r for r in gazetteer_info(study) if r["gazetteer"] == "study"]
    assert own["places"] >= len(load_study(study).places)
    assert own["licence"] in {a.licence for a in load_study(study).attributions}
