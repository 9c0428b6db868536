"""Sentences as small dependency trees: names, dates and numbers are made one plain word each, then the model parses.

A small model stumbles over transliterated names. It need not read them: the name finder knows where they are, so that each
is shown to it as one common word of its kind, and the tree is read back onto the original characters.
"""

# ruff: noqa: RUF001 - the patterns and tests mean typographic quotes and dashes

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tenure.claims.packs import LanguagePack
    from tenure.claims.text.dates import DateSpan
    from tenure.claims.text.names import NameSpan
    from tenure.claims.text.quantities import NumberSpan
    from tenure.claims.text.series import Series

__all__ = ["Marked", "Tree", "Word", "load_model", "parse_marked"]


@dataclass(slots=True, eq=False)
class Word:
    """One word of a tree; `start` and `end` are characters of the sentence."""

    i: int
    text: str
    lower: str
    tag: str
    dep: str
    start: int
    end: int
    name: NameSpan | None = None
    date: DateSpan | None = None
    number: NumberSpan | None = None
    head: Word | None = None
    children: list[Word] = field(default_factory=list)

    def subtree(self) -> list[Word]:
        """All words under this one, itself included, in order."""
        out, stack = [], [self]
        while stack:
            word = stack.pop()
            out.append(word)
            stack.extend(word.children)
        return sorted(out, key=lambda w: w.i)


@dataclass(slots=True, eq=False)
class Tree:
    """The words of a sentence with the sentence's text."""

    text: str
    words: list[Word]


@dataclass(slots=True, eq=False)
class Marked:
    """A sentence with the spans that are to be read as one word each."""

    text: str
    names: list[NameSpan]
    dates: list[DateSpan]
    numbers: list[NumberSpan]
    plain: dict[str, str] = field(default_factory=dict)
    """Words that are shown as another ("retook" as "took")."""
    asides: list[tuple[int, int]] = field(default_factory=list)
    """What is not shown: "backed by air strikes" between a subject and its verb."""
    series: list[Series] = field(default_factory=list)
    """Lists of places, shown as one name each."""
    evoking: frozenset[str] = frozenset()
    """Event words: a hyphenated compound is shown as its last part where that is one ("counter-attack" as "attack")."""

    def shown(self, compound: str) -> str:
        """Return the word that stands for a hyphenated compound."""
        last = compound.rsplit("-", 1)[1]
        return last if last.lower() in self.evoking else self.plain.get(last.lower(), compound)


INCLUDING = "including"
"""What a word or mark that brings members or examples in is shown as, and called in the tree."""
_HYPHENATED = re.compile(r"(?<![\w-])[A-Za-z]\w*(?:-\w+)+(?![\w-])")
_CONVERSION = re.compile(
    r" ?\((?:about |some |around |nearly |over )?[\w,.–-]+ (?:square |sq\.? )?(?:miles?|mi|km2?|kilomet(?:er|re)s|m|yards|feet|ft)\.?\)|\[[\w ]{1,20}\]"  # noqa: E501 - one rule, one line
)
_TITLED = re.compile(
    r"\b(?:Division|Brigade|Battalion|Regiment|Route|Highway|Checkpoint|Hill|Point|Base|Unit|Phase|Article|Resolution|Group|Sector) $"  # noqa: E501 - one rule, one line
)
_WORD = re.compile(r"\b[a-z]{6,12}\b", re.IGNORECASE)
_PLURAL_HEADS = {
    "Forces",
    "Rebels",
    "Troops",
    "Fighters",
    "Militants",
    "Brigades",
    "Units",
    "Soldiers",
    "Insurgents",
    "Separatists",
}
_SINGLE_HEADS = {"Army", "Government", "Military", "Police", "Militia", "Coalition"}


@cache
def load_model(name: str) -> Any:  # noqa: ANN401 - the library has no types
    """Return the parsing pipeline of a model, with what is not needed left out; a missing model raises MissingExtraError.

    Loaded once a process: it takes a second, and a pipeline keeps nothing of what it has read but the words' numbers.
    """
    from tenure.config.languagemodel import load_language_model

    return load_language_model(name, exclude=["ner", "lemmatizer", "attribute_ruler", "senter", "entity_ruler"])


def _mask(span: NameSpan, text: str) -> str:
    """Return the plain word that stands for a name."""
    if span.kind == "held":
        return "local"
    if span.kind == "person":
        return "John"
    last = text[span.start : span.end].split(" (", maxsplit=1)[0].replace("'s", "").split()[-1]
    if span.kind == "actor":
        return last if last in _PLURAL_HEADS or last in _SINGLE_HEADS else "NATO"
    if span.kind == "media":
        return "Reuters"
    return "London"


