"""A Frictionless data package: every table as CSV, the panel as Parquet, and the codebook of their columns."""

from __future__ import annotations

import io
import json
import zipfile
from functools import partial
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from tenure.publish.files.panel import panel_columns, panel_parquet
from tenure.publish.files.vector import to_csv
from tenure.publish.making import Make, plainly
from tenure.publish.tables import Column, columns_of, table, table_names

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tenure.publish.release import Release

__all__ = ["codebook", "data_package", "panel_codebook", "zip_files"]

_ZIP_TIME = (1980, 1, 1, 0, 0, 0)  # the earliest that the format can write: no clock in the bytes


def codebook(*, level: int = 2) -> str:
    """Return the codebook of all tables as Markdown, a heading of a level each: columns with type, unit, meaning, values."""
    head = "| column | type | unit | meaning |\n|---|---|---|---|\n"
    return "\n".join(f"{'#' * level} {name}\n\n{head}{_rows(columns_of(name))}" for name in table_names())


def _rows(columns: tuple[Column, ...]) -> str:
    lines = []
    for c in columns:
        values = " Values: " + ", ".join(f"`{v}`" for v in c.values) + "." if c.values else ""
        unit = c.unit.replace("|", "\\|")
        lines.append(f"| `{c.name}` | {c.type} | {unit} | {c.meaning.replace('|', chr(92) + '|')}{values} |\n")
    return "".join(lines)


def panel_codebook(columns: tuple[str, ...]) -> tuple[Column, ...]:
    """Return the columns of the panel with their meaning."""
    known = {
        "place_id": Column("place_id", "string", "", "Id of the place in the study's gazetteer."),
        "date": Column("date", "date", "day", "The day; with weekly steps the first of each seven days."),
        "informed": Column(
            "informed", "boolean", "", "False where nothing bears on the place: unknown, whatever the p_ say."
        ),
    }
    other = "Probability that {} holds the place on the day; the p_ columns of a row sum to 1."
    return tuple(known.get(c) or Column(c, "number", "probability", other.format(c.removeprefix("p_"))) for c in columns)


def data_package(released: Release, make: Make = plainly) -> dict[str, bytes]:
    """Return the files of the package by name: datapackage.json, README.md, one CSV a table, panel.parquet.

    A table that `make` gives up is left out of all of them.
    """
    tried = {f"{name}.csv": make(f"{name}.csv", partial(to_csv, released, name), None) for name in table_names()}
    tried["panel.parquet"] = make("panel.parquet", lambda: panel_parquet(released), None)
    out = {name: content for name, content in tried.items() if content is not None}
    out["README.md"] = _readme(released).encode()
    out["datapackage.json"] = (json.dumps(_descriptor(released, out), ensure_ascii=False, indent=1) + "\n").encode()
    return dict(sorted(out.items()))


def _readme(released: Release) -> str:
    title = released.publication.config.title or released.publication.config.name
    rule = "\n".join(f"- {d}" for d in released.disclosures)
    return f"# {_line(title)}\n\n{rule}\n\n# Codebook\n\n{codebook()}"


def _line(text: str) -> str:
    return " ".join(text.replace("<", "&lt;").split())


def _field(column: Column) -> dict[str, Any]:
    constraints = {"constraints": {"enum": _typed(column)}} if column.values else {}
    unit = {"unit": column.unit} if column.unit else {}
    return {"name": column.name, "type": column.type, "description": column.meaning, **unit, **constraints}


def _typed(column: Column) -> list[Any]:
    return [int(v) for v in column.values] if column.type == "integer" else list(column.values)


def _descriptor(released: Release, content: Mapping[str, bytes]) -> dict[str, Any]:
    publication = released.publication
    resources = [
        {
            **_resource(f"{name}.csv", content, "csv", "text/csv"),
            "name": name,
            "dialect": {"lineTerminator": "\r\n"},
            "rows": len(table(released, name).rows),
            "schema": {"fields": [_field(c) for c in columns_of(name)], "missingValues": [""]},
        }
        for name in table_names()
        if f"{name}.csv" in content
    ]
    return {
        "profile": "data-package",
        "name": publication.config.name.lower(),
        "title": publication.config.title or publication.config.name,
        "description": " ".join(released.disclosures),
        "version": publication.version,
        "created": f"{released.last_day.isoformat()}T00:00:00Z",
        "licenses": _licences(released),
        "sources": [{"title": f"{a.what}: {a.credit}"} for a in publication.attributions],
        "temporal": {"start": released.first_day.isoformat(), "end": released.last_day.isoformat()},
        "method": publication.method,
        "resources": [*resources, *_panel(released, content)],
    }


def _panel(released: Release, content: Mapping[str, bytes]) -> list[dict[str, Any]]:
    """Return the resource of the panel, none where it is not among the files."""
    if "panel.parquet" not in content:
        return []
    fields = [_field(c) for c in panel_codebook(panel_columns(released.publication.posterior))]
    whole = _resource("panel.parquet", content, "parquet", "application/vnd.apache.parquet")
    whole |= {"sha256": whole.pop("hash").removeprefix("sha256:")}  # Frictionless reads Parquet but cannot count its bytes
    whole.pop("bytes")
    whole.pop("encoding")
    return [{**whole, "schema": {"fields": fields}}]


def _licences(released: Release) -> list[dict[str, str]]:
    return [{"name": name, "title": name} for name in sorted({a.licence for a in released.publication.attributions})]


def _resource(path: str, content: Mapping[str, bytes], form: str, media: str) -> dict[str, Any]:
    return {
        "name": path.split(".", maxsplit=1)[0],
        "path": path,
        "format": form,
        "mediatype": media,
        "encoding": "utf-8",
        "bytes": len(content[path]),
        "hash": "sha256:" + sha256(content[path]).hexdigest(),
    }


def zip_files(content: Mapping[str, bytes]) -> bytes:
    """Return the files as a ZIP archive in the order of their names, with a fixed time: equal files give equal bytes.

    >>> zip_files({"b": b"2", "a": b"1"}) == zip_files({"a": b"1", "b": b"2"})
    True
    """
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", compression=zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name in sorted(content):
            entry = zipfile.ZipInfo(name, date_time=_ZIP_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content[name])
    return sink.getvalue()
