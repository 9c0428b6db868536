"""Actors and places of a sentence in scripts with capitals: Slavic endings, Turkish suffixes and nouns after a name."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from tenure.claims.shallow.mentions import ActorMention, Spot

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tenure.claims.shallow.mentions import Names
    from tenure.claims.shallow.packs import Pack

__all__ = ["actors_in", "places_in"]

Span = tuple[int, int]
_CAPITAL = r"[A-ZА-ЯЁІЇЄҐÇĞİÖŞÜÂÎ]"
_NAME = re.compile(rf"(?<!\w){_CAPITAL}[\w-]*(?:'[а-яіїєґ][\w-]*)?(?:(?:\s+|-){_CAPITAL}[\w-]*(?:'[а-яіїєґ][\w-]*)?)*")
_TURKIC_NAME = re.compile(rf"(?<!\w){_CAPITAL}[\w-]*(?:\s+{_CAPITAL}[\w-]*)*(?P<suffix>'\w+)?")
_ADJECTIVE = re.compile(
    r"\w+(?:ий|ый|ой|ые|ие|их|ых|ими|ыми|ая|ую|ого|ому|ова|тя|ша|на|ня|наши|наші|і|ська|ською|ської|ську|і|ої|ою|ий)$"
)
_GENITIVE = re.compile(r"(?:ск|ськ|цьк|цк)(?:ой|ого|ої)$")
_CLOSE = re.compile(r"«|\w*[A-ZА-ЯІЇЄ]{2}")  # a quoted name or an abbreviation
_OF_PLACES = frozenset({"undergo", "come_under", "rule"})
_ORDINAL = re.compile(r"\d+(?:-?\w{1,3})?")
_LIST = re.compile(r"\s*(?:,|\s(?:и|й|і|та|а также|а також|ve|ile|и в|и на|та в|та у|і в|і у)\s|,\s(?:и|а также|ve))\s*")
_AFTER = re.compile(rf"\s+(?:«[^»]{{2,40}}»|{_CAPITAL}[\w-]*(?:\s+{_CAPITAL}{{2,}}\w*)?)")
_QUOTED = re.compile(r"\s+[«\"“][^»\"”]{2,40}[»\"”]")
_MOST_WORDS = 3


def actors_in(low: str, cased: str, lists: Names) -> list[ActorMention]:
    """Return the armed sides that a sentence names, in order: nouns of armed people with modifiers, and known names."""
    pack = lists.pack
    spans: list[Span] = []
    for hit in pack.words["actor.nouns"].finditer(low):
        grow = _turkic_phrase if pack.family == "turkic" else _slavic_phrase
        spans.append(grow(low, cased, hit.span(), pack))
    spans += [hit.span() for hit in pack.words["actor.names"].finditer(low)]
    spans += lists.spans(low, what="actor")
    by = pack.words["actor.instrumental"]
    marked = pack.family == "turkic"
    out = []
    for start, end in _merged(spans, low):
        case = "agent" if marked and by.match(low, end + 1) else _case(low[start:end], pack)
        before = low[max(0, start - 16) : start].rstrip()
        for name, marked_case in (("backed", "with"), ("from", "from")):
            if not marked and _ends(before, pack.words[f"actor.{name}"]) is not None:
                case = marked_case
        out.append(ActorMention(start, end, case))
    return out


def _merged(spans: Sequence[Span], low: str) -> list[Span]:
    out: list[Span] = []
    for start, end in sorted(set(spans), key=lambda s: (s[0], -s[1])):
        if out and (start < out[-1][1] or not low[out[-1][1] : start].strip()):
            out[-1] = (out[-1][0], max(end, out[-1][1]))
        else:
            out.append((start, end))
    return out


def _slavic_phrase(low: str, cased: str, span: Span, pack: Pack) -> Span:
    start, end = span
    for hit in reversed(list(re.finditer(r"[\w'-]+", low[max(0, start - 80) : start]))):
        begin = max(0, start - 80) + hit.start()
        gap = low[begin + len(hit[0]) : start]
        word = hit[0]
        known = pack.words["speech.skip"].fullmatch(word) or any(w.pattern.fullmatch(word) for w in pack.ways)
        if gap.strip() or known or not (_ADJECTIVE.fullmatch(word) or _ORDINAL.fullmatch(word)):
            break
        start = begin
    after = _AFTER.match(cased, end)
    name = pack.words["actor.names"].match(low, end + 1)
    if name:
        end = name.end()
    elif low[span[0] : end].endswith(("ам", "ям")):
        pass  # "surrendered to the rebels X"
    elif after and not _CLOSE.match(after[0].strip()) and _ends(low[:start].rstrip(), pack.words["actor.from"]) is not None:
        pass  # "took from the rebels X"
    elif joined := re.compile(rf"\s+\w+(?:ской|ской|ної|ной|ського|ского|ської)\s+{_CAPITAL}[\w-]*").match(cased, end):
        end = joined.end()
    elif after and not pack.words["place.in"].fullmatch(after[0].strip().lower()):
        end = after.end()
    return start, end


def _turkic_phrase(low: str, cased: str, span: Span, pack: Pack) -> Span:
    start, end = span
    for taken, hit in enumerate(reversed(list(re.finditer(r"[\w/-]+(?:'\w+)?", cased[:start])))):
        gap = cased[hit.end() : start]
        word = hit[0]
        capital = re.match(_CAPITAL, word) is not None
        if gap.strip() or taken >= _MOST_WORDS or pack.words["place.nouns"].fullmatch(low[hit.start() : hit.end()]):
            break
        bound = low[start : start + 5] == "bağlı" and re.search(r"'[yn]?[ea]$", word)
        if (
            "'" in word
            and not bound
            and not (pack.words["place.not"].fullmatch(low[hit.start() : hit.end()].split("'", maxsplit=1)[0]))
        ):
            break
        if not capital and (taken or not re.search(r"(?:met|halif|lı|li|lu|lü|sel|cı|ci|n|k|jim|asker|ık|ist)$", word)):
            break
        start = hit.start()
    return start, end


def _case(text: str, pack: Pack) -> str:
    words = text.split()
    if pack.family == "turkic":
        last = words[-1]
        if re.search(r"(?:dan|den|tan|ten)$", last):
            return "from"
        return "genitive" if re.search(r"(?:[nsu]?[ıiuü]n|n[ıiuü]n)$", last) and len(last) > 4 else "subject"  # noqa: PLR2004
    head = words[0]
    if words[-1].endswith(("ам", "ям")):
        return "from"
    if any(re.search(r"(?:ами|ями|ыми|ими|ією|єю|ием|ией|аею|ою)$", w) for w in words[:3]):
        return "agent"
    if re.search(r"(?:ских|ных|ских|ських|них|ого|ої|ів|їв|ов|ев)$", head) or head in {
        "сил",
        "войск",
        "військ",
        "армии",
        "армії",
    }:
        return "genitive"
    return "agent" if re.search(r"(?:ом|ем)$", head) else "subject"


def places_in(low: str, cased: str, lists: Names, taken: Sequence[Span], heads: Sequence[int]) -> list[Spot]:
    """Return the places of a sentence in order; `taken` are spans that are something else, `heads` where predicates end."""
    out: list[Spot] = []
    pattern = _TURKIC_NAME if lists.pack.family == "turkic" else _NAME
    for hit in pattern.finditer(cased):
        span = (hit.start(), hit.end("suffix") if lists.pack.family == "turkic" and hit["suffix"] else hit.end())
        lead = next((e for s, e in taken if s <= span[0] < e < span[1]), None)
        if lead is not None and low[lead] == " ":
            span = (lead + 1, span[1])
        if any(s < span[1] and span[0] < e for s, e in taken):
            continue
        read = _turkic_place if lists.pack.family == "turkic" else _slavic_place
        place = read(low, span, lists, out[-1] if out else None, heads)
        if place:
            out.append(place)
    if lists.pack.family == "turkic":
        _link(out, low)
    named = {p.start for p in out}
    for start, end in lists.spans(low, what="places"):
        if not any(p.start < end and start < p.end for p in out) and not any(s < end and start < e for s, e in taken):
            out.append(Spot(start, end, _role(low, start, lists.pack)))
    sites = _sites(low, lists.pack, [*taken, *((p.start, p.end) for p in out)])
    out = [p for p in out if not any(s.start <= p.start and p.end <= s.end for s in sites)] + sites
    for hit in lists.pack.words["place.anaphors"].finditer(low):
        free = not any(s < hit.end() and hit.start() < e for s, e in [*taken, *((p.start, p.end) for p in out)])
        if free and not any(0 <= s - hit.end() <= 2 for s in named):  # noqa: PLR2004 - "город X"
            out.append(Spot(*hit.span(), _role(low, hit.start(), lists.pack), anaphor=True))
    return sorted((p for p in out if p.strong), key=lambda p: p.start)


def _sites(low: str, pack: Pack, taken: Sequence[Span]) -> list[Spot]:
    """Return airfields, bases and the like that no name stands beside: an adjective before them belongs to them."""
    out = []
    for hit in pack.words["place.sites"].finditer(low) if "place.sites" in pack.words else ():
        start, end = hit.span()
        if any(s - 2 <= end and start <= e for s, e in taken):
            continue
        before = re.search(r"(\w+)\s$", low[:start])
        if before and _ADJECTIVE.fullmatch(before[1]) and "вш" not in before[1]:
            start = before.start()
        out.append(Spot(start, end, _role(low, start, pack)))
    return out


def _link(out: list[Spot], low: str) -> None:
    """Make certain what stands in a list with a place that is certain: in Turkish the noun comes after the last."""
    for k in range(len(out) - 2, -1, -1):
        one, after = out[k], out[k + 1]
        if not one.strong and after.strong and _LIST.fullmatch(low, one.end, after.start):
            out[k] = Spot(one.start, one.end, after.role)


def _slavic_place(low: str, span: Span, lists: Names, last: Spot | None, heads: Sequence[int]) -> Spot | None:  # noqa: C901, PLR0911, PLR0912 - a table of cases reads best in one piece
    pack, (start, end) = lists.pack, span
    if pack.words["place.not"].fullmatch(low, start, end) or pack.words["speech.skip"].fullmatch(low, start, end):
        return None
    if low[start].isascii():
        return None  # a name in Latin letters is a medium or a channel
    first = low[start:end].split(maxsplit=1)[0]
    if start == 0 and " " in low[start:end] and pack.words["speech.skip"].fullmatch(first):
        start = len(first) + 1
    if start == 0 and any(pack.words[f"place.{n}"].fullmatch(first) for n in ("in", "to", "from", "near")):
        if " " not in low[start:end]:
            return None
        start = low.index(" ") + 1  # a preposition begins the sentence
    noun = pack.words["place.nouns"].fullmatch(low[start:end].split(maxsplit=1)[0])
    if noun and " " in low[start:end]:
        start += len(noun[0]) + 1  # "Город X" begins the sentence
    end = _cut_genitive(low, start, end)
    if noun and start:
        area = pack.words["place.areas"].fullmatch(noun[0]) is not None
        return Spot(start, end, "in_area" if area else "at")
    if start == 0 and (
        pack.words["place.nouns"].fullmatch(low, start, end) or pack.words["place.in"].fullmatch(low, start, end)
    ):
        return None
    after = pack.words["place.areas"].match(low, min(end + 1, len(low)))
    if after or pack.words["place.areas"].fullmatch(low, start, end):
        return Spot(start, after.end() if after else end, "in_area")
    before = low[:start].rstrip(' «"„“')
    begun = _ends(before, pack.words["place.nouns"])
    if begun is not None:
        area = pack.words["place.areas"].fullmatch(before, begun) is not None
        return Spot(start, end, "in_area" if area else _role(low, begun, pack))
    if last is not None and last.end <= start and _LIST.fullmatch(low, last.end, start):
        return Spot(start, end, last.role)
    role = _role_before(before, pack)
    if role is not None:
        return Spot(start, end, role)
    if any(0 <= start - h <= 2 for h in heads):  # noqa: PLR2004 - a space or a bracket
        return Spot(start, end)
    if re.search(r"(?:з|из|із|без|—|–|:)$", before):
        return Spot(start, end)
    single = " " not in low[start:end]
    ways = pack.ways if start == 0 else [w for w in pack.ways if w.frame in _OF_PLACES]
    if single and any(w.pattern.match(low, end + 1) or (start == 0 and w.pattern.search(low, end, end + 30)) for w in ways):
        return Spot(start, end)
    return (
        Spot(start, end)
        if single and start and low[start - 1] == " " and lists.spans(low[start:end], what="places")
        else None
    )


def _cut_genitive(low: str, start: int, end: int) -> int:
    """Return where a name ends before the district or state that it lies in: an adjective in the genitive."""
    words = list(re.finditer(r"[\w'-]+", low[start:end]))
    for one, two in pairwise(words):
        if _GENITIVE.search(two[0]) and not _GENITIVE.search(one[0]):
            return start + one.end()
    return end


def _ends(before: str, pattern: re.Pattern[str]) -> int | None:
    """Return where the words of a pattern that end a stretch begin."""
    tail = max(0, len(before) - 40)
    return next((hit.start() for hit in pattern.finditer(before, tail) if hit.end() == len(before)), None)


def _role_before(before: str, pack: Pack) -> str | None:
    for name, role in (("near", "near"), ("from", "from"), ("to", "to"), ("in", "at")):
        if _ends(before, pack.words[f"place.{name}"]) is not None:
            return role
    return None


def _role(low: str, start: int, pack: Pack) -> str:
    return _role_before(low[:start].rstrip(), pack) or "at"


def _turkic_place(low: str, span: Span, lists: Names, last: Spot | None, heads: Sequence[int]) -> Spot | None:  # noqa: ARG001
    pack, (start, end) = lists.pack, span
    text = low[start:end]
    bare = text.split("'")[0]
    if pack.words["place.not"].fullmatch(bare) or pack.words["actor.names"].fullmatch(bare):
        return None
    noun = re.compile(r"\s+(?:(?:kent|il|ilçe|eyalet|köy)\s+)?").match(low, end)
    after = pack.words["place.nouns"].match(low, noun.end()) if noun else None
    if after is None and "'" not in text:
        return Spot(start, end, strong=bool(lists.spans(text, what="places")))
    tail = low[after.start() : after.end() + 30] if after else low[end : end + 30]
    area = after is not None and pack.words["place.areas"].fullmatch(after[0]) is not None
    suffix = after[0] if after else text
    role = "in_area" if area else "from" if re.search(r"(?:dan|den|tan|ten)$", suffix) else "at"
    following = re.match(r"\W*\w+", tail[len(after[0]) :] if after else tail)
    near = following and pack.words["place.near"].search(following[0])
    if following and following[0].strip() == "bağlı":
        role = "in_area"
    return Spot(start, start + len(bare), "near" if near else role)