def _pieces(marked: Marked, tokens: Iterable[tuple[int, int, str]]) -> list[tuple[int, int, str, object]]:
    """Tokens with those inside a span merged: (start, end, shown word, span)."""
    spans: list[tuple[int, int, str, object]] = [(n.start, n.end, _mask(n, marked.text), n) for n in marked.names]
    spans += [(start, end, "", None) for start, end in marked.asides]
    spans += [(s.start, s.end, "London", s) for s in marked.series]
    spans += [(*s.intro, "" if s.plain else INCLUDING, None) for s in marked.series if s.intro[0] >= 0]
    spans += [(d.start, d.end, "today", d) for d in marked.dates]
    spans += [(q.start, q.end, "one" if q.value == 1 else "20", q) for q in marked.numbers]
    spans += [(h.start(), h.end(), marked.shown(h.group()), None) for h in _HYPHENATED.finditer(marked.text)]
    spans += [
        (h.start(), h.end(), marked.plain[h.group().lower()], None)
        for h in _WORD.finditer(marked.text)
        if h.group().lower() in marked.plain
    ]
    spans += [(h.start(), h.end(), "", None) for h in _CONVERSION.finditer(marked.text)]
    chosen: list[tuple[int, int, str, object]] = []
    for candidate in sorted(spans, key=lambda s: (s[0], -s[1])):
        if not chosen or candidate[0] >= chosen[-1][1]:
            chosen.append(candidate)
    out: list[tuple[int, int, str, object]] = []
    k = 0
    for start, end, shown in tokens:
        while k < len(chosen) and chosen[k][1] <= start:
            k += 1
        if k < len(chosen) and end > chosen[k][0]:
            s, e, word, span = chosen[k]
            if start < s:  # a token that begins before the span: show the part before it by itself
                out.append((start, s, marked.text[start:s], None))
            if not out or out[-1][:2] != (s, e):
                out.append((s, e, word, span))
            if end > e:
                out.append((e, end, marked.text[e:end], None))
        else:
            out.append((start, end, shown, None))
    return out


def parse_marked(sentences: Iterable[Marked], nlp: Any, *, batch_size: int = 64) -> Iterator[Tree]:  # noqa: ANN401 - the library has no types
    """Yield one tree a sentence, in order."""
    from spacy.tokens import Doc

    def docs() -> Iterator[tuple[Any, tuple[Marked, list[tuple[int, int, str, object]]]]]:
        for marked in sentences:
            raw = nlp.tokenizer(marked.text)
            pieces = [p for p in _pieces(marked, ((t.idx, t.idx + len(t), t.text) for t in raw)) if p[2].strip()]
            words = [p[2] for p in pieces]
            if words and words[0] in {"today", "local"}:
                words[0] = words[0].capitalize()
            spaces = [b[0] > a[1] for a, b in itertools.pairwise(pieces)] + [False]
            doc = Doc(nlp.vocab, words=words or ["."], spaces=spaces if words else [False])
            for token in doc:
                token.is_sent_start = token.i == 0
            yield doc, (marked, pieces)

    for doc, (marked, pieces) in nlp.pipe(docs(), as_tuples=True, batch_size=batch_size):
        yield _tree(doc, marked, pieces)


def _tree(doc: Any, marked: Marked, pieces: list[tuple[int, int, str, object]]) -> Tree:  # noqa: ANN401 - the library has no types
    from tenure.claims.text.dates import DateSpan
    from tenure.claims.text.names import NameSpan
    from tenure.claims.text.quantities import NumberSpan
    from tenure.claims.text.series import Series

    words = []
    lists: dict[int, Series] = {}
    for token, (start, end, shown, span) in zip(doc, pieces, strict=False):
        text = marked.text[start:end]
        word = Word(
            token.i,
            text,
            text.lower() if (span is None and shown != INCLUDING) or isinstance(span, NumberSpan) else shown.lower(),
            token.tag_,
            token.dep_,
            start,
            end,
        )
        word.name = span if isinstance(span, NameSpan) else None
        word.date = span if isinstance(span, DateSpan) else None
        word.number = span if isinstance(span, NumberSpan) else None
        if isinstance(span, Series):
            lists[word.i] = span
        words.append(word)
    for token, word in zip(doc, words, strict=False):
        if token.head.i != token.i and token.head.i < len(words):
            word.head = words[token.head.i]
            word.head.children.append(word)
    _mend(words)
    return Tree(marked.text, unfold(marked.text, words, lists) if lists else words)


