"""Toponyms of raw text: the parser's entities and the gazetteer's names, each weighed by what stands round it.

Rules of this file:
- every capitalised name of the gazetteer and every named entity is a proposal; nothing is a toponym by being in a list
- a proposal's probability is logistic in the features below; data/recognition.toml has the weights, with and without parser
- then it is judged again by its document: the same name elsewhere in it, and whether it lies where the others do
- proposals that overlap compete: the likeliest stays
- names of the study's actors are never places
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import numpy as np

from tenure.places.gazetteer.compiled import hash_key
from tenure.places.gazetteer.generic import generic_names
from tenure.places.gazetteer.names import normalise
from tenure.places.toponyms.phrases import unit_beside
from tenure.places.toponyms.resolve import alone_scores
from tenure.places.toponyms.scripts import has_no_case, is_cyrillic, without_suffix

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from tenure.model import Actor
    from tenure.places.toponyms.lookup import Lookup
    from tenure.places.toponyms.setting import Setting

__all__ = ["FEATURES_OF_DOCUMENT", "FEATURES_OF_SPAN", "Parser", "Proposal", "in_document", "propose", "recognise"]

Parser = Callable[[str], Any]
"""What makes a spaCy-like document of a text: with `.ents`, each with start_char, end_char and label_."""

_LABELS = ("GPE", "LOC", "NORP", "FAC", "ORG", "PERSON")
_OF_PLACES = ("GPE", "LOC", "FAC")
FEATURES_OF_SPAN = (
    *(f"is_{label}" for label in _LABELS),
    "is_other",
    *(f"inside_{label}" for label in _LABELS),
    "inside_other",
    "known",
    "prominence",
    "only_demonym",
    "only_code",
    "area",
    "local",
    "several_words",
    "opens",
    "after_preposition",
    "after_capital",
    "before_capital",
    "after_title",
    "before_comma_name",
    "before_verb_of_speech",
    "also_lower",
    "generic",
    "capitals",
    "possessive",
    "people",
    "after_comma",
    "dotted_code",
    "length",
    "bearers",
    "main",
)
"""Features of a proposal: 0 or 1 but `prominence`, `length` (tens of letters) and `bearers` (log), all about 0 to 2."""
FEATURES_OF_DOCUMENT = ("log_odds", "same_name", "same_country", "near")
"""Features of a proposal among the others: its log-odds alone, the most of its name elsewhere, where they lie (0 to 1)."""

_TRIM_START = re.compile(r"(?:the|The|a|an)\s+")
_TRIM_END = re.compile(r"(?:['\u2019]s?|[.,;:\s]+)$")
_NEAR = 0.016
"""Chord of the unit sphere, 100 km, within which two names speak for each other."""
_AFTER_NAME = re.compile(r"[A-Z][^\W\d_]+, $")
_ENGLISH = frozenset({"en", "und"})
"""Languages that the weights and the parser are of; text of an unknown one is taken for English."""
_METROPOLIS = 1_000_000
_ABBREVIATED = re.compile(r"(?:[A-Z]\.)+$")


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads(files("tenure.places").joinpath("data/recognition.toml").read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True, eq=False)
class Proposal:
    """A span that may be a toponym, with its features, (len(FEATURES_OF_SPAN),), and the likeliest place, -1 for none."""

    start: int
    end: int
    features: NDArray[np.float64]
    row: int


def _trimmed(text: str, start: int, end: int, lookup: Lookup) -> tuple[int, int]:
    """Return a span without an article, a possessive or a full stop that is no part of its name."""
    if (match := _TRIM_START.match(text, start, end)) and not _is_of_name(text[start:end], lookup):
        start = match.end()
    part = text[start:end]
    start += lookup.glued(part)
    part = text[start:end]
    if not _ABBREVIATED.search(part) and (match := _TRIM_END.search(part)) and not _is_dotted_code(part, lookup):
        end = start + match.start()
    return start, end


def _is_of_name(part: str, lookup: Lookup) -> bool:
    """Return whether an article belongs to a place's main name ("The Hague")."""
    return part[:1].isupper() and bool((lookup.exact(part).kind == 0).any())


