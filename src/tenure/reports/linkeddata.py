"""JSON-LD of a page: the object of the article itself, told from those of the site, of videos and of other articles."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tenure.config.nesting import MOST_LEVELS, json_levels
from tenure.reports.folding import data, fold

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Stated", "article_statements"]

_LONGEST = 2_000_000
_SIMILAR = 0.5
"""Share of a headline's words that the page's title must have for the two to be one: sites put their name behind it."""


@dataclass(frozen=True, slots=True)
class Stated:
    """What the objects of a page say of one time, in order: by the article itself, and by what may be it."""

    own: tuple[str, ...]
    perhaps: tuple[str, ...]


def _loaded(script: str) -> Any | None:  # noqa: ANN401 - any JSON value
    text = (
        re.sub(r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[)|(?:-->|(?://\s*)?\]\]>)\s*$", "", script[:_LONGEST])
        .strip()
        .rstrip(";")
    )
    for attempt in (text, re.sub(r",\s*(?=[}\]])", "", text), re.sub(r"(?<=[{,:\[\s])'|'(?=\s*[:,}\]])", '"', text)):
        try:
            value = json.loads(attempt, strict=False)
        except (ValueError, RecursionError):
            continue
        return value if json_levels(value) <= MOST_LEVELS else None
    return None


def _objects(value: object) -> Iterator[dict[str, Any]]:
    """Yield the objects that stand for the page: not those under keys of other things (links, comments, updates)."""
    if isinstance(value, list):
        for item in value:
            yield from _objects(item)
    elif isinstance(value, dict):
        yield value
        for key, inside in value.items():
            if key in {"@graph", "mainEntity", "mainEntityOfPage", "itemReviewed"} and not _is(value, "lists"):
                yield from _objects(inside)


def _types(value: dict[str, Any]) -> set[str]:
    kinds = value.get("@type") or value.get("type") or ()
    return {str(k).rsplit("/", 1)[-1].lower() for k in (kinds if isinstance(kinds, list) else [kinds]) if k}


def _is(value: dict[str, Any], kind: str) -> bool:
    return bool(_types(value) & set(data("evidence")["types"][kind]))


def _texts(value: object) -> list[str]:
    if isinstance(value, bool) or value is None:
        return []
    if isinstance(value, list):
        return [t for v in value for t in _texts(v)][:3]
    if isinstance(value, dict):
        return _texts(value.get("@value"))
    return [str(value)]


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", fold(text)))


def _same_page(value: dict[str, Any], title: str | None, url: str | None) -> bool:
    """Return whether an object names the page's address or its headline."""
    named = [value.get("url"), value.get("@id"), value.get("mainEntityOfPage")]
    for one in named:
        address = one.get("@id") or one.get("url") if isinstance(one, dict) else one
        if url and isinstance(address, str) and _path(address) == _path(url) != "":
            return True
    words, wanted = _words(" ".join(_texts(value.get("headline") or value.get("name")))), _words(title or "")
    return bool(words and wanted) and len(words & wanted) >= _SIMILAR * min(len(words), len(wanted))


def _path(address: str) -> str:
    return re.sub(r"^(?:https?:)?//[^/]+|[?#].*$", "", address).strip("/")


def article_statements(scripts: list[str], keys: tuple[str, ...], *, title: str | None, url: str | None) -> Stated:
    """Return what the scripts say under the keys: of the article first, then of what may be it (the page, a lone article).

    A script that is no JSON is searched for the keys, unless it speaks of a site or a video.
    """
    found: list[dict[str, Any]] = []
    broken: list[str] = []
    for script in scripts:
        value = _loaded(script)
        if value is None:
            broken.append(script[:_LONGEST])
        else:
            found += _objects(value)
    articles = [o for o in found if _is(o, "articles")]
    same = [o for o in articles if _same_page(o, title, url)]
    lone = articles if len(articles) == 1 else []
    pages = [o for o in found if _is(o, "pages")]
    plain = [o for o in found if not _types(o)]
    own = [t for key in keys for o in same for t in _texts(o.get(key))]
    perhaps = [t for group in (lone, pages, plain, articles) for key in keys for o in group for t in _texts(o.get(key))]
    other = re.compile("|".join(rf'"{t}"' for t in data("evidence")["types"]["others"]), re.IGNORECASE)
    for script in broken:
        if not other.search(script):
            perhaps += [m for key in keys for m in re.findall(rf'["\']{key}["\']\s*:\s*\[?\s*["\']?([^"\',}}\]]+)', script)]
    return Stated(tuple(own), tuple(perhaps))