def _mend(words: list[Word]) -> None:
    """Make a clause that was read as a noun with a participle ("members ... sneaked into") a verb with its subject."""
    for word in words:
        noun = word.head
        if (
            word.dep == "amod"
            and noun is not None
            and word.tag in {"VBD", "VBN", "VBP", "VBZ"}
            and any(c.dep == "nsubj" for c in word.children)
        ):
            word.head, word.dep = noun.head, noun.dep
            noun.children.remove(word)
            if noun.head is not None:
                noun.head.children[noun.head.children.index(noun)] = word
            early = [c for c in noun.children if c.i < word.i]
            for one in early:
                noun.children.remove(one)
                one.head = word
            noun.head, noun.dep = word, "dobj"
            word.children = [*early, *word.children, noun]
    root = next((w for w in words if w.head is None), None)
    if root is None or not root.tag.startswith("NN"):
        return
    for child in root.children:
        if (
            child.dep == "acl"
            and child.tag in {"VBN", "VBD"}
            and child.i > root.i
            and not any(c.dep == "agent" for c in child.children)
        ):
            root.children.remove(child)
            verb, root.head, root.dep = child, child, "nsubj"
            verb.head, verb.dep, verb.tag = None, "ROOT", "VBD"
            late = [c for c in root.children if c.i > verb.i]
            for one in late:
                root.children.remove(one)
                one.head = verb
            verb.children = [root, *verb.children, *late]
            return


def unfold(text: str, words: list[Word], lists: dict[int, Series]) -> list[Word]:
    """Return a tree's words with each list's word as its first member, the others coordinated, areas below those in them."""
    out: list[Word] = []
    for word in words:
        out.extend(_members(text, word, lists[word.i]) if word.i in lists else [word])
    for i, word in enumerate(out):
        word.i = i
    for word in out:
        word.children.sort(key=lambda w: w.i)
    return out


def _members(text: str, word: Word, series: Series) -> list[Word]:
    """Return the words of a list, in order; the first member takes the place of the list's word."""
    out: list[Word] = []
    first = next(m for m in series.members if not m.link)
    pending: list[Word] = []  # areas that stand ahead of those that lie in them
    last = word
    for member in series.members:
        start, end = member.name.start, member.name.end
        one = word if member is first else Word(0, text[start:end], "london", "NNP", "conj", start, end)
        one.text, one.start, one.end, one.name = text[start:end], start, end, member.name
        if member.link:
            prep = Word(0, member.link, member.link, "IN", "prep", start, start)
            one.dep = "pobj"
            _hang(one, prep)
            out += [prep, one]
            if member.ahead:
                pending.append(prep)
            else:
                _hang(prep, last)
            continue
        if member is not first:
            _hang(one, word)
        for prep in pending:
            _hang(prep, one)
        pending, last = [], one
        out.append(one)
        if member.date is not None:
            date = Word(0, text[member.date.start : member.date.end], "today", "NN", "npadvmod", *_span(member.date))
            date.date = member.date
            _hang(date, one)
            out.append(date)
    return out


def _span(date: DateSpan) -> tuple[int, int]:
    return date.start, date.end


def _hang(word: Word, head: Word) -> None:
    word.head = head
    head.children.append(word)


@cache
def _backing(pack: LanguagePack) -> re.Pattern[str]:
    """Return a pattern for "backed by U.S. air strikes", with its commas: air power acts with nobody on the ground."""
    verbs, arms = sorted(pack.lexicon["support.backing"]), sorted(pack.lexicon["support.air"], key=len, reverse=True)
    return re.compile(rf",?\s+(?:{'|'.join(verbs)})\s+by\s+(?:[\w.'’-]+\s+){{0,4}}?(?:{'|'.join(arms)})\b,?")


@cache
def _evoking(pack: LanguagePack) -> frozenset[str]:
    return frozenset(pack.verbs) | frozenset(pack.nouns)


def mark(text: str, pack: LanguagePack, finder: Any) -> Marked:  # noqa: ANN401 - a NameFinder; its module is not needed here
    """Return a sentence with its names, dates and numbers marked; a number inside a date or name is none."""
    from tenure.claims.text.dates import find_dates
    from tenure.claims.text.quantities import find_numbers
    from tenure.claims.text.series import find_series

    dates = find_dates(text, pack)
    names = [n for n in finder.find(text) if not any(d.start < n.end and n.start < d.end for d in dates)]
    taken = [(s.start, s.end) for s in (*dates, *names)]
    numbers = [q for q in find_numbers(text, pack) if not any(s < q.end and q.start < e for s, e in taken)]
    numbers = [q for q in numbers if not (text[q.start].isdigit() and _TITLED.search(text, 0, q.start))]
    series = find_series(text, names, dates, pack)
    asides = [m.span() for m in _backing(pack).finditer(text)]
    return Marked(text, names, dates, numbers, pack.shown, asides, series, _evoking(pack))