def _is_dotted_code(part: str, lookup: Lookup) -> bool:
    """Return whether a full stop is what makes a name of its letters ("Calif.")."""
    return part.endswith(".") and lookup.exact(part).rows.size > lookup.exact(part[:-1]).rows.size


def _entities(text: str, parsed: Any, lookup: Lookup) -> list[tuple[int, int, str]]:  # noqa: ANN401 - the parser's own type
    out = []
    for entity in parsed.ents:
        start, end = _trimmed(text, entity.start_char, entity.end_char, lookup)
        if start < end and "\n" not in text[start:end]:
            out.append((start, end, entity.label_ if entity.label_ in _LABELS else "other"))
    return out


def _word_before(text: str, start: int) -> str:
    match = re.search(r"([^\W\d_]+\.?)[ -]$", text[max(0, start - 24) : start])
    return match[1] if match else ""


def _word_after(text: str, end: int) -> str:
    match = re.match(r"[ -](?:[a-z]{1,4}['\u2019-](?=[A-Z]))?([^\W\d_]+)", text[end : end + 24])
    return match[1] if match else ""


def _is_told(text: str, start: int, end: int, language: str) -> bool:
    """Return whether a preposition stands before a name, or after it, as an ending."""
    words = _data()["words"]
    before = _word_before(text, start).lower()
    ending = re.match(r"['\u2019][^\W\d_]+", text[end : end + 8])
    return before in words.get(language, words)["prepositions"] or (
        ending is not None and without_suffix(text[start:end] + ending[0]) is not None
    )


def _is_called_place(text: str, start: int, end: int) -> bool:
    """Return whether the words beside a name say that it is a place ("the village of X", "east of X", "X district")."""
    lead = text[max(0, start - 40) : start]
    before, after = _place_beside()
    if before.search(lead) or after.match(text, end, end + 40):
        return True
    return unit_beside(text, start, end) is not None


@cache
def _place_beside() -> tuple[re.Pattern[str], re.Pattern[str]]:
    words = _data()["words"]
    of, alone, after = ("|".join(words[key]) for key in ("places_of", "places", "places_after"))
    before = re.compile(rf"\b(?:(?:{of}) of|{alone}) (?:the )?$", re.IGNORECASE)
    return before, re.compile(rf" (?:{after})\b")


def _around(text: str, start: int, end: int, lower_words: frozenset[str], language: str) -> dict[str, float]:
    words, name = _data()["words"], text[start:end]
    before, after = _word_before(text, start), _word_after(text, end)
    lead = text[max(0, start - 3) : start].rstrip(" \"'\u201c\u2018(")
    return {
        "several_words": float(" " in name),
        "opens": float(not lead or lead[-1] in ".!?:\n"),
        "after_preposition": float(told := _is_told(text, start, end, language)),
        "after_capital": float(_stands_out(before, name) and not told),
        "before_capital": float(_stands_out(after, name)),
        "after_title": float(before.rstrip(".").lower() in words["titles"]),
        "before_comma_name": float(bool(re.match(r", [A-Z]", text[end : end + 3]))),
        "before_verb_of_speech": float(after.lower() in words["speech"]),
        "also_lower": float(name.lower() in lower_words),
        "generic": float(name.lower() in generic_names()),
        "capitals": float(name.isupper() and len(name) > 3),  # noqa: PLR2004 - shorter ones are abbreviations
        "possessive": float(text[end : end + 2] in {"'s", "\u2019s"}),
        "after_comma": float(bool(_AFTER_NAME.search(text, max(0, start - 24), start))),
    }


def _stands_out(word: str, name: str) -> bool:
    """Return whether a word beside a name has a capital of its own: in a line of capitals none has."""
    return word[:1].isupper() and not (len(word) > 1 and word.isupper() and name.isupper())


