"""The map: one HTML file that opens from a disk without network, or beyond that a page with parts that it reads as needed.

Rules. Every text of the study is either HTML-escaped (title, dates) or sits in compressed parts that the script writes as
text nodes. The content security policy allows this page's own script by hash, the decompressed library and its worker as
blobs, and in a folder the parts beside it: no connection, no evaluation, no inline handler. Parts are scripts that hand over
one text, since a page opened from a disk may read nothing else; their address carries the digest of the build, so that a
page never meets parts of another build. Equal releases give equal bytes.
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

from tenure.errors import MissingExtraError
from tenure.publish.map.parts import make_parts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tenure.publish.release import Release

__all__ = ["PAGE_DAYS", "PAGE_PLACES", "render_map", "render_site"]

PAGE_PLACES = 3_000
"""Places up to which the map is one file."""
PAGE_DAYS = 1_000
"""Days up to which the map is one file."""
_SPAN_DAYS = 200
_GROUP_PLACES = 1_000
_DIGEST_CHARACTERS = 12


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


def _policy(script: str, style: str, *, folder: bool) -> str:
    def digest(text: str) -> str:
        return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"

    beside = " 'self' file:" if folder else ""
    rules = {
        "default-src": "'none'",
        "script-src": f"{digest(script)} blob:{beside}",
        "style-src": digest(style),
        "img-src": "data: blob:",
        "worker-src": "blob:",
        "connect-src": "blob:",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    return "; ".join(f"{k} {v}" for k, v in rules.items())


def render_map(released: Release) -> bytes:
    """Return the map of a release as one HTML page (UTF-8) with everything inside, whatever the study's size.

    Quick up to some `PAGE_PLACES` places; a larger study is better served by `render_site`.
    """
    parts = {"library": _packed(_library()[0])}
    days, places = released.publication.posterior.days, len(released.publication.places)
    for name, content in make_parts(released, span_days=max(days, 1), group_places=max(places, 1)).items():
        parts[name] = _packed(content)
    return _page(released, parts, beside={})


def render_site(released: Release) -> dict[str, bytes]:
    """Return the map as files by relative name: `index.html`, and beyond one page's size its parts under `parts/`."""
    publication = released.publication
    if len(publication.posterior.place_ids) <= PAGE_PLACES and publication.posterior.days <= PAGE_DAYS:
        return {"index.html": render_map(released)}
    made = make_parts(released, span_days=_SPAN_DAYS, group_places=_GROUP_PLACES)
    parts = {"library": _packed(_library()[0])} | {name: _packed(content) for name, content in made.items()}
    out = {f"parts/{name}.js": f"tenurePart({json.dumps(name)},{json.dumps(text)})".encode() for name, text in parts.items()}
    return {"index.html": _page(released, {}, beside=parts), **out}


def _page(released: Release, inside: Mapping[str, str], *, beside: Mapping[str, str]) -> bytes:
    publication = released.publication
    page, style, script = _templates()
    style = _library()[1].replace("</style", "<\\/style") + style
    digest = hashlib.sha256("\n".join(f"{k} {v}" for k, v in sorted(beside.items())).encode()).hexdigest()
    days = publication.config.embargo_days
    fields = {
        "TITLE": html.escape(publication.config.title or publication.config.name),
        "VERSION": html.escape(publication.version),
        "CUTOFF": released.cutoff.isoformat(),
        "EMBARGO": f"{days} day" + ("" if days == 1 else "s"),
        "CSP": _policy(script, style, folder=bool(beside)),
        "CSS": style,
        "JS": script,
        "BUILD": digest[:_DIGEST_CHARACTERS] if beside else "",
        "PARTS": "\n".join(
            f'<script type="application/octet-stream" id="part-{name}">{text}</script>' for name, text in inside.items()
        ),
    }
    return _filled(page, fields).encode()


def _filled(page: str, fields: dict[str, str]) -> str:
    """Return the page with each %%NAME%% replaced once: what a value holds is never looked at again."""
    pieces = page.split("%%")
    return "".join(fields[piece] if i % 2 else piece for i, piece in enumerate(pieces))
