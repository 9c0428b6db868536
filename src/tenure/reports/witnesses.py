"""Which of the study's sources publishes a report: by the id it names, the outlet's name, or the host of its address."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING

from tenure.errors import ReportError
from tenure.reports.folding import fold

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tenure.model import Source

__all__ = ["SourceIndex", "host_of"]

_HOST = re.compile(r"^[a-z][a-z0-9+.\-]*://(?:[^/@]*@)?(?:www\.)?([^/:?#]+)", re.IGNORECASE)


def host_of(url: str | None) -> str | None:
    """Return the host of an address without ``www.``, None when there is none.

    >>> host_of("https://www.example.org/a")
    'example.org'
    """
    found = _HOST.match(url or "")
    return found.group(1).lower() if found else None


class SourceIndex:
    """An index over the study's sources; without any sources every named source is taken at its word."""

    def __init__(self, sources: Sequence[Source]) -> None:
        """Index ids, names and domains; of two sources with one name the first in the study's order keeps it."""
        self._ids = {s.source_id: s for s in sources}
        self._names: dict[str, str] = {}
        self._hosts: dict[str, str] = {}
        for source in sources:
            for name in source.names:
                self._names.setdefault(fold(name).strip(), source.source_id)
            for domain in source.domains:
                self._hosts.setdefault(domain.lower().removeprefix("www."), source.source_id)

    @property
    def outlets(self) -> frozenset[str]:
        """Folded names of the sources, by which a line of a page is known to be its outlet."""
        return frozenset(self._names)

    def named(self, name: str | None) -> str | None:
        """Return the id of the source with this id or name (case and accents aside), None when there is none."""
        if not name:
            return None
        return name if name in self._ids else self._names.get(fold(name).strip())

    def at(self, url: str | None) -> str | None:
        """Return the id of the source whose domain the address is under, None when there is none."""
        host = host_of(url)
        while host and "." in host:
            if host in self._hosts:
                return self._hosts[host]
            host = host.partition(".")[2]
        return None

    def of_report(
        self, source: str | None, publisher: str | None, url: str | None, *, strict: bool
    ) -> tuple[str | None, str | None]:
        """Return the source id and the outlet's name of a report.

        A `source` not in the study raises ReportError ``unknown_source`` when `strict`, else it names the outlet.
        """
        source_id = self.named(source)
        if source and source_id is None:
            if not self._ids:
                source_id = source
            elif strict:
                near = difflib.get_close_matches(source, self._ids, n=1)
                hint = f"did you mean {near[0]}? " if near else ""
                raise ReportError(
                    "source is not in the study",
                    reason="unknown_source",
                    value=source,
                    remedy=f"{hint}add it to sources.toml",
                )
            else:
                publisher = publisher or source
        source_id = source_id or self.named(publisher) or self.at(url)
        if not publisher and source_id in self._ids:
            publisher = next(iter(self._ids[source_id].names), None)
        return source_id, publisher or host_of(url)
