"""The times of a web page, from what speaks of the article itself.

Rules of this module
 1. The evidence, in order: the JSON-LD object of the article, meta elements, JSON-LD that may be the article's, marked-up
    times and visible stamps near the headline, the day in the address.
 2. What surrounds an article says nothing of it: header and footer of the site, links to others, comments, entries of a live
    page, a clock, an archive's toolbar. They are told by their elements and by words of their class names (evidence.toml).
 3. A day in the address is the first publication: it wins over weak evidence that differs, and over any that is later.
 4. A stamp that can be two days is settled by the address, the page's language or when it was saved; it is not guessed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any

from tenure.errors import ReportError
from tenure.reports.datelines import read_dateline
from tenure.reports.dates import Stamp, parse_printed, read_stamp, settle
from tenure.reports.folding import data, fold
from tenure.reports.linkeddata import article_statements

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date, tzinfo

__all__ = ["PageReading", "PageTimes", "page_times"]

_STAMP_CHARS = 120
_FEWEST_CHARS = 6
_LD_KEYS = {"published": ("datePublished", "dateCreated"), "updated": ("dateModified",)}
_SHOWN = (
    "time",
    "span",
    "p",
    "div",
    "small",
    "li",
    "em",
    "strong",
    "b",
    "h2",
    "h3",
    "h4",
    "h5",
    "td",
    "dd",
    "font",
    "address",
    "a",
    "abbr",
    "i",
)
_MOST_SHOWN = 20_000
"""Elements of a page that are looked at for a stamp."""
_DAY = timedelta(days=1)
_FEW_PARTS = 8
_MOST_PARTS = 50
_MOST_HEADLINES = 20
_MOST_HEADINGS = 200
_LONGEST_HEADING = 400
_LONGEST_SCRIPT = 1_000_000
_SAME_HEADLINE = 0.7
"""Share of a heading's words that the page's title has, from which it is the headline."""
_SCRIPTED = re.compile(
    r"[\"'](?:date|first|original)?_?(?:publish(?:ed)?|publication|pub)_?(?:date|at|time|on|datetime)?[\"']"
    r"\s*:\s*[\"']?([\w:+. /-]{8,40})",
    re.IGNORECASE,
)
_OF_TIMES = frozenset(["today", "calendar", "live"])
"""Words of surroundings that the element of a stamp itself is called by."""
_OPENING_CHARS = 200


@dataclass(frozen=True, slots=True)
class PageReading:
    """What decides how stamps are read: zone, custom of day and month, the day in the address, when it was saved."""

    zone: tzinfo
    day_first: bool | None
    hint: date | None
    title: str | None
    url: str | None
    latest: date | None = None

    def stamp(self, value: str) -> Stamp:
        """Return the moment that a value states; raises what `read_stamp` raises."""
        return read_stamp(value, zone=self.zone, day_first=self.day_first, hint=self.hint, latest=self.latest)


@dataclass(frozen=True, slots=True)
class PageTimes:
    """When the article was published and last changed, as far as the page says."""

    published: Stamp | None
    updated: Stamp | None


def _first(values: Iterable[str], reading: PageReading) -> tuple[Stamp | None, ReportError | None]:
    """Return the first value that is a stamp, and the first that was one but could be two days."""
    doubt: ReportError | None = None
    for value in values:
        try:
            return reading.stamp(value), doubt
        except ReportError as err:
            doubt = doubt or (err if err.reason == "ambiguous_date" else None)
    return None, doubt


def _class_words(element: Any) -> set[str]:  # noqa: ANN401 - an lxml element; lxml ships no types
    named = f"{element.get('class') or ''} {element.get('id') or ''}"
    return set(re.split(r"[\s_-]+", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", named).lower()))


class _Surroundings:
    """Which elements of a page surround the article; each is judged once."""

    def __init__(self, tree: Any, headline: Any | None) -> None:  # noqa: ANN401 - lxml elements
        self._around = frozenset(data("evidence")["around"]["words"])
        inside = [*islice(tree.iter("h1"), _MOST_HEADLINES), *([headline] if headline is not None else [])]
        self._holders = {outer for each in inside for outer in each.iterancestors()}
        """Elements that have a headline inside: they are of the article, whatever they are called."""
        self._judged: dict[Any, bool] = {}

    def hold(self, element: Any) -> bool:  # noqa: ANN401 - an lxml element
        """Return whether an element stands in what surrounds the article, or is named like it."""
        parent = element.getparent()
        inside = parent is not None and self._holds_all(parent)
        return inside or bool(_class_words(element) & (self._around - _OF_TIMES))

    def _holds_all(self, element: Any) -> bool:  # noqa: ANN401 - an lxml element
        waiting, verdict = [], False
        for outer in (element, *element.iterancestors()):
            if outer in self._judged:
                verdict = self._judged[outer]
                break
            waiting.append(outer)
        for outer in reversed(waiting):
            verdict = verdict or self._is_around(outer)
            self._judged[outer] = verdict
        return verdict

    def _is_around(self, element: Any) -> bool:  # noqa: ANN401 - an lxml element
        if element in self._holders or element.tag in {"body", "html", "main", "article"}:
            return False
        if element.tag in {"aside", "nav"} or bool(_class_words(element) & self._around):
            return True
        return element.tag in {"footer", "header"} and not any(o.tag == "article" for o in element.iterancestors())


def _headline(tree: Any) -> Any | None:  # noqa: ANN401 - lxml elements
    """Return the heading that says most of the page's title, else the first h1; sites write their name into one, too."""
    headings = list(islice(tree.iter("h1", "h2", "h3"), _MOST_HEADINGS))
    told = tree.xpath('//meta[@property="og:title"]/@content')[:1] or [tree.findtext(".//title") or ""]
    wanted = set(re.findall(r"\w+", fold(told[0])))
    best, most = None, 0
    for heading in headings:
        words = set(re.findall(r"\w+", fold("".join(heading.itertext())[:_LONGEST_HEADING])))
        shared = len(words & wanted)
        if shared > most and shared >= _SAME_HEADLINE * len(words):
            best, most = heading, shared
    return best if best is not None else next((h for h in headings if h.tag == "h1" and _short_text(h)), None)


