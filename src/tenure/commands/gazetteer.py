"""`tenure gazetteer`: foreign gazetteers added to a study, what they hold, and what they still lack.

An added gazetteer is checked and compiled before anything is written: a bad file leaves the study as it was. It is kept in
the study's folder as a CSV with the columns of places.csv, and a note of its licence beside it.
"""

from __future__ import annotations

import csv
import hashlib
import io
import math
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tenure.config import GAZETTEER_FOLDER, NOT_STATED, PLACE_COLUMNS, AddedGazetteer
from tenure.errors import InputError
from tenure.pipeline.study import added_places, load_study, make_gazetteer
from tenure.store import read_document, write_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from tenure.config import Study
    from tenure.model import Place
    from tenure.places import Imported
    from tenure.places.gazetteer.checks import Issue

__all__ = ["GEONAMES_URL", "GazetteerRequest", "add_gazetteer", "gazetteer_info"]

GEONAMES_URL = "https://download.geonames.org/export/dump"
_GEONAMES = re.compile(r"geonames:([A-Za-z]{2})")
_GEONAMES_LICENCE, _GEONAMES_CREDIT = "CC-BY-4.0", "GeoNames, https://www.geonames.org/"

_COLUMNS = tuple(c for columns in PLACE_COLUMNS for c in columns if c not in {"gazetteer", "note"})
"""Columns that are kept of an added gazetteer: those of places.csv, but whose list it is and what is for people."""

_SAME_KM = 25.0
"""Points of one id that lie further apart are two places: lists of one country differ by a few km at most."""


@dataclass(frozen=True, slots=True)
class GazetteerRequest:
    """What `tenure gazetteer add` is asked for; `target` is ``geonames:XX`` or a file."""

    target: str
    study: Path
    file: Path | None = None
    """A file that was downloaded by hand, in place of the download."""
    sha256: str | None = None
    name: str | None = None
    licence: str | None = None
    credit: str | None = None
    base_url: str = GEONAMES_URL
    offline: bool = False


@dataclass(frozen=True, slots=True)
class _Original:
    """The bytes that a gazetteer is made from."""

    name: str
    content: bytes
    origin: str
    sha256: str
    licence: str
    credit: str


def add_gazetteer(request: GazetteerRequest) -> list[dict[str, Any]]:
    """Check a gazetteer, compile the study's index with it, keep it, and return what was added and what is odd about it.

    Rows have `outcome`, `count`, `detail`: first ``added``, ``replaced`` or ``known`` (the same was there), then a row for
    each kind of oddity. Errors, after which nothing has changed: InputError for the file, FetchError for the download.
    """
    from tenure.places import read_gazetteer_file

    study = load_study(request.study)
    original = _original(request)
    name = _kept_name(request, original)
    country = study.config.country if study.config.country != "ZZ" else None
    imported = read_gazetteer_file(original.name, original.content, country=country, areas=study.areas)
    _check_ids(imported.places, study, name)
    added = AddedGazetteer(
        name, original.licence, original.credit, original.origin, original.sha256, _as_csv(imported.places)
    )
    before = next((g for g in study.gazetteers if g.name == name), None)
    outcome = "added" if before is None else "known" if before == added else "replaced"
    if outcome != "known":
        others = [g for g in study.gazetteers if g.name != name]
        make_gazetteer(
            replace(study, gazetteers=tuple(sorted([*others, added], key=lambda g: g.name))), folder=request.study
        )
        write_file(request.study / GAZETTEER_FOLDER / f"{name}.csv", added.content)
        write_file(request.study / GAZETTEER_FOLDER / f"{name}.toml", _note(added))
    detail = f"{GAZETTEER_FOLDER}/{name}.csv; licence: {added.licence}; credit: {added.credit or 'not stated'}"
    return [
        {"outcome": outcome, "count": len(imported.places), "detail": detail},
        *_issue_rows(imported.issues),
        *_unused(imported),
    ]


def _original(request: GazetteerRequest) -> _Original:
    geonames = _GEONAMES.fullmatch(request.target)
    if geonames is None and request.target.startswith("geonames:"):
        raise InputError("no country code", value=request.target, remedy="use two letters, for example geonames:SY")
    if geonames is None:
        if request.file is not None:
            raise InputError("two files", value=request.file, remedy="give --from with geonames:XX only")
        path = Path(request.target)
        licence, credit, origin = request.licence or NOT_STATED, request.credit or "", path.name
    else:
        code = geonames[1].upper()
        origin = f"{request.base_url.rstrip('/')}/{code}.zip"
        path = request.file or _download(request, origin, f"{code}.zip")
        licence, credit = request.licence or _GEONAMES_LICENCE, request.credit or _GEONAMES_CREDIT
    content = read_document(path).content
    found = hashlib.sha256(content).hexdigest()
    if request.sha256 and found != request.sha256.lower():
        raise InputError(f"file has another SHA-256 than expected ({found[:16]}…)", value=path, remedy="get the file again")
    return _Original(path.name, content, origin, found, " ".join(licence.split()), " ".join(credit.split()))


def _download(request: GazetteerRequest, url: str, name: str) -> Path:
    from tenure.fetch import Fetcher

    folder = request.study / ".tenure"
    with Fetcher(folder / "cache", offline=request.offline) as fetcher:
        return fetcher.download(url, folder / "downloads" / name, sha256=request.sha256)


