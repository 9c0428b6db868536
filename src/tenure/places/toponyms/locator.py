"""The locator: reports in, placements out; configured once by a gazetteer and the study's facts."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from tenure.model import PlaceRole, Stance
from tenure.places.gazetteer.compiled import digest_of
from tenure.places.toponyms.fighting import Fighting, Mention, Vote, learn_front
from tenure.places.toponyms.lookup import Lookup, Toponym
from tenure.places.toponyms.outlets import SourcePrior, learn_priors, source_key
from tenure.places.toponyms.precision import calibrated, pin_placement, place_toponym
from tenure.places.toponyms.recognise import Parser, recognise
from tenure.places.toponyms.resolve import Background, DocumentPosterior, resolve_document
from tenure.places.toponyms.setting import Setting
from tenure.places.toponyms.theatres import Theatres, learn_theatres

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from tenure.model import Actor, Claim, ClaimPlace, Placement, Report
    from tenure.places.gazetteer.compiled import Gazetteer

__all__ = ["Locator"]

_NAME = "places 2"


@dataclass(frozen=True, eq=False)
class Locator:
    """Resolves toponyms of reports against a gazetteer.

    `area` is the study area as GeoJSON geometry text, `countries` the theatre's ISO codes; `parser` gives the parser of raw
    text (only `locate` without spans asks for it). `priors` are what `learn_sources` learned of the outlets, `front`
    what `learn_front` learned of the fighting.
    """

    gazetteer: Gazetteer
    actors: Sequence[Actor] = ()
    area: str | None = None
    countries: Sequence[str] = ()
    parser: Callable[[], Parser] | None = None
    priors: Mapping[str, SourcePrior] = field(default_factory=dict)
    front: Fighting | None = None
    theatres: Theatres | None = None
    setting: Setting = field(init=False)
    lookup: Lookup = field(init=False)

    def __post_init__(self) -> None:
        """Prepare what every document needs."""
        object.__setattr__(self, "setting", Setting.of(self.gazetteer, area=self.area, countries=self.countries))
        object.__setattr__(self, "lookup", Lookup(self.gazetteer, self.setting.local))

    @cached_property
    def _sides(self) -> dict[str, str]:
        return {actor.actor_id: actor.side for actor in self.actors}

    @property
    def method(self) -> str:
        """Identity of the method: its name and a hash of everything that it was configured with."""
        actors = sorted(name for actor in self.actors for name in (actor.actor_id, actor.name, *actor.aliases))
        parts = [self.gazetteer.digest, self.area or "", *sorted(self.countries), *actors]
        parts += [part for name, prior in sorted(self.priors.items()) for part in (name, prior.digest)]
        parts += [learned.digest for learned in (self.front, self.theatres) if learned is not None]
        return f"{_NAME}:{digest_of([part.encode() for part in parts])[:12]}"

    def locate(self, report: Report, spans: Sequence[tuple[int, int]] | None = None) -> tuple[Placement, ...]:
        """Return a placement for every span, in order of the text; without spans the toponyms are recognised first."""
        return self.place(report, self._toponyms(report, spans))

    def locate_all(
        self, reports: Sequence[Report], spans: Sequence[Sequence[tuple[int, int]] | None] | None = None
    ) -> Iterator[tuple[Placement, ...]]:
        """Yield the placements of every report, after learning where each outlet reports from.

        Without an area and countries, also which country the outlet's other reports, or all of them, are about.
        """
        given = spans if spans is not None else [None] * len(reports)
        toponyms = [self._toponyms(report, each) for report, each in zip(reports, given, strict=True)]
        learned = self._learned(reports, toponyms)
        if not self.setting.bounded:
            told = [(report, learned._countries(report, each)) for report, each in zip(reports, toponyms, strict=True)]  # noqa: SLF001 - its own class
            learned = learned._knowing("theatres", learn_theatres(told))  # noqa: SLF001 - as above
        for report, each in zip(reports, toponyms, strict=True):
            yield learned.place(report, each)

    def learn_sources(self, reports: Sequence[Report], claims: Sequence[Sequence[Claim]] | None = None) -> Locator:
        """Return a locator that knows where each outlet of the reports reports from.

        `claims` (one sequence a report) name the places to learn from; without them the gazetteer's names in the text do.
        """
        if claims is None:
            toponyms = [self.lookup.spans(r.text, self.lookup.scan(r.text)) for r in reports]
        else:
            toponyms = [self._of_claims(report, each) for report, each in zip(reports, claims, strict=True)]
        return self._learned(reports, toponyms)

    def learn_front(self, reports: Sequence[Report], claims: Sequence[Sequence[Claim]]) -> Locator:
        """Return a locator that knows where the fighting was by each day (`claims`: one sequence a report).

        It is told by the claims whose places resolve without it; with fewer than 20 of these it is the same locator.
        """
        heard = [vote for report, each in zip(reports, claims, strict=True) for vote in self._votes(report, each)]
        front = learn_front(heard, self.setting.xyz, np.flatnonzero(self.setting.local & self.setting.points))
        return self._knowing("front", front)

    def _votes(self, report: Report, claims: Sequence[Claim]) -> Iterator[Vote]:
        """Yield the places of a report's claims that resolve without the front, each with its probability."""
        stated = {claim.claim_id for claim in claims if claim.stance in _STATED}
        toponyms = self._of_claims(report, claims)
        for toponym, posterior in zip(toponyms, self._resolve(report, toponyms), strict=True):
            if toponym.mention is None or toponym.claim_id not in stated or toponym.role not in _PRESENT:
                continue
            if posterior.rows.size and self.setting.local[row := int(posterior.rows[0])] and self.setting.points[row]:
                p = calibrated(self.setting, toponym, posterior)
                if p >= _SURE:
                    yield Vote(toponym.mention, row, p)

    def place_claims(self, report: Report, claims: Sequence[Claim]) -> tuple[Placement, ...]:
        """Return a placement for every place of every claim, with claim_id and role, in the order of the claims."""
        return self.place(report, self._of_claims(report, claims))

    def pin(self, placement: Placement, place_id: str) -> Placement | None:
        """Return a placement put by hand at a place of the gazetteer, with probability 1; None when it has no such place."""
        row = self.gazetteer.row_of(place_id)
        return None if row is None else pin_placement(self.setting, placement, row)

    def _of_claims(self, report: Report, claims: Sequence[Claim]) -> list[Toponym]:
        return [
            self._told(report, claim, self._of_claim(report, place), place.role)
            for claim in claims
            for place in claim.places
        ]

    def _told(self, report: Report, claim: Claim, toponym: Toponym, role: PlaceRole) -> Toponym:
        """Return a toponym as a place of a claim, with what the front must know of it."""
        published = report.published_at.toordinal()
        day = min(claim.end.toordinal() - 1, published)
        dated = claim.end.toordinal() - claim.start.toordinal() <= _LONGEST_DAYS
        story = report.story_id or report.report_id
        sides = frozenset(self._sides.get(actor, actor) for actor in (*claim.actor_ids, *claim.target_ids))
        mention = Mention(claim.event, day, published, story, toponym.key, sides) if dated else None
        return toponym.in_claim(claim.claim_id, role, mention)

    def _of_claim(self, report: Report, place: ClaimPlace) -> Toponym:
        """Return a claim's place as a toponym, with the words beside it where it stands in the text."""
        start, end = place.start_char, place.end_char
        if start >= 0 and report.text[start:end] == place.name:
            return self.lookup.beside(report.text, start, end)
        return self.lookup.toponym(place.name, start, end)

    def _toponyms(self, report: Report, spans: Sequence[tuple[int, int]] | None) -> list[Toponym]:
        if spans is None:
            spans = recognise(
                report.text,
                self.lookup,
                self.setting,
                actors=self.actors,
                parser=self.parser,
                language=report.language,
            )
        return self.lookup.spans(report.text, spans)

    def _resolve(self, report: Report, toponyms: Sequence[Toponym]) -> list[DocumentPosterior]:
        context = self.lookup.around(report.text, toponyms)
        theatre = self.theatres.of(report) if self.theatres is not None else None
        known = Background(report, self.priors.get(source_key(report)), self.front, theatre)
        return resolve_document(self.setting, report.text, toponyms, context, known=known)

    def _learned(self, reports: Sequence[Report], toponyms: Sequence[Sequence[Toponym]]) -> Locator:
        """Return a locator with the priors of the reports' outlets; it shares this one's memory of names."""
        told = [
            (report, self._points(report, each))
            for report, each in zip(reports, toponyms, strict=True)
            if source_key(report)
        ]
        return self._knowing("priors", learn_priors(told)) if told else self

    def _knowing(self, what: str, value: object) -> Locator:
        """Return a locator that knows one thing more and shares this one's setting and memory of names."""
        learned = copy(self)
        object.__setattr__(learned, what, value)
        return learned

    def _countries(self, report: Report, toponyms: Sequence[Toponym]) -> dict[int, float]:
        """Return the countries of the places that a report's names likely mean, by number, each with its weight."""
        out: dict[int, float] = {}
        for key, posterior in {t.key: p for t, p in zip(toponyms, self._resolve(report, toponyms), strict=True)}.items():
            if key and posterior.rows.size and posterior.p[0] >= _LIKELY:
                country = int(self.gazetteer.arrays["country"][posterior.rows[0]])
                if country >= 0:
                    out[country] = out.get(country, 0.0) + float(posterior.p[0])
        return out

    def _points(self, report: Report, toponyms: Sequence[Toponym]) -> list[tuple[NDArray[np.float32], float]]:
        """Return the points of the small places that a report's toponyms mean, with their probabilities."""
        radius = self.gazetteer.arrays["radius_km"]
        return [
            (self.setting.xyz[posterior.rows[0]], float(posterior.p[0]))
            for posterior in self._resolve(report, toponyms)
            if posterior.rows.size and radius[posterior.rows[0]] < _SMALL_KM
        ]

    def place(self, report: Report, toponyms: Sequence[Toponym]) -> tuple[Placement, ...]:
        """Return the placements of toponyms that were looked up already, in their order."""
        if not toponyms:
            return ()
        posteriors = self._resolve(report, toponyms)
        method = self.method
        return tuple(
            place_toponym(self.setting, report, toponym, posterior, method=method)
            for toponym, posterior in zip(toponyms, posteriors, strict=True)
        )


_STATED = {Stance.ASSERTED, Stance.POSSIBLE}
_PRESENT = {PlaceRole.AT, PlaceRole.NEAR}
_LIKELY = 0.5
_SURE = 0.8
"""Probability from which a place tells of the front."""
_LONGEST_DAYS = 14
"""Days of the longest claim that is of a day's front."""
_SMALL_KM = 60.0
"""Radius of the largest unit from which an outlet's own area is learned."""
