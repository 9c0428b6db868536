"""What a build tries to make: what fails is noted with its reason, the others are made."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from tenure.errors import TenureError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tenure.publish.making import Make

__all__ = ["Attempts", "Failure"]

log = logging.getLogger(__name__)

_Made = TypeVar("_Made")
_Other = TypeVar("_Other")
_REASON_LIMIT = 300


@dataclass(frozen=True, slots=True)
class Failure:
    """One thing that a build could not make: a finding by its name, a file by its path in the study, and why."""

    what: str
    reason: str


class Attempts:
    """The list of what failed so far."""

    def __init__(self, failures: Iterable[Failure] = ()) -> None:
        """Begin with what failed before."""
        self._failures = list(failures)

    @property
    def failures(self) -> tuple[Failure, ...]:
        """What failed, in the order in which it was tried."""
        return tuple(self._failures)

    def make(self, what: str, function: Callable[[], _Made], otherwise: _Other) -> _Made | _Other:
        """Return what the function returns; `otherwise`, with the failure noted, when it fails in whatever way.

        >>> attempts = Attempts()
        >>> attempts.make("half", lambda: 1 / 0, 0.5), attempts.failures[0].what
        (0.5, 'half')
        """
        try:
            return function()
        except TenureError as error:
            reason = str(error)
        except Exception as error:  # one finding or file must not cost the others, whatever is wrong with it
            reason = f"{type(error).__name__}: {error}"
            log.debug("%s failed", what, exc_info=True)
        if what not in {f.what for f in self._failures}:  # a picture is tried for each form of the report
            self._failures.append(Failure(what, " ".join(reason.split())[:_REASON_LIMIT]))
        return otherwise

    def each(self, after: Callable[[], None]) -> Make:
        """Return `make` that calls `after` behind each thing, made or not."""

        def make(what: str, function: Callable[[], _Made], otherwise: _Other) -> _Made | _Other:
            made = self.make(what, function, otherwise)
            after()
            return made

        return make

    def under(self, prefix: str) -> Make:
        """Return `make` for names that stand behind a prefix."""

        def make(what: str, function: Callable[[], _Made], otherwise: _Other) -> _Made | _Other:
            return self.make(prefix + what, function, otherwise)

        return make
