"""The tree of errors that Tenure raises; one root, subclasses by what the caller can do about it.

    TenureError                 catch this to catch everything of ours
    ├── StudyError              the study's files must be mended (study.toml, actors, places, zones, initial)
    │   └── NotBuiltError       the study must be built first (`tenure build`)
    ├── InputError              a file or value given to a command must be mended
    │   ├── ReportError         one report cannot be read: quarantined and counted, the rest goes on
    │   ├── SchemaError         columns, units or a coordinate reference system do not fit
    │   └── UnknownPlaceError   a place name or id that the study does not hold
    ├── MissingExtraError       an optional package must be installed
    ├── FetchError              the network or a server failed; try again or use a local file
    └── StoreError              the study's database cannot be used (other version, locked, damaged)

Every message says what failed, the offending value, and what to do next, in one line.
"""

from __future__ import annotations

__all__ = [
    "FetchError",
    "InputError",
    "MissingExtraError",
    "NotBuiltError",
    "ReportError",
    "SchemaError",
    "StoreError",
    "StudyError",
    "TenureError",
    "UnknownPlaceError",
]

_VALUE_LIMIT = 120  # characters of an offending value that a one-line message can show


class TenureError(Exception):
    """Root of all errors of this package, made of what failed, the offending value and what to do next.

    >>> str(TenureError("latitude out of range", value=95, remedy="use -90 to 90"))
    'latitude out of range: 95; use -90 to 90'
    """

    def __init__(self, what: str, *, value: object = None, remedy: str = "") -> None:
        """Make the one-line message; `value` is shortened and freed of line breaks."""
        self.what, self.value, self.remedy = what, value, remedy
        shown = "" if value is None else f": {_one_line(value)}"
        super().__init__(what + shown + (f"; {remedy}" if remedy else ""))


def _one_line(value: object) -> str:
    text = " ".join(str(value).split())
    return text if len(text) <= _VALUE_LIMIT else text[: _VALUE_LIMIT - 1] + "…"


class StudyError(TenureError):
    """The study's own files must be mended."""


class NotBuiltError(StudyError):
    """The study has no finished build yet."""


class InputError(TenureError):
    """A file or value that a command was given must be mended."""


class ReportError(InputError):
    """One report cannot be read; `reason` is the code under which it is quarantined."""

    def __init__(self, what: str, *, reason: str, value: object = None, remedy: str = "") -> None:
        """Make the message and keep the quarantine code, for example ``no_date``."""
        super().__init__(what, value=value, remedy=remedy)
        self.reason = reason


class SchemaError(InputError):
    """Columns, units or a coordinate reference system do not fit what is asked for."""


class UnknownPlaceError(InputError):
    """A place name or id that the study does not hold."""


class MissingExtraError(TenureError):
    """An optional package is not installed."""


class FetchError(TenureError):
    """The network or a server failed."""


class StoreError(TenureError):
    """The study's database cannot be used."""