def _meta(tree: Any, surroundings: _Surroundings, what: str, *, weak: bool) -> Iterator[str]:  # noqa: ANN401 - an lxml element
    names = data("evidence")["meta"]
    wanted = [n for n in names[what] if (n in names["weak"]) == weak]
    said: dict[str, list[str]] = {}
    for element in tree.xpath("//meta[@property or @name or @itemprop or @http-equiv] | //*[@itemprop]"):
        shown = _short_text(element) if element.tag != "meta" else ""
        value = (element.get("content") or element.get("datetime") or shown).strip()
        if not value or (element.get("itemprop") and element.tag != "meta" and surroundings.hold(element)):
            continue
        if element.get("itemprop") and _of_another(element):
            continue
        for attribute in ("property", "name", "itemprop", "http-equiv"):
            said.setdefault((element.get(attribute) or "").lower(), []).append(value)
    for name in wanted:
        yield from said.get(name, [])


def _of_another(element: Any) -> bool:  # noqa: ANN401 - an lxml element
    """Return whether an itemprop belongs to an item that is no article (a video, a comment, an update)."""
    scope = next((o for o in element.iterancestors() if o.get("itemscope") is not None or o.get("itemtype")), None)
    if scope is None or not scope.get("itemtype"):
        return False
    kind = scope.get("itemtype").strip().rsplit("/", 1)[-1].lower()
    types = data("evidence")["types"]
    return kind not in types["articles"] + types["pages"] or (scope.get("itemprop") or "").lower() in {
        "liveblogupdate",
        "comment",
        "haspart",
    }


def _candidates(tree: Any, headline: Any | None) -> Iterator[tuple[str, Any, int]]:  # noqa: ANN401 - lxml elements
    """Yield marked-up times and short texts that are nothing but a stamp, with their distance from the headline.

    Those behind the headline come first, the nearest first; then those before it.
    """
    elements = list(islice(tree.iter("h1", *_SHOWN), _MOST_SHOWN))
    at = next((i for i, e in enumerate(elements) if e is headline), None)
    found: list[tuple[tuple[int, int], str, Any]] = []
    for position, element in enumerate(elements):
        if element.tag == "h1" or element is headline:
            continue
        text = element.get("datetime") or element.get("title") if element.tag in {"time", "abbr"} else None
        text = text or _short_text(element)
        if not _FEWEST_CHARS < len(text) < _STAMP_CHARS or not re.search(r"\d", text):
            continue
        distance = position - (at if at is not None else 0)
        found.append(((0, distance) if distance >= 0 else (1, -distance), text, element))
    for rank, text, element in sorted(found, key=lambda f: f[0]):
        yield text, element, rank[1] if not rank[0] else -rank[1]


def _short_text(element: Any) -> str:  # noqa: ANN401 - an lxml element
    """Return the text of an element on one line, nothing where it is longer than any stamp or of many parts."""
    parts: list[str] = []
    size = 0
    for part in element.itertext():
        parts.append(part)
        size += len(part.strip())
        if size > _STAMP_CHARS or len(parts) > _MOST_PARTS:
            return ""
    return " ".join("".join(parts).split())


