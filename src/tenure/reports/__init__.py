"""Reports: bytes to dated, attributed texts; copies of one story become one witness.

`read_documents` turns raw documents (text, Markdown, HTML, JSONL, feeds, WARC, each also gzipped) into reports and a list
of what could not be read and why. `mark_copies` finds the copies among all reports of a study. `METHOD` is the identity of
what did it. Nothing here touches disk, network or clock.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tenure.reports.copies import mark_copies
    from tenure.reports.dates import YEARS
    from tenure.reports.drafts import Limits
    from tenure.reports.identity import method_identity
    from tenure.reports.language import identify_language
    from tenure.reports.reading import Read, ReadResult, read_documents, read_each

    METHOD: str

__all__ = [
    "METHOD",
    "YEARS",
    "Limits",
    "Read",
    "ReadResult",
    "identify_language",
    "mark_copies",
    "method_identity",
    "read_documents",
    "read_each",
]

_HOMES = {
    "YEARS": "dates",
    "Limits": "drafts",
    "Read": "reading",
    "ReadResult": "reading",
    "identify_language": "language",
    "mark_copies": "copies",
    "method_identity": "identity",
    "read_documents": "reading",
    "read_each": "reading",
}


def __getattr__(name: str) -> object:
    """Load the parts where they are first used, so that importing the package is cheap."""
    from importlib import import_module

    if name == "METHOD":
        from tenure.reports.drafts import Limits
        from tenure.reports.identity import method_identity

        return method_identity(Limits())
    if name in _HOMES:
        return getattr(import_module(f"tenure.reports.{_HOMES[name]}"), name)
    raise AttributeError(f"module 'tenure.reports' has no attribute {name!r}")