def _of_gazetteer(setting: Setting, lookup: Lookup, name: str) -> tuple[dict[str, float], int]:
    matches = lookup.exact(name)
    if not matches.rows.size:
        return {}, -1
    scores = alone_scores(setting, matches)
    best = int(matches.rows[int(np.argmax(scores))])
    demonym = bool((matches.kind == 2).all())  # noqa: PLR2004 - NAME_KINDS' number of a demonym
    code = bool((matches.kind == 3).all())  # noqa: PLR2004 - NAME_KINDS' number of a code
    found = {
        "known": 1.0,
        "prominence": float(np.clip(scores.max() / 10.0, 0.0, 2.0)),
        "only_demonym": float(demonym),
        "only_code": float(code),
        "people": float(demonym and name.endswith(("s", "men"))),
        "dotted_code": float(code and name.endswith(".")),
        "length": min(len(name) / 10.0, 2.0),
        "bearers": min(float(np.log10(matches.rows.size)), 2.0),
        "main": float((matches.kind == 0).any() or setting.study[matches.rows[matches.kind == 1]].any()),
        "area": float(setting.static[best, 2] + setting.static[best, 3] + setting.static[best, 5]),
        "local": float(setting.local[matches.rows].any()),
    }
    return found, best


def propose(
    text: str,
    lookup: Lookup,
    setting: Setting,
    parsed: Any | None,  # noqa: ANN401 - as above
    *,
    language: str = "en",
) -> list[Proposal]:
    """Return every span that may be a toponym, in order, with its features."""
    words = _data()["words"]
    told_of = frozenset(words.get(language, words)["prepositions"])
    entities = _entities(text, parsed, lookup) if parsed is not None else []
    exact = {(start, end): label for start, end, label in entities}
    spans = set(exact) | {_trimmed(text, *span, lookup) for span in lookup.scan(text, similar=True)}
    lower_words = frozenset(re.findall(r"\b[a-z]+\b", text))
    out = []
    for start, end in sorted(spans):
        name = text[start:end]
        if not (any(c.isupper() for c in name) or has_no_case(name[:1])) or name in told_of:
            continue
        known, row = _of_gazetteer(setting, lookup, name)
        if known and language not in _ENGLISH:
            known["main"] = 1.0  # a gazetteer's main names are English ones or the place's own
        found = {**_around(text, start, end, lower_words, language), **known}
        label = exact.get((start, end))
        if label and language in _ENGLISH and _is_called_place(text, start, end):
            label = label if label in _OF_PLACES else "GPE"
            found["after_preposition"] = 1.0
        if label:
            found[f"is_{label}"] = 1.0
        for a, b, outer in entities:
            if a <= start and end <= b and (a, b) != (start, end):
                found[f"inside_{outer}"] = 1.0
        out.append(Proposal(start, end, np.array([found.get(name, 0.0) for name in FEATURES_OF_SPAN]), row))
    return out


def _shifts(
    text: str, lookup: Lookup, setting: Setting, proposals: Sequence[Proposal], language: str
) -> NDArray[np.float64]:
    """Return what is added to the log-odds of proposals in other languages than English, (proposals,)."""
    table, out = _data()["other_languages"], np.zeros(len(proposals))
    opens, told = FEATURES_OF_SPAN.index("opens"), FEATURES_OF_SPAN.index("after_preposition")
    for i, each in enumerate(proposals):
        name = text[each.start : each.end]
        large = each.row >= 0 and setting.gazetteer.arrays["population"][each.row] >= _METROPOLIS
        if has_no_case(name[:1]):
            home = each.row < 0 or lookup.is_at_home(name, each.row)
            out[i] += 0.0 if home or large else table["abroad"]
            out[i] += table["told"] if home and each.features[told] else 0.0
        elif (is_cyrillic(name) or language not in _ENGLISH) and (each.features[told] or not each.features[opens]):
            out[i] += table["capital"]
    return out


def _chosen(proposals: Iterable[tuple[float, int, int]]) -> list[tuple[int, int]]:
    """Return the likeliest spans that do not overlap, in order of the text."""
    out: list[tuple[int, int]] = []
    for _, start, end in sorted(proposals, key=lambda each: (-each[0], each[1] - each[2], each[1])):
        if not any(a < end and start < b for a, b in out):
            out.append((start, end))
    return sorted(out)


