"""Which engine reads claims: the rules, or a language model at an address, both with the study's own lists."""

from __future__ import annotations

import logging
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tenure.pipeline.study import make_extractor

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tenure.claims import Extractor, LlmExtractor
    from tenure.config import Study
    from tenure.model import Report

__all__ = ["UNREAD", "ModelEndpoint", "count_read", "count_unread", "log_refused", "make_engine"]

log = logging.getLogger(__name__)

UNREAD = frozenset({"no_language_pack", "not_in_languages"})
"""Statuses of reports that are kept and counted, but whose language is not read."""

_WHY = {"no_language_pack": "no pack of words for them", "not_in_languages": "not in the study's `languages`"}


@dataclass(frozen=True, slots=True)
class ModelEndpoint:
    """Where the second engine is asked: an OpenAI-compatible address, the model's name, and a key if it wants one."""

    base_url: str
    model: str
    key: str | None = None


def make_engine(study: Study | None, endpoint: ModelEndpoint | None = None) -> Extractor | LlmExtractor:
    """Return the rules, or the engine that asks a model at an endpoint; a study lends both its actors and sources.

    FetchError for an address that is none.
    """
    if endpoint is None:
        return make_extractor(study)
    from tenure.claims import LlmExtractor
    from tenure.fetch import open_endpoint
    from tenure.store import AnswerFolder, cache_folder

    post = open_endpoint(endpoint.base_url, key=endpoint.key)
    cache = AnswerFolder(cache_folder() / "answers")
    if study is None:
        return LlmExtractor(post=post, model=endpoint.model, cache=cache)
    return LlmExtractor(
        post=post,
        model=endpoint.model,
        cache=cache,
        actors=study.actors,
        sources=study.sources,
        languages=study.config.languages,
    )


def log_refused(engine: Extractor | LlmExtractor) -> None:
    """Say how many of a model's claims were refused, and why; the rules refuse none."""
    for reason, count in sorted(getattr(engine, "refused", {}).items()):
        log.warning("refused %s claims of the model: %s", count, reason)


def count_unread(reports: Iterable[Report], statuses: Mapping[str, str]) -> int:
    """Return how many reports are in a language that was not read; the log says which and why."""
    reports = list(reports)
    for status in sorted(UNREAD):
        unread = Counter(r.language for r in reports if statuses.get(r.report_id) == status)
        if unread:
            log.warning("reports in languages that are not read: %s (%s); no claims", _by_language(unread), _WHY[status])
    return sum(statuses.get(r.report_id) in UNREAD for r in reports)


def count_read(reports: Iterable[Report], statuses: Mapping[str, str]) -> dict[str, int]:
    """Return how many reports were read in each language but English, as the build's counts name them."""
    read = Counter(r.language for r in reports if statuses.get(r.report_id) == "extracted")
    return {f"read in {language}": count for language, count in sorted(read.items()) if language not in {"en", "und"}}


def _by_language(counts: Counter[str]) -> str:
    return ", ".join(f"{language} {count}" for language, count in sorted(counts.items()))