def _shown_stamp(
    tree: Any,  # noqa: ANN401 - lxml elements
    headline: Any | None,  # noqa: ANN401 - as above
    surroundings: _Surroundings,
    reading: PageReading,
) -> tuple[Stamp | None, ReportError | None]:
    """Return the stamp of the article that stands nearest to its headline; one that is labelled as the publication first."""
    updated = set(data("evidence")["around"]["updated"])
    best: Stamp | None = None
    doubt: ReportError | None = None
    for text, element, _ in _candidates(tree, headline):
        printed = parse_printed(text) or parse_printed(" ".join(t.strip() for t in element.itertext()))
        if printed is None or not printed.days or printed.label in {"updated", "retrieved"}:
            continue
        if re.search(r"(?:[^\W\d]{3,}.*){4,}", printed.rest) or (_class_words(element) & updated and printed.label is None):
            continue
        if surroundings.hold(element) or _is_link_list(element):
            continue
        try:
            stamp = settle(printed, zone=reading.zone, day_first=reading.day_first, hint=reading.hint, latest=reading.latest)
        except ReportError as err:
            doubt = doubt or err
            continue
        if printed.label == "published":
            return stamp, None
        best = best or stamp
    return best, doubt


def _told_stamp(tree: Any, surroundings: _Surroundings, reading: PageReading) -> Stamp | None:  # noqa: ANN401 - an lxml element
    """Return the day of an agency's dateline, or of a short line that says more than its stamp, such as who posted it."""
    for element in tree.iter("p", "div", "span", "td"):
        if len(element) > _FEW_PARTS or surroundings.hold(element):
            continue
        text = _short_text(element) or " ".join((element.text or "")[: 2 * _OPENING_CHARS].split())
        opening = read_dateline(text[:_OPENING_CHARS])
        printed = opening.printed if opening else None
        if printed is None and _FEWEST_CHARS < len(text) < _STAMP_CHARS and not text.endswith((".", "!", "?")):
            printed = parse_printed(text) if "\u00a9" not in text else None
        if printed is not None and printed.days and printed.label not in {"updated", "retrieved"}:
            try:
                return settle(
                    printed, zone=reading.zone, day_first=reading.day_first, hint=reading.hint, latest=reading.latest
                )
            except ReportError:
                continue
    return None


def _scripted_stamp(tree: Any, reading: PageReading) -> Stamp | None:  # noqa: ANN401 - an lxml element
    """Return the one day that the page's scripts state as its publication; None where they state several."""
    found: dict[date, Stamp] = {}
    for script in islice(tree.iter("script"), _MOST_HEADINGS):
        for value in islice(_SCRIPTED.findall((script.text or "")[:_LONGEST_SCRIPT]), _MOST_PARTS):
            stamp, _ = _first([value], reading)
            if stamp is not None:
                found.setdefault(stamp.at.date(), stamp)
    return next(iter(found.values())) if len(found) == 1 else None


def _is_link_list(element: Any) -> bool:  # noqa: ANN401 - an lxml element
    """Return whether a stamp stands beside a link in a list, as those of other articles do."""
    item = next((o for o in (element, *element.iterancestors()) if o.tag == "li"), None)
    return item is not None and any(len(_short_text(a).split()) > 1 for a in islice(item.iter("a"), _MOST_PARTS))


def _later(stamp: Stamp | None, day: date | None, *, weak: bool) -> bool:
    """Return whether a stamp must give way to the day in the address."""
    if stamp is None or day is None:
        return False
    from_day = (stamp.at.date() - day) / _DAY
    return from_day > 1 or (weak and from_day < -1)


def page_times(tree: Any, reading: PageReading, found_day: str | None) -> PageTimes:  # noqa: ANN401 - an lxml element
    """Return the times of a page; `found_day` is what another reader found, used where nothing else speaks.

    Raises ReportError ``ambiguous_date`` when the only stamp can be two days.
    """
    scripts = ["".join(s.itertext()) for s in tree.xpath('//script[contains(@type, "ld+json")]')]
    stated = {w: article_statements(scripts, k, title=reading.title, url=reading.url) for w, k in _LD_KEYS.items()}
    headline = _headline(tree)
    around = _Surroundings(tree, headline)
    doubts: list[ReportError] = []
    published: Stamp | None = None
    roads: tuple[tuple[bool, Iterable[str] | None], ...] = (
        (False, stated["published"].own),
        (False, _meta(tree, around, "published", weak=False)),
        (False, stated["published"].perhaps),
        (True, None),
        (True, _meta(tree, around, "published", weak=True)),
    )
    for weak, values in roads:
        stamp, doubt = _shown_stamp(tree, headline, around, reading) if values is None else _first(values, reading)
        doubts += [doubt] if doubt else []
        if stamp is not None and not _later(stamp, reading.hint, weak=weak):
            published = stamp
            break
    if published is None and reading.hint:
        published = Stamp(datetime.combine(reading.hint, time(0), UTC), "day")
    if published is None and doubts:
        raise doubts[0]
    if published is None:
        published = _told_stamp(tree, around, reading) or _scripted_stamp(tree, reading)
    if published is None and found_day:
        published = read_stamp(found_day)
    changed, _ = _first(
        [*stated["updated"].own, *_meta(tree, around, "updated", weak=False), *stated["updated"].perhaps], reading
    )
    return PageTimes(published, changed)