def _kept_name(request: GazetteerRequest, original: _Original) -> str:
    geonames = _GEONAMES.fullmatch(request.target)
    given = request.name or (f"geonames-{geonames[1].upper()}" if geonames else original.name.rpartition(".")[0])
    name = re.sub(r"[^A-Za-z0-9_-]+", "-", given).strip("-")[:80]
    if not name:
        raise InputError("the gazetteer has no name", value=original.name, remedy="give one with --name")
    return name


def _km(a: Place, b: Place) -> float:
    if a.lon is None or a.lat is None or b.lon is None or b.lat is None:
        return 0.0
    return math.hypot((a.lon - b.lon) * math.cos(math.radians(a.lat)), a.lat - b.lat) * 111.2


def _check_ids(places: Iterable[Place], study: Study, name: str) -> None:
    """Check that an id which the study knows already is the same place: one id joins two rows."""
    known = {p.place_id: (p, "places.csv") for p in study.places}
    for other in study.gazetteers:
        if other.name != name:
            for place in added_places(other):
                known.setdefault(place.place_id, (place, f"{GAZETTEER_FOLDER}/{other.name}.csv"))
    for place in places:
        at, where = known.get(place.place_id, (place, ""))
        if _km(at, place) > _SAME_KM:
            value = f"{place.place_id} is {place.name} here, {at.name} in {where}, {_km(at, place):.0f} km away"
            raise InputError("an id of another place", value=value, remedy="give the file's places other ids")


_JOINERS = "\u200c\u200d"
"""Format characters that are part of spelling; the others, direction marks among them, only change how a line looks."""


def _cell(value: object) -> str:
    value = round(value, 6) if isinstance(value, float) else value
    text = "" if value is None else " ".join(str(value).split())
    return "".join(c for c in text if c in _JOINERS or unicodedata.category(c) not in {"Cc", "Cf"})


def _alternates(names: Sequence[str]) -> str:
    """Return names between bars; a bar at the end keeps a single name with a semicolon whole."""
    text = "|".join(_cell(n).replace("|", "/") for n in names)
    return text + "|" if ";" in text and "|" not in text else text


def _as_csv(places: Iterable[Place]) -> bytes:
    """Return places as a CSV with the columns of places.csv, in their order."""
    sink = io.StringIO()
    writer = csv.writer(sink, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for place in places:
        row = {c: _cell(getattr(place, c)) for c in _COLUMNS if c != "alternate_names"}
        row |= {"radius_km": _cell(place.radius_km or None)}
        row |= {"alternate_names": _alternates(place.alternate_names), "feature": place.feature.value}
        writer.writerow([row[c] for c in _COLUMNS])
    return sink.getvalue().encode()


def _note(added: AddedGazetteer) -> bytes:
    import json

    keys = {"licence": added.licence, "credit": added.credit, "origin": added.origin, "sha256": added.sha256}
    lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in keys.items()]
    return ("# Whose data the CSV beside this note is; printed in every export.\n" + "\n".join(lines) + "\n").encode()


def _issue_rows(issues: Sequence[Issue]) -> list[dict[str, Any]]:
    counts = Counter(i.code for i in issues)
    first = {i.code: i.message for i in reversed(issues)}
    return [{"outcome": code, "count": counts[code], "detail": first[code]} for code in sorted(counts)]


def _unused(imported: Imported) -> list[dict[str, Any]]:
    names = imported.unused
    return [{"outcome": "unused_columns", "count": len(names), "detail": ", ".join(names)}] if names else []


def gazetteer_info(folder: Path | None) -> list[dict[str, Any]]:
    """Return one row a source of a study's gazetteer, or of the embedded one: places, names, licence, credit."""
    study = None if folder is None else load_study(folder)
    stated = {} if study is None else _stated(study)
    rows = []
    for source in make_gazetteer(study, folder=folder).info():
        licence, credit = stated.get(source.gazetteer, (source.licence, source.credit))
        rows.append(
            {
                "gazetteer": source.gazetteer,
                "places": source.places,
                "names": source.names,
                "licence": licence,
                "credit": credit,
            }
        )
    return rows


def _stated(study: Study) -> Mapping[str, tuple[str, str]]:
    """Return licence and credit by gazetteer as the study states them: what licences.toml says of its places or areas.

    An entry that names the gazetteer speaks for it; where none does, all entries about the file do.
    """
    out = {f"{GAZETTEER_FOLDER}/{g.name}": (g.licence, g.credit or g.origin) for g in study.gazetteers}
    files = dict(study.config.files)
    for key, labels in (
        ("areas", {a.gazetteer for a in study.areas}),
        ("places", {p.gazetteer for p in study.places}),
    ):
        about = [a for a in study.attributions if files[key] in a.what]
        for label in labels:
            named = [a for a in about if re.search(rf"\b{re.escape(label)}\b", a.what)]
            chosen = named or about
            if chosen:
                licences, credits_ = (
                    dict.fromkeys(values) for values in zip(*((a.licence, a.credit) for a in chosen), strict=True)
                )
                out[label] = ("; ".join(licences), "; ".join(credits_))
    return out