def in_document(
    text: str, setting: Setting, proposals: Sequence[Proposal], log_odds: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return what a document says of its proposals, (proposals, len(FEATURES_OF_DOCUMENT)), from their log-odds alone."""
    out = np.zeros((len(proposals), len(FEATURES_OF_DOCUMENT)))
    p = 1.0 / (1.0 + np.exp(-log_odds))
    rows = np.array([each.row for each in proposals], dtype=np.int64)
    names = np.array([hash_key(text[each.start : each.end]) for each in proposals], dtype=np.uint64)
    country = np.where(rows >= 0, setting.gazetteer.arrays["country"][rows], -1)
    same = names[:, None] == names[None, :]
    weight = np.where(same | (rows < 0)[None, :], 0.0, p[None, :])
    elsewhere = same & ~np.eye(len(proposals), dtype=bool)
    out[:, 0] = log_odds
    out[:, 1] = np.where(elsewhere, np.clip(log_odds, -4.0, 4.0)[None, :], -np.inf).max(axis=1, initial=-np.inf)
    out[~elsewhere.any(axis=1), 1] = 0.0
    alike = (country[:, None] == country[None, :]) & (country >= 0)[:, None]
    out[:, 2] = (weight * alike).sum(axis=1) / (weight.sum(axis=1) + 1.0)
    chord = np.sqrt(np.maximum(0.0, 2.0 - 2.0 * setting.xyz[rows] @ setting.xyz[rows].T))
    out[:, 3] = np.where(rows >= 0, (weight * np.exp(-chord / _NEAR)).max(axis=1, initial=0.0), 0.0)
    return out


def recognise(
    text: str,
    lookup: Lookup,
    setting: Setting,
    *,
    actors: Sequence[Actor] = (),
    parser: Callable[[], Parser] | None = None,
    language: str = "und",
) -> list[tuple[int, int]]:
    """Return the spans of toponyms in a text, in order, not overlapping; actors' names are left out.

    The parser reads English; text of another `language` (ISO 639-1) goes without.
    """
    parser = parser if language in _ENGLISH else None
    names = {normalise(name) for actor in actors for name in (actor.name, *actor.aliases)}
    if language in _ENGLISH and text.islower():  # no capital tells a name: the study's own names do
        return [span for span in lookup.scan_small(text) if normalise(text[slice(*span)]) not in names]
    proposals = propose(text, lookup, setting, parser()(text) if parser is not None else None, language=language)
    if not proposals:
        return []
    shifts = _shifts(text, lookup, setting, proposals, language)
    tables = ("with_parser", "without_parser") if parser is not None else ("without_parser",)
    log_odds = np.array([_log_odds(text, setting, proposals, shifts, _data()[table]) for table in tables])
    unknown = np.array([each.row < 0 for each in proposals])
    together = np.where(unknown, log_odds[0], log_odds.mean(axis=0))
    table = _data()[tables[0]]
    thresholds = np.where(unknown, table.get("threshold_unknown", table["threshold"]), table["threshold"]).tolist()
    likely = [
        (chance, each.start, each.end)
        for chance, threshold, each in zip((1.0 / (1.0 + np.exp(-together))).tolist(), thresholds, proposals, strict=True)
        if chance >= threshold and normalise(text[each.start : each.end]) not in names
    ]
    return _chosen(likely)


def _log_odds(
    text: str,
    setting: Setting,
    proposals: Sequence[Proposal],
    shifts: NDArray[np.float64],
    table: Mapping[str, Any],
) -> NDArray[np.float64]:
    """Return the log-odds of proposals by one set of weights, (proposals,), alone and then among the others."""
    weight = np.array([table[name] for name in FEATURES_OF_SPAN])
    alone = np.array([each.features for each in proposals]) @ weight + table["bias"] + shifts
    among = np.array([table["document"][name] for name in FEATURES_OF_DOCUMENT])
    return in_document(text, setting, proposals, alone) @ among + table["document"]["bias"]  # type: ignore[no-any-return]
