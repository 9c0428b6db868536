"""The map as one HTML file that opens from a disk without network: library, borders, data and script inside.

Rules. Every text of the study is either HTML-escaped (title, dates) or sits in compressed JSON that the script writes as
text nodes. The content security policy allows this page's own script by hash, the decompressed library and its worker as
blobs, and nothing else: no connection, no evaluation, no inline handler. Equal releases give equal bytes.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import html
import json
from functools import cache
from importlib.metadata import PackageNotFoundError, distribution
from importlib.resources import files
from typing import TYPE_CHECKING

from tenure.errors import InputError, MissingExtraError
from tenure.publish.payload import make_payload, pack_posterior

if TYPE_CHECKING:
    from tenure.publish.release import Release

__all__ = ["PAGE_PLACES", "render_map"]

PAGE_PLACES = 40_000
"""Places up to which one page is made: quick up to some 3,000, usable beyond."""


@cache
def _library() -> tuple[bytes, str]:
    """Return MapLibre GL JS and its style sheet (BSD 3-Clause) from the installed `maplibre` wheel, without importing it."""
    try:
        packaged = distribution("maplibre").files or []
    except PackageNotFoundError as err:
        raise MissingExtraError("the map library is not installed", value="maplibre", remedy="pip install maplibre") from err
    found = {p.name: p for p in packaged if p.parent.name == "srcjs"}
    try:
        return found["maplibre-gl.js"].read_binary(), found["maplibre-gl.css"].read_text(encoding="utf-8")
    except KeyError as err:
        raise MissingExtraError(
            "the map library's wheel lacks a file", value=err.args[0], remedy="reinstall maplibre"
        ) from err


@cache
def _templates() -> tuple[str, str, str]:
    """Return the page, its style sheet and its script, the script's parts joined in the order of their names."""
    folder = files("tenure.publish").joinpath("templates")
    parts = sorted((p for p in folder.joinpath("map").iterdir() if p.name.endswith(".js")), key=lambda p: p.name)
    script = "\n".join(p.read_text(encoding="utf-8") for p in parts)
    return (
        folder.joinpath("map.html").read_text(encoding="utf-8"),
        folder.joinpath("map.css").read_text(encoding="utf-8"),
        script,
    )


def _packed(content: bytes) -> str:
    return base64.b64encode(gzip.compress(content, 9, mtime=0)).decode()


def _policy(script: str, style: str) -> str:
    def digest(text: str) -> str:
        return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"

    rules = {
        "default-src": "'none'",
        "script-src": f"{digest(script)} blob:",
        "style-src": digest(style),
        "img-src": "data: blob:",
        "worker-src": "blob:",
        "connect-src": "blob:",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    return "; ".join(f"{k} {v}" for k, v in rules.items())


def render_map(released: Release) -> bytes:
    """Return the map of a release as one HTML page (UTF-8).

    Raises InputError for a study of more than `PAGE_PLACES` places.
    """
    publication = released.publication
    if len(publication.posterior.place_ids) > PAGE_PLACES:
        raise InputError(
            "too many places for one page",
            value=len(publication.posterior.place_ids),
            remedy="export files, or serve the study",
        )
    library, library_css = _library()
    page, style, script = _templates()
    style = library_css.replace("</style", "<\\/style") + style
    keep = frozenset(p.place_id for p in publication.places)
    blocks = pack_posterior(publication.posterior, keep)
    if publication.filtered is not None:
        blocks += pack_posterior(publication.filtered, keep)
    payload = json.dumps(make_payload(released), ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    days = publication.config.embargo_days
    fields = {
        "TITLE": html.escape(publication.config.title or publication.config.name),
        "VERSION": html.escape(publication.version),
        "CUTOFF": released.cutoff.isoformat(),
        "EMBARGO": f"{days} day" + ("" if days == 1 else "s"),
        "CSP": _policy(script, style),
        "CSS": style,
        "JS": script,
        "LIBRARY": _packed(library),
        "DATA": _packed(payload.encode()),
        "BLOCKS": _packed(blocks),
    }
    return _filled(page, fields).encode()


def _filled(page: str, fields: dict[str, str]) -> str:
    """Return the page with each %%NAME%% replaced once: what a value holds is never looked at again."""
    pieces = page.split("%%")
    return "".join(fields[piece] if i % 2 else piece for i, piece in enumerate(pieces))
